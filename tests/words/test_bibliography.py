"""The works that the project cites: every citation is in the file, and the file has no other."""

import json
import re

import pytest

from crmlib.study import PROJECT
from crmlib.words.bibliography import FILE, cited, with_citations, works

NOTES = {"read in part", "not read", "not found"}
OURS = ("crmlib", "docs", "data", "notebooks")
IN_PROSE = re.compile(r"[A-ZÀ-Þ][A-Za-zÀ-ſ-]+(?:\s+et al\.)?,?(?:等|\s+|\s*[(（])(?:18|19|20)\d\d\b")
IN_CODE = re.compile(r"[A-Z][\w-]+(?: et al\.)? \((?:18|19|20)\d\d\)")
NO_AUTHOR = re.compile(r"(January|February|May|June|July|August|October|November|December|In|China|GB|Modeling)\b")


def texts():
    """Texts of the project by file, with how citations look there."""
    for path in sorted(path for folder in OURS for path in (PROJECT / folder).rglob("*")):
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
            yield path, "\n".join(prose), IN_PROSE
        elif path.suffix in (".md", ".py", ".yaml", ".ini"):
            yield path, path.read_text(encoding="utf-8"), IN_PROSE if path.suffix == ".md" else IN_CODE


def test_every_entry_is_read_with_a_note_of_how_far_it_was_seen():
    text = FILE.read_text(encoding="utf-8")
    assert len(works()) == len(re.findall(r"^@", text, re.MULTILINE)) > 50
    assert sum(len(work.fields) for work in works().values()) == len(re.findall(r"^  \w+ = ", text, re.MULTILINE))
    for key, work in works().items():
        assert {"author", "title", "year", "note"} <= set(work.fields) and work.fields["note"] in NOTES, key
    assert list(works()) == sorted(
        works(), key=lambda key: (works()[key].fields["author"].strip("{"), works()[key].fields["year"])
    )


def test_every_citation_of_the_project_is_an_entry():
    lost = []
    for path, text, looks in texts():
        rest = with_citations(text, lambda found, work: "")
        lost += [f"{path.name}: {found[0]}" for found in looks.finditer(rest) if not NO_AUTHOR.match(found[0])]
    assert lost == []


def test_every_entry_is_cited():
    everything = "\n".join(text for _, text, _ in texts())
    assert [key for key, work in works().items() if not work.pattern.search(everything)] == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Payne and Frow (2005) see", ["payne2005"]),
        ("(AIP; Forman and\nPeniwati 1998)", ["forman1998"]),
        ("Reinartz、Krafft和Hoyer（2004）表明", ["reinartz2004"]),
        ("DeLong et al. 1988; DeLong等1988", ["delong1988"]),
        ("Perlich, Rosset, Lawrence, Zadrozny (2007)", ["perlich2007"]),
        ("林建华和林泽阳（2013）, Lin and Lin 2013", ["lin2013"]),
        ("Aczél and Saaty 1983", ["aczel1983"]),
        ("Saaty 19801, MacSaaty 1980", []),
    ],
)
def test_a_citation_is_found_as_people_write_it(text, keys):
    assert [work.key for work in cited(text)] == keys


def test_a_citation_is_marked_whole():
    said = with_citations("As Payne and Frow (2005) say.", lambda found, work: f"[{found}]({work.key})")
    assert said == "As [Payne and Frow (2005)](payne2005) say."


def test_a_work_is_told_with_its_place_and_address():
    assert works()["ongena2001"].told == (
        "Ongena, Steven and Smith, David C. (2001). The duration of bank relationships. "
        "Journal of Financial Economics 61(3), 449–475."
    )
    assert works()["ongena2001"].address == "https://doi.org/10.1016/S0304-405X(01)00069-1"
    assert works()["lin2013"].told.startswith("Lin, Jianhua and Lin, Zeyang (林建华、林泽阳) (2013). 商业银行")
    assert works()["boot2000"].told.endswith("what do we know? Journal of Financial Intermediation 9(1), 7–25.")
    assert works()["saaty1980"].address == ""


def test_a_package_without_the_file_cites_nothing(tmp_path):
    assert works(tmp_path / "none.bib") == {}
