"""The site of a finished run: Sphinx over its executed notebooks and pages made from its tables and key numbers."""

import json
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from crmlib.report.digest import Digest
from crmlib.report.site.chapters import chapters
from crmlib.report.site.files import take_along
from crmlib.report.site.pages import pages
from crmlib.report.site.payload import payload, script
from crmlib.report.site.sphinx import configuration, run_sphinx
from crmlib.runs import Run
from crmlib.words.texts import texts

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
