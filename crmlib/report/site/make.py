"""The site of a finished run: Sphinx over its executed notebooks and pages made from its tables and key numbers."""

import json
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crmlib.report.dark import DARK
from crmlib.report.digest import Digest
from crmlib.report.palette import CLASSES, COLOURS
from crmlib.report.site import pages
from crmlib.report.site.chapters import chapter
from crmlib.report.site.figures import Page, stylesheet, themed
from crmlib.report.site.files import take_along
from crmlib.report.site.payload import payload, script
from crmlib.report.site.sphinx import configuration, run_sphinx
from crmlib.runs import Run
from crmlib.words.texts import texts

ASSETS = Path(__file__).parent / "assets"
UNREAD = (".buildinfo", "objects.inv", "genindex.html", "_sources", "_static/**/*.map", "_static/**/*.LICENSE.txt")
"""What Sphinx makes and no reader of the site opens."""
CORRECTIONS = {
    'role="heading">': 'role="heading" aria-level="2">',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    r' id="equation-[0-9a-f-]{36}"': "",
    '<span class="[npw]">([^<]*)</span>': r"\1",
}
"""What is written by others and makes readers of screens stumble, differs each time, or colours what has no colour."""


def make(folder: Path, target: Path) -> None:
    """Make the site of a finished run.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    target : Path
        Folder of the site; replaced whole. What it links to stands in it, so that it can be sent as it is.

    Raises
    ------
    CrmError
        If Sphinx fails or warns; shows what it says.
    """
    run = Run(folder)
    with TemporaryDirectory(prefix="crm-site-") as name:
        source, made = Path(name) / "source", Path(name) / "site"
        assemble(run, source)
        run_sphinx(source, made)
        _finish(made, run.study.language)
        take_along(folder, made)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(made, target)


def assemble(run: Run, source: Path) -> None:
    """Write the sources of the site: pages, notebooks, styles and data."""
    static = source / "_static"
    static.mkdir(parents=True)
    for path in ASSETS.glob("*.[cj]s*"):
        shutil.copyfile(path, static / path.name)
    digest = Digest(run)
    (static / "data.js").write_text(script(payload(digest)), encoding="utf-8")
    colours = {colour.lower() for colour in COLOURS.values()} | _chapters(digest, source)
    (static / "colours.css").write_text(_palette() + stylesheet(colours), encoding="utf-8")
    for name, page in pages.pages(digest).items():
        _write(source / f"{name}.ipynb", page)
    (source / "conf.py").write_text(configuration(run), encoding="utf-8")


def _chapters(digest: Digest, source: Path) -> set[str]:
    """Write the chapters; returns the colours of their figures."""
    drawn = digest.run.path / "figures"
    figures = {path.read_bytes(): path.stem for path in drawn.glob("*.png")}
    colours: set[str] = set()
    for path in sorted((digest.run.path / "notebooks").glob("*.ipynb")):
        page = Page(drawn, digest.voice)
        _write(source / path.name, chapter(path, page, figures))
        colours |= page.colours
    return colours


def _write(path: Path, notebook: dict[str, Any]) -> None:
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def _palette() -> str:
    """Names of the report's colours for style sheets and scripts; classes by quadrant."""
    names = {f"q{place}": name for place, name in enumerate(CLASSES)}
    names |= {name: name for name in COLOURS if name not in CLASSES}
    faces = ("".join(f"--crm-{short}:{table[name]};" for short, name in names.items()) for table in (COLOURS, DARK))
    return themed(*faces)


def _finish(made: Path, language: str) -> None:
    """Remove what nobody reads, and mend what the theme writes."""
    for pattern in UNREAD:
        for path in made.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    said = {words["en"]: words[language] for key, words in texts("site").items() if key.startswith("theme.")}
    controls = re.compile(rf'(>\s*|=")({"|".join(map(re.escape, said))})(?=\s*<|")')
    for path in made.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        for wrong, right in CORRECTIONS.items():
            text = re.sub(wrong, right, text)
        text = controls.sub(lambda found: found[1] + said[found[2]], text)
        path.write_text(text, encoding="utf-8")
    _sort(made / "searchindex.js")


def _sort(index: Path) -> None:
    """Put the index of the search in an order of its own: it comes in that in which pages happened to be ready."""
    head, _, rest = index.read_text(encoding="utf-8").partition("(")
    words = json.loads(rest.removesuffix(")"))
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    index.write_text(f"{head}({text})", encoding="utf-8")
