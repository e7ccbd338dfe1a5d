"""The site of a finished run: Sphinx over its executed notebooks and pages made from its tables and key numbers."""

import json
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from crmlib.errors import CrmError
from crmlib.report.digest import Digest
from crmlib.report.palette import CLASSES, COLOURS, DARK
from crmlib.report.site.chapters import chapters
from crmlib.report.site.files import take_along
from crmlib.report.site.pages import pages
from crmlib.report.site.payload import payload, script
from crmlib.runs import Run
from crmlib.words.texts import text, texts
from crmlib.words.voice import Voice

ASSETS = Path(__file__).parent / "assets"
CORRECTIONS = {
    'role="heading">': 'role="heading" aria-level="2">',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    r' id="equation-[0-9a-f-]{36}"': "",
}
"""What is written by others and makes readers of screens stumble, or differs each time."""


def make(run: Run, target: Path) -> None:
    """Make the site of a finished run.

    Parameters
    ----------
    run : Run
        A finished one.
    target : Path
        Folder of the site; replaced whole. What it links to stands in it, so that it can be sent as it is.

    Raises
    ------
    CrmError
        If Sphinx fails or warns; shows what it says.
    """
    with TemporaryDirectory(prefix="crm-site-") as name:
        source, made = Path(name) / "source", Path(name) / "site"
        assemble(run, source)
        run_sphinx(source, made)
        _correct(made, run.study.language)
        take_along(run.path, made)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(made, target)


def assemble(run: Run, source: Path) -> None:
    """Write the sources of the site: pages, notebooks, styles and data."""
    digest, static = Digest(run), source / "_static"
    static.mkdir(parents=True)
    for path in ASSETS.glob("*.[cj]s*"):
        shutil.copyfile(path, static / path.name)
    (static / "data.js").write_text(script(payload(digest)), encoding="utf-8")
    for name, page in (pages(digest) | chapters(digest)).items():
        (source / f"{name}.ipynb").write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    (source / "conf.py").write_text(configuration(run), encoding="utf-8")


def _correct(made: Path, language: str) -> None:
    """Mend what the theme writes, and say its controls in the language of the report."""
    said = {words["en"]: words[language] for key, words in texts("site").items() if key.startswith("theme.")}
    controls = re.compile(rf'(>\s*|=")({"|".join(map(re.escape, said))})(?=\s*<|")')
    for path in made.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        for wrong, right in CORRECTIONS.items():
            text = re.sub(wrong, right, text)
        path.write_text(controls.sub(lambda found: found[1] + said[found[2]], text), encoding="utf-8")


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
