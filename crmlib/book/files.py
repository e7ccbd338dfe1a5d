"""The files of a study's tables: those of ``tables/`` by their names, and those that ``mapping.yaml`` names."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crmlib.book.fault_table import Fault, Note
from crmlib.book.mapping import Extract, mapping_of
from crmlib.book.schema import COMPULSORY, SCHEMAS
from crmlib.book.sources import SUFFIXES
from crmlib.errors import SettingsError, did_you_mean
from crmlib.study import MAPPING, Study

OPTIONAL = ("outcomes", "ratings", "price_response", "contacts", "measures", "truth")
"""Tables that need not be named in ``book.absent`` where a study has none."""
FORMS = (*SUFFIXES, ".sql")
OTHERS = (".xls", ".xlsm", ".xlsb", ".txt", ".tsv")
"""Suffixes that a table may have which somebody put into a wrong place."""
LEFT_BEHIND = ("thumbs.db", "desktop.ini")


@dataclass
class Found:
    """Files by table, each with how it is to be read; what is wrong with the lot of them, and what was passed over."""

    parts: dict[str, list[tuple[Path, Extract]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def find_files(study: Study) -> Found:
    """The files of every table of a study; a file that cannot be told, and a table without one, are faults.

    Raises
    ------
    SettingsError
        If the mapping is not as it must be, or ``book.raw`` no folder.
    """
    found = Found()
    if study.book.raw and not study.raw.is_dir():
        raise SettingsError(f"book.raw: {study.raw} is no folder.")
    for name, parts in mapping_of(study).items():
        found.parts[name] = [(study.raw / part.file, part) for part in parts]
    mapped = {*found.parts}
    here = sorted((study.folder / "tables").glob("*"))
    by_name: dict[str, list[Path]] = {}
    for path in here:
        _sort(path, by_name, found)
    if study.book.source == "simulated":
        given = next((f"tables/{path.name}" for paths in by_name.values() for path in paths), MAPPING if mapped else "")
        found.faults = [Fault("not_read", given, allowed="book.source: tables")] if given else []
        return found
    for name, paths in by_name.items():
        if name in mapped or len(paths) > 1:
            names = ", ".join([*([MAPPING] if name in mapped else []), *(path.name for path in paths)])
            found.faults.append(Fault("given_twice", f"tables/{paths[0].name}", None, "", names, "one file", name))
        found.parts.setdefault(name, [(paths[0], Extract(file=f"tables/{paths[0].name}"))])
    found.faults += _misplaced(study, found)
    found.faults += [*_missing(study, found)]
    return found


def _sort(path: Path, by_name: dict[str, list[Path]], found: Found) -> None:
    """Put a file of ``tables/`` to its table, or say what it is."""
    # A name that is no UTF-8 is shown as far as it can be.
    file = os.fsencode(f"tables/{path.name}").decode("utf-8", "replace")
    if path.name.startswith((".", "~$")) or path.name.lower() in LEFT_BEHIND:
        found.notes.append(Note("passed_over", file))
    elif path.is_symlink() or not path.is_file():
        table = path.stem if path.stem in SCHEMAS else ""
        found.faults.append(Fault("not_a_file", file, value=path.name, allowed="a file in tables/", table=table))
    elif path.stem not in SCHEMAS:
        allowed = f"one of {', '.join(SCHEMAS)}.{did_you_mean(path.stem, SCHEMAS)}"
        found.faults.append(Fault("file_name", file, value=file.removeprefix("tables/"), allowed=allowed))
    elif path.suffix.lower() not in FORMS:
        found.faults.append(
            Fault("file_type", file, value=path.suffix, allowed=f"one of {', '.join(FORMS)}", table=path.stem)
        )
    else:
        by_name.setdefault(path.stem, []).append(path)


def _misplaced(study: Study, found: Found) -> Iterator[Fault]:
    """Files called like tables that lie elsewhere in the study's folder."""
    read = {path.resolve() for parts in found.parts.values() for path, _ in parts}
    for path in sorted(study.folder.rglob("*")):
        apart = path.parent == study.folder / "tables" or (study.raw in path.parents and study.book.raw)
        table = path.stem in SCHEMAS and path.suffix.lower() in (*FORMS, *OTHERS)
        if table and not apart and path.resolve() not in read:
            file = path.relative_to(study.folder).as_posix()
            if path.stem in found.parts:
                found.notes.append(Note("other_copy", file))
            else:
                yield Fault("misplaced", file, value=path.name, allowed=f"tables/{path.name}", table=path.stem)


def _missing(study: Study, found: Found) -> Iterator[Fault]:
    """Tables that must not be given but are, and that must but are not; nothing of one already found to be wrong."""
    said = {fault.table for fault in found.faults}
    if not found.parts and not found.faults:
        yield Fault("no_tables", "tables/", allowed=f"at least {' and '.join(COMPULSORY)}")
        return
    guessed = [fault.allowed for fault in found.faults if fault.code == "file_name"]
    for name in SCHEMAS:
        file = found.parts[name][0][1].file if name in found.parts else f"tables/{name}.*"
        if name in found.parts and name in study.book.absent:
            yield Fault("must_be_absent", file, value=name, allowed=f"{name} is named in book.absent", table=name)
        optional = {*study.book.absent, *OPTIONAL, *said}
        if name not in found.parts and name not in optional and not any(f"mean {name}?" in hint for hint in guessed):
            need = "every book has it" if name in COMPULSORY else f"given, or {name} named in book.absent"
            yield Fault("missing_table", file, allowed=need, table=name)
