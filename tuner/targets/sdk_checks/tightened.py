"""A vendor's type built anew: no `Any` beside a `Literal`, no unknown keys, no number as text, names as on the wire."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typing_extensions
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model
from pydantic.fields import FieldInfo

_CLOSED = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)
_PLAIN = (str, int, float, bool, type(None))
_LISTS = (list, Iterable, Sequence)
_MAPS = (dict, Mapping)


def tightened(annotation: Any) -> Any:
    """The same type, closed all the way down; what is neither plain, a model nor made of them is left open."""
    return _Walk().of(annotation)


class _Walk:
    """One walk over a type; a model that contains itself is left open where it meets itself again."""

    def __init__(self) -> None:
        self._done: dict[Any, Any] = {}
        self._under_way: set[Any] = set()

    def of(self, annotation: Any) -> Any:
        origin = get_origin(annotation)
        if origin in (Annotated, typing_extensions.Required, typing_extensions.NotRequired):
            return self.of(get_args(annotation)[0])
        if origin in (Union, types.UnionType):
            return self._union(get_args(annotation))
        if origin in _LISTS and get_args(annotation):
            return list[self.of(get_args(annotation)[0])]  # type: ignore[misc]
        if origin in _MAPS:
            return dict[str, self.of(get_args(annotation)[1])]  # type: ignore[misc]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self._once(annotation, self._model)
        if typing_extensions.is_typeddict(annotation):
            return self._once(annotation, self._typed_dict)
        return annotation if origin is Literal or annotation in _PLAIN or _is_enum(annotation) else Any

    def _once(self, kind: Any, build: Any) -> Any:
        if kind in self._under_way:
            return Any
        if kind not in self._done:
            self._under_way.add(kind)
            self._done[kind] = build(kind)
            self._under_way.discard(kind)
        return self._done[kind]

    def _union(self, arms: tuple[Any, ...]) -> Any:
        """Without Any where a Literal says what may come; distinguished by their tag where every model has one."""
        closed = any(get_origin(arm) is Literal for arm in arms)
        kept = [self.of(arm) for arm in arms if not (closed and arm is Any)]
        return Union[tuple(_by_tag(kept))]  # noqa: UP007

    def _model(self, model: type[BaseModel]) -> Any:
        """Its fields go by their name on the wire alone: some names pydantic keeps for itself."""
        fields: dict[str, Any] = {
            f"field_{place}": (self.of(info.annotation), Field(_default(info), alias=_wire_name(name, info)))
            for place, (name, info) in enumerate(model.model_fields.items())
        }
        return create_model(model.__name__, __config__=_CLOSED, **fields)

    def _typed_dict(self, kind: Any) -> Any:
        hints = typing_extensions.get_type_hints(kind, include_extras=True)
        keys = {name: _kept(name in kind.__required_keys__, hint)[self.of(hint)] for name, hint in hints.items()}
        make: Any = typing_extensions.TypedDict
        closed = make(kind.__name__, keys)
        closed.__pydantic_config__ = _CLOSED
        return closed


def _kept(required: bool, hint: Any) -> Any:
    """Required or NotRequired, as the hint says, or else the class."""
    origin = get_origin(hint)
    if origin in (typing_extensions.Required, typing_extensions.NotRequired):
        return origin
    return typing_extensions.Required if required else typing_extensions.NotRequired


def _default(info: FieldInfo) -> Any:
    return ... if info.is_required() else info.get_default(call_default_factory=False)


def _wire_name(name: str, info: FieldInfo) -> str:
    """The key in the JSON: pydantic's alias, or the one that a generator's own metadata carries."""
    carried = (getattr(part, "alias", None) for part in info.metadata)
    return info.alias or next((alias for alias in carried if alias), name)


def _by_tag(arms: list[Any]) -> list[Any]:
    """Models with a field of one fixed value each become one arm, so that errors speak of the right one."""
    models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel)]
    tags = [_tags(model) for model in models]
    names = set.intersection(*(set(tag) for tag in tags)) if len(models) > 1 else set()
    name = next((name for name in sorted(names) if _distinct([tag[name] for tag in tags])), None)
    if name is None:
        return arms
    tagged: list[Any] = [
        Annotated[model, Tag(str(value))] for model, tag in zip(models, tags, strict=True) for value in tag[name]
    ]
    together: Any = Union[tuple(tagged)]  # noqa: UP007
    chosen: Any = Annotated[together, Discriminator(_tag_at(name))]
    return [chosen, *(arm for arm in arms if arm not in models)]


def _tag_at(name: str) -> Callable[[Any], str | None]:
    """Reads the tag off the data; None where it is not there."""

    def tag(data: Any) -> str | None:
        return str(data[name]) if isinstance(data, Mapping) and name in data else None

    return tag


def _tags(model: type[BaseModel]) -> dict[str, tuple[Any, ...]]:
    return {
        info.alias or name: get_args(info.annotation)
        for name, info in model.model_fields.items()
        if get_origin(info.annotation) is Literal
    }


def _distinct(tags: list[tuple[Any, ...]]) -> bool:
    every = [value for tag in tags for value in tag]
    return len(every) == len(set(every))


def _is_enum(annotation: Any) -> bool:
    return isinstance(annotation, type) and hasattr(annotation, "__members__")
