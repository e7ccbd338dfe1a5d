from pathlib import Path

import pytest

from crmlib.report import publish as module
from crmlib.report.publish import PARTS, keep_published, publish, put_back
from crmlib.runs import Run


@pytest.fixture
def quick(monkeypatch):
    """Parts that are made at once: the two files hold ``text``, the site a page with it."""

    def make(text, fails=""):
        def site(run: Run, target: Path) -> None:
            target.mkdir()
            (target / f"{text}.html").write_text(text)

        def broken(run: Run, target: Path) -> None:
            raise OSError("the disk is full")

        def file(run: Run, target: Path) -> object:
            return target.write_text(text)

        makers = {"brief.pdf": file, "customers.xlsx": file, "site": site}
        monkeypatch.setattr(module, "PARTS", {name: name for name in makers})
        monkeypatch.setattr(module, "resolve_name", (makers | {fails: broken}).get)

    return make


def whole(text):
    """All parts; the site takes the two files along."""
    return ["brief.pdf", "customers.xlsx", "site", "site/brief.pdf", "site/customers.xlsx", f"site/{text}.html"]


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_all_parts_are_made_and_timed_and_nothing_else_is_left(quick, tmp_path):
    quick("first")
    seconds = publish(tmp_path)
    assert list(seconds) == [*PARTS, "total"]
    assert names(tmp_path) == whole("first")


def test_a_new_publication_replaces_the_last_one_whole(quick, tmp_path):
    for text in ("first", "second"):
        quick(text)
        publish(tmp_path)
    assert names(tmp_path) == whole("second")
    assert (tmp_path / "brief.pdf").read_text() == "second"


def test_a_new_run_keeps_what_was_published_apart_until_it_is_published(quick, tmp_path):
    last, new, newer = (tmp_path / name for name in ("last", "new", "newer"))
    for folder in (last, new, newer):
        folder.mkdir()
    assert not keep_published(last, new)
    quick("first")
    publish(last)
    assert keep_published(last, new) and keep_published(new, newer)
    assert names(newer) == ["earlier", *(f"earlier/{name}" for name in whole("first"))]
    publish(newer)
    assert names(newer) == whole("first")


@pytest.mark.parametrize("part", PARTS)
def test_if_a_part_fails_what_was_published_stays(quick, tmp_path, part):
    quick("first")
    publish(tmp_path)
    quick("second", fails=part)
    with pytest.raises(OSError, match="the disk is full"):
        publish(tmp_path)
    assert names(tmp_path) == whole("first")
    assert (tmp_path / "brief.pdf").read_text() == "first"


def test_a_site_without_its_files_is_kept_apart_too(quick, tmp_path):
    last, new = tmp_path / "last", tmp_path / "new"
    last.mkdir()
    new.mkdir()
    quick("first")
    publish(last)
    (last / "brief.pdf").unlink()
    assert keep_published(last, new)
    assert "earlier/site/first.html" in names(new) and "earlier/brief.pdf" not in names(new)


def test_the_last_site_comes_back_where_a_publication_was_killed_in_the_exchange(quick, tmp_path, monkeypatch):
    quick("first")
    publish(tmp_path)
    (tmp_path / ".publish").mkdir()
    (tmp_path / "site").rename(tmp_path / ".publish" / "old site")
    put_back(tmp_path)
    put_back(tmp_path)
    assert (tmp_path / "site" / "first.html").is_file()
