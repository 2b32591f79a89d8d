"""Turns decoded fast: msgspec's structs, made from the models of `stages.turn`, so that they allow the same.

A struct has the attributes of its model, and its types and ranges. What it refuses, and what a model checks between
fields, is left to the model: it says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from stages.model import Model
from stages.turn import Turn

OPTIONAL = ("index", "schema_")
"""Fields of a turn of which it matters whether they were given: `msgspec.UNSET` where they were not."""

Decoded = Any
"""A struct with the attributes of a turn."""


@cache
def decoder() -> msgspec.json.Decoder[Decoded]:
    """Decodes one line that holds a turn; msgspec.MsgspecError, or UnicodeDecodeError, for what is none."""
    return msgspec.json.Decoder(_struct(Turn, OPTIONAL))


@cache
def _whole() -> type[msgspec.Struct]:
    return _struct(Turn)


def made(values: dict[str, Any]) -> Decoded:
    """The turn of these values, groups as dicts; msgspec.ValidationError where one is of a wrong type or out of range.

    What a model checks between fields is not checked.
    """
    return msgspec.convert(values, _whole(), from_attributes=True)


@cache
def _struct(model: type[Model], optional: tuple[str, ...] = ()) -> type[msgspec.Struct]:
    """The struct of a model."""
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    names: dict[str, str] = {}
    for name, info in model.model_fields.items():
        kind: Any = _type(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)
        if name in optional:
            fields.append((name, kind | msgspec.UnsetType, msgspec.UNSET))
        elif info.is_required():
            fields.append((name, kind))
        else:
            made: Any = info.default_factory
            fields.append((name, kind, msgspec.field(default_factory=made) if made else _default(info.default)))
        names[name] = info.alias or name
    ordered = sorted(fields, key=len)  # those that are required first
    return msgspec.defstruct(model.__name__, ordered, rename=names, forbid_unknown_fields=True, gc=False)


def _default(value: Any) -> Any:
    """A default; of a group, the group with its own."""
    if isinstance(value, Model):
        kind = _struct(type(value))
        return msgspec.field(default_factory=kind)
    return value


def _type(annotation: Any) -> Any:
    """The type for msgspec, with its ranges."""
    if get_origin(annotation) is Annotated:
        base, *notes = get_args(annotation)
        limits = _limits(notes)
        kind = _type(base)
        return Annotated[kind, msgspec.Meta(**limits)] if limits else kind
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return Union[tuple(_type(one) for one in get_args(annotation))]  # noqa: UP007 - made at run time
    if origin is tuple:
        return tuple[_type(get_args(annotation)[0]), ...]  # type: ignore[misc]
    if origin is dict:
        keys, values = get_args(annotation)
        return dict[_type(keys), _type(values)]  # type: ignore[misc]
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return _struct(annotation)
    if origin is Literal or annotation in (float, int, str, bool, NoneType):
        return annotation
    raise TypeError(f"no fast type for {annotation!r}")


_LIMITS = ("ge", "le", "gt", "lt", "min_length", "max_length", "pattern")


def _limits(notes: Iterable[Any]) -> dict[str, Any]:
    """The limits in the metadata of a field."""
    found: dict[str, Any] = {}
    for note in notes:
        for one in (note, *getattr(note, "metadata", ())):
            held = {name: limit for name in _LIMITS if (limit := getattr(one, name, None)) is not None}
            found |= held
    if "pattern" in found:  # in Python's patterns `$` also stands before a last line end
        found["pattern"] = str(found["pattern"]).removesuffix("$") + r"\Z"
    return found
