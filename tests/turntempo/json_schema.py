"""The part of JSON Schema that our own schemas use, to check examples with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "default", "unit", "type", "enum", "const", "anyOf"),
    *("properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength"),
    *("minimum", "maximum", "pattern", "format"),
}


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "$") -> Iterator[str]:
    """What in the value breaks the schema. An unknown keyword is a problem too, since it would be skipped."""
    root = root or schema
    if unknown := schema.keys() - KNOWN:
        yield f"{at}: this checker does not know {unknown}"
    if "$ref" in schema:
        yield from problems(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    if "anyOf" in schema and all(any(problems(value, one, root, at)) for one in schema["anyOf"]):
        yield f"{at}: {value!r} fits none"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: must be {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: must be one of {schema['enum']}"
    if "type" in schema and not _has_type(value, schema["type"]):
        yield f"{at}: must be {schema['type']}, got {value!r}"
    elif isinstance(value, dict):
        yield from _object(value, schema, root, at)
    elif isinstance(value, list):
        yield from _array(value, schema, root, at)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{at}: {value} is out of range"
    elif isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{at}: is too short"


def _has_type(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: lacks {name}" for name in schema.get("required", ()) if name not in value)
    for name, inner in value.items():
        if name in known:
            yield from problems(inner, known[name], root, f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is unknown"


def _array(value: list[Any], schema: dict[str, Any], root: dict[str, Any], at: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at}: has {len(value)} items"
    for place, inner in enumerate(value):
        yield from problems(inner, schema.get("items", {}), root, f"{at}[{place}]")
