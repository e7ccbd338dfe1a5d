"""Every setting as a reader looks it up, made from the settings' own schema so that it cannot drift."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from crmlib.study import Section, Study

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "pattern": "like"}


def settings_reference() -> Iterator[tuple[str, str, str, str]]:
    """Name, default, allowed values and meaning of every setting, in the order of study.yaml."""
    yield from _fields(Study, "")


def flow(value: Any) -> str:
    """A value as one line of YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()


def python_type(annotation: Any) -> str:
    """Plain type of a parameter, as papermill and a reader know it."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return python_type(next(kind for kind in get_args(annotation) if kind is not NoneType))
    if origin is Literal:
        return type(get_args(annotation)[0]).__name__
    if hasattr(annotation, "__metadata__"):
        return python_type(get_args(annotation)[0])
    kind = origin or annotation
    return "list" if kind is tuple else kind.__name__


def _fields(model: type[Section], above: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from _fields(field.annotation, f"{name}.")
        elif not field.exclude:
            default = "compulsory" if field.is_required() else flow(_plain(field.default))
            yield above + name, default, _allowed(field), field.description or ""


def _allowed(field: FieldInfo) -> str:
    """Allowed values in a few words: one of …, or the type with its bounds."""
    if get_origin(field.annotation) is Literal:
        return " | ".join(map(str, get_args(field.annotation)))
    bounds = [f"{SIGNS[key]} {value}" for rule in field.metadata for key, value in _bounds(rule)]
    return " ".join([python_type(field.annotation), *bounds])


def _bounds(rule: Any) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key in SIGNS if (value := getattr(rule, key, None)) is not None)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
