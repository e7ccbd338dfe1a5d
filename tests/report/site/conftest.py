"""A real Chromium, driven over its own protocol, that notes every console message and every request."""

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import urlopen

import nbformat
import pandas as pd
import pytest
import yaml

from crmlib.report.site.make import make
from crmlib.run.folder import RunFolder, json_bytes
from crmlib.runs import Run
from crmlib.words.messages import say
from crmlib.words.said import Said
from crmlib.words.table import Table
from crmlib.words.voice import Voice

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--remote-debugging-port=0", "--remote-allow-origins=*",
    "--allow-file-access-from-files=false", "--hide-scrollbars",
)  # fmt: skip


class Browser:
    """One tab."""

    def __init__(self, address: str) -> None:
        import websocket

        self._socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self._count = 0
        self.messages: list[str] = []
        self.requests: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """Let go of the tab."""
        self._socket.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events on the way are noted."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._count:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self._note(answer["method"], answer["params"])

    def _note(self, method: str, event: dict[str, Any]) -> None:
        if method == "Runtime.consoleAPICalled":
            self.messages.append(f"{event['type']}: {[each.get('value') for each in event['args']]}")
        elif method == "Runtime.exceptionThrown":
            self.messages.append(str(event["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.messages.append(f"{event['entry']['level']}: {event['entry']['text']} {event['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])

    def open(self, path: Path, fragment: str = "", width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Open a page from the disk and wait until it is loaded."""
        self.messages.clear()
        self.requests.clear()
        face = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=face)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=path.as_uri() + fragment)
        address = path.as_uri()
        self.wait(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(address)})")

    def wait(self, condition: str, seconds: float = 30) -> None:
        """Wait until an expression holds."""
        end = time.monotonic() + seconds
        while not self.run(condition):
            assert time.monotonic() < end, f"waited {seconds} s for {condition}"
            time.sleep(0.02)

    def run(self, expression: str) -> Any:
        """Value of an expression in the page; a promise is waited for."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def key(self, key: str) -> None:
        """Press and release a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key)

    def mouse(self, kind: str, x: float, y: float) -> None:
        """A mouse event: mousePressed, mouseMoved, mouseReleased."""
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def screenshot(self, path: Path, full: bool = True) -> None:
        """A picture of the page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=full)
        path.write_bytes(base64.b64decode(shot["data"]))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with an empty profile; skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    profile = tmp_path_factory.mktemp("chromium")
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        opened = Browser(_tab(profile))
        yield opened
        opened.close()
    finally:
        process.terminate()
        process.wait(timeout=30)


def _tab(profile: Path) -> str:
    """Address of the first tab, once Chromium says where it listens."""
    port = profile / "DevToolsActivePort"
    end = time.monotonic() + 60
    while not (port.is_file() and port.read_text().strip()):
        assert time.monotonic() < end, "Chromium did not start within a minute"
        time.sleep(0.05)
    with urlopen(f"http://127.0.0.1:{port.read_text().splitlines()[0]}/json") as answer:
        return next(tab["webSocketDebuggerUrl"] for tab in json.load(answer) if tab["type"] == "page")


@pytest.fixture(scope="session")
def site_run(tmp_path_factory: pytest.TempPathFactory, jd_run: RunFolder) -> Path:
    """The run that all tests share with one figure and small notebooks in place of its own."""
    folder = tmp_path_factory.mktemp("site") / "jd"
    shutil.copytree(jd_run.path, folder, ignore=shutil.ignore_patterns("site", "notebooks", "figures"))
    (folder / "figures").mkdir()
    for ending in ("svg", "png", "csv"):
        shutil.copyfile(jd_run.path / "figures" / f"matrix.{ending}", folder / "figures" / f"matrix.{ending}")
    png = base64.b64encode((folder / "figures" / "matrix.png").read_bytes()).decode()
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    nbformat.write(matrix_notebook(png), notebooks / "07_matrix.ipynb")
    for name in ("03_structure", "08_strategy", "09_evidence"):
        finding = nbformat.v4.new_code_cell('chapter.finding("finding", found)', id="said")
        cells = [markdown(f"# {name[1]} · A chapter"), finding]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), notebooks / f"{name}.ipynb")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["chapters"] = {path.stem: {"state": "ran"} for path in sorted(notebooks.iterdir())}
    (folder / "run.json").write_bytes(json_bytes(record))
    return folder


def markdown(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text)


EQUATION = """(matrix)=
## The matrix of all

\\begin{equation}\\label{eq:high}
A_i \\ge \\big( c_A \\big)
\\end{equation}

See $\\eqref{eq:high}$."""
ABOVE = say("common.chapter", notebook="A & B", run="r", study="s")
TABLE = Table(pd.DataFrame({"name": ["<x>"], "eva": [12_000.0]}), Voice(), ABOVE)._repr_html_()
SENTENCES = [
    say("matrix.near", near=0.367, band=3.0), say("strategy.one_each", n=1186, action="<i>", share=0.07)
]  # fmt: skip
PROSE = Said(SENTENCES, Voice())._repr_html_()
WORK = 'chapter.figure("matrix", now, cuts)\nchapter.write("classes", now)'


def matrix_notebook(png: str) -> nbformat.NotebookNode:
    """An executed chapter: prose, equation, a figure, computed prose, a table, key numbers."""
    new = nbformat.v4
    alt = {"image/png": {"alt": "All <customers>"}}
    made = [("image/png", png, alt), ("text/html", PROSE, {}), ("text/html", TABLE, {})]
    outputs = [new.new_output("display_data", {kind: content}, metadata=more) for kind, content, more in made]
    told = new.new_output("stream", name="stdout", text="cut_current: 49.03 points\n")
    return new.new_notebook(cells=[
        markdown("# 7 · The classes\n\n**Question.** Which?"),
        new.new_code_cell('study = "jd"', id="parameters", metadata={"tags": ["parameters"]}),
        new.new_code_cell('run = "jd"', id="injected", metadata={"tags": ["injected-parameters"]}),
        markdown(EQUATION),
        new.new_code_cell(WORK, id="matrix", outputs=outputs),
        new.new_code_cell("# NBVAL_CHECK_OUTPUT\nchapter.close()", id="check", outputs=[told]),
    ])  # fmt: skip


@pytest.fixture(scope="session")
def chinese_site(tmp_path_factory: pytest.TempPathFactory, site_run: Path) -> Path:
    """The site of the same run in Chinese."""
    folder = shutil.copytree(site_run, tmp_path_factory.mktemp("zh") / "jd", ignore=shutil.ignore_patterns("site"))
    settings = yaml.safe_load((folder / "settings.yaml").read_text(encoding="utf-8")) | {"language": "zh"}
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    make(Run(folder), folder / "site")
    return folder / "site"


@pytest.fixture(scope="session")
def lost_links() -> Callable[[Path], set[str]]:
    """What a site links to and does not hold, or holds outside of its folder."""

    def lost(site: Path) -> set[str]:
        pages = (page.read_text(encoding="utf-8") for page in site.glob("*.html"))
        links = {unescape(link) for text in pages for link in re.findall(r'(?:href|src)="([^"]+)"', text)}
        paths = {link for link in links if urlparse(link).scheme in ("", "file") and urlparse(link).path}
        return {link for link in paths if ".." in link or not (site / urlparse(link).path).is_file()}

    return lost


@pytest.fixture(scope="session")
def site(site_run: Path) -> Path:
    """The site of that run."""
    make(Run(site_run), site_run / "site")
    return site_run / "site"
