"""Every setting as a reader looks it up, made from the settings' own schema so that it cannot drift."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from crmlib.study import Study, section_type

TYPES = {"number": "float", "integer": "int", "string": "str", "array": "list", "object": "dict"}
"""Types of JSON Schema as papermill and a reader know them."""
SIGNS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<", "pattern": "like"}


def settings_reference() -> Iterator[tuple[str, str, str, str]]:
    """Name, default, allowed values and meaning of every setting, in the order of study.yaml."""
    schema = Study.model_json_schema()
    for name, field in schema["properties"].items():
        if "$ref" in field:
            section = schema["$defs"][section_type(name).__name__]["properties"]
            yield from (_told(f"{name}.{key}", own) for key, own in section.items())
        elif not Study.model_fields[name].exclude:
            yield _told(name, field)


def _told(name: str, schema: Mapping[str, Any]) -> tuple[str, str, str, str]:
    default = flow(schema["default"]) if "default" in schema else "compulsory"
    bounds = (f"{sign} {schema[key]}" for key, sign in SIGNS.items() if key in schema)
    kind = _known(schema).get("format") or python_type(schema)
    allowed = " | ".join(schema["enum"]) if "enum" in schema else " ".join([kind, *bounds])
    return name, default, allowed, schema["description"]


def python_type(schema: Mapping[str, Any]) -> str:
    """Plain type of a parameter with this JSON Schema."""
    return TYPES[_known(schema)["type"]]


def _known(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The kind that a value is of, where it may be unknown."""
    return next(kind for kind in schema.get("anyOf", [schema]) if kind["type"] != "null")


def flow(value: Any) -> str:
    """A value as one line of YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("...\n").strip()
