"""A chapter's parameters are its section of study.yaml.

Each comes from the notebook's parameters cell where it is given there, else from the run, else from study.yaml; a
name that is none of them is an error with the nearest right one.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import NoneType
from typing import Any

from crmlib.errors import SettingsError
from crmlib.reference import flow
from crmlib.run.folder import RunFolder, reports_root
from crmlib.run.graph import ReadStudy, chapter_named
from crmlib.study import Study, instead_of, section_type, slug, study_folder
from crmlib.words.messages import Message, say

PLAIN = (str, int, float, bool, list, dict, tuple, NoneType)
SHELL = ("In", "Out")
BEGUN = "_crm_begun"


@dataclass(frozen=True)
class Parameters:
    """What a chapter runs with.

    Attributes
    ----------
    study : ReadStudy
        Settings of the study with those of the run and of the notebook applied.
    folder : RunFolder
        The run that the chapter reads and, while it is being made, writes.
    given : mapping
        Settings given in the notebook, by name within the section.
    sources : mapping of str to Message
        Where each setting of the section comes from.
    """

    study: ReadStudy
    folder: RunFolder
    given: Mapping[str, Any]
    sources: Mapping[str, Message]


def resolve(section: str, names: MutableMapping[str, Any]) -> Parameters:
    """Parameters of a chapter, from the names that its notebook defined so far.

    Raises
    ------
    SettingsError
        If the study or a name is unknown (with the nearest right one) or a value is not allowed.
    """
    fields = section_type(chapter_named(section)).model_fields
    _require_known(section, ["study", "run", *fields], names)
    base = Study.load(study_folder(str(names.get("study") or "jd")))
    folder = RunFolder(reports_root() / slug(str(names.get("run") or base.name)))
    recorded = folder.recorded(base.name)
    given = {name: names[name] for name in fields if names.get(name) is not None}
    study = ReadStudy.load(base.folder, **(recorded | {f"{section}.{name}": value for name, value in given.items()}))
    of_study = base.settings()[section]
    sources = {}
    for name, value in study.settings()[section].items():
        place = "given" if name in given else "run" if f"{section}.{name}" in recorded else "study"
        source = say(f"run.source.{place}")
        differs = value != of_study[name]
        sources[name] = say("run.source.differs", source=source, value=flow(of_study[name])) if differs else source
    return Parameters(study, folder, given, sources)


def _require_known(section: str, allowed: list[str], names: MutableMapping[str, Any]) -> None:
    """Refuse plain values under names that are no parameter.

    papermill puts unknown parameters into the notebook and goes on. A chapter that is begun again has variables of
    its own by then: only names that look like a mistyped parameter are refused there.
    """
    begun = names.get(BEGUN) == section
    for name, value in list(names.items()):
        if name.startswith("_") or name in SHELL or name in allowed or type(value) not in PLAIN:
            continue
        if not begun or get_close_matches(name, allowed, n=1, cutoff=0.85):
            raise SettingsError(
                f"{name} is not a parameter of this chapter.{instead_of(f'{section}.{name}', allowed)}\n"
                f"Parameters of {section}: {', '.join(allowed)}."
            )
    names[BEGUN] = section
