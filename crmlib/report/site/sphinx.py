"""Sphinx: its settings for the site, and its call, in a process of its own."""

import os
import subprocess
import sys
from html import escape
from pathlib import Path

from crmlib.errors import CrmError
from crmlib.report.dark import DARK
from crmlib.report.palette import CLASSES, COLOURS
from crmlib.runs import Run
from crmlib.words.texts import text
from crmlib.words.voice import Voice

LANGUAGES = {"en": "en", "zh": "zh_CN"}
"""Languages of the report, as Sphinx calls them."""
FLAGS = ("-b", "html", "-q", "-E", "-W", "--keep-going")
SETTINGS = {
    "extensions": ["myst_nb", "crmlib.report.site.extension"],
    "html_theme": "furo",
    "html_math_renderer": "mathml",
    "html_static_path": ["_static"],
    "html_css_files": ["site.css"],
    "html_js_files": ["site.js"],
    "html_copy_source": False,
    "html_use_index": False,
    "html_show_copyright": False,
    "html_show_sphinx": False,
    # Pages opened from a disk may not read other pages, which summaries in the search would.
    "html_show_search_summary": False,
    "html_last_updated_fmt": None,
    "nb_execution_mode": "off",
    "myst_enable_extensions": ["amsmath", "dollarmath"],
    "myst_all_links_external": True,
    "smartquotes": False,
}


def configuration(run: Run) -> str:
    """Text of Sphinx's ``conf.py``."""
    language = run.study.language
    # The theme writes the title into its pages as it is.
    title = escape(Voice(language).name("title", run.study.title))
    options = {
        "announcement": text("common.simulated", language) if run.book.simulated else "",
        "top_of_page_buttons": [],
        "light_css_variables": _colours(COLOURS),
        "dark_css_variables": _colours(DARK),
    }
    values = {"project": title, "html_title": title, "language": LANGUAGES[language], "html_theme_options": options}
    values |= {f"nb_code_prompt_{name}": text(f"site.code_{name}", language) for name in ("show", "hide")}
    return "".join(f"{name} = {value!r}\n" for name, value in (values | SETTINGS).items())


def run_sphinx(source: Path, made: Path) -> None:
    """Make the pages; CrmError with Sphinx's own words if it fails or warns."""
    command = [sys.executable, "-m", "sphinx", *FLAGS, "-d", str(source / ".trees"), str(source), str(made)]
    # The order of words in the index of the search hangs on the seed of Python's hashes.
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise CrmError(f"the site could not be made. Sphinx says:\n{done.stderr.strip()}")


def _colours(table: dict[str, str]) -> dict[str, str]:
    """The report's colours as variables of style sheets and scripts; classes by quadrant."""
    return {f"crm-q{CLASSES.index(name)}" if name in CLASSES else f"crm-{name}": table[name] for name in COLOURS}
