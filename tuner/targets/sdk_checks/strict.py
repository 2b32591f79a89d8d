"""What a vendor's own types say of a document, tightened: the SDKs as they are let typos and bad enums through.

Most of them are generated: an enum is `Union[Literal[...], Any]`, and a key that nobody knows is kept. So their
annotations are built anew (`tuner.targets.sdk_checks.tightened`). Ranges are in no SDK; they stand in the field tables.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from stages.model import first_problem
from tuner.formats.tree import at
from tuner.targets.sdk_checks.tightened import tightened

Check = Callable[[Mapping[str, Any]], tuple[str, ...]]
"""What the vendor's types refuse in a document; ImportError where the package is not installed."""


@dataclass(frozen=True)
class VendorType:
    """The type in a vendor's package for what stands at a path of the document."""

    module: str
    name: str
    path: str = ""
    """Dotted; empty: the whole document."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What else the type demands, that is none of ours and stands in the customer's own document."""

    def load(self) -> Any:
        """The vendor's type itself; ImportError where its package is not installed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the vendor's own code
            return getattr(importlib.import_module(self.module), self.name)


def asking(*types: VendorType) -> Check:
    """A check of documents: the first rule that each type finds broken, as `path: rule`.

    What is not in the document is not asked for; one that begins further down than the path does is known by what
    is left of the path.
    """

    def check(document: Mapping[str, Any]) -> tuple[str, ...]:
        found = []
        for kind in types:
            there, part = _part(document, kind.path)
            found.append(problem(kind, part) if there else None)
        return tuple(one for one in found if one)

    return check


def problem(kind: VendorType, part: Any) -> str | None:
    """The first rule of a vendor's type that a part of a document breaks, placed; None: it is fine.

    The type is asked tightened, and then as it is, for what it checks by code of its own.
    """
    whole = {**kind.given, **part} if isinstance(part, Mapping) else part
    theirs = kind.load()
    for adapter in (TypeAdapter(tightened(theirs)), _as_it_is(theirs)):
        try:
            adapter.validate_json(json.dumps(whole))
        except ValidationError as error:
            detail, rule = error.errors(include_url=False)[0], first_problem(error)[1]
            rule = "there is no such key" if detail["type"] == "extra_forbidden" else rule
            return ": ".join(part for part in (_place(kind.path, detail["loc"], whole), rule) if part)
    return None


def _place(path: str, loc: tuple[int | str, ...], whole: Any) -> str:
    """Where it is in the document: without the names of the union's arms that stand in pydantic's own place."""
    here = whole
    for name in loc:
        if isinstance(name, int):
            path, here = f"{path}[{name}]", here[name]
        elif isinstance(here, Mapping) and (name in here or name == loc[-1]):
            path, here = f"{path}.{name}".lstrip("."), here.get(name)
    return path


def _part(document: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    keys = path.split(".") if path else []
    ways = (".".join(keys[first:]) for first in range(len(keys)))
    return next((found for found in (at(document, way) for way in ways) if found[0]), (not path, document))


def _as_it_is(theirs: Any) -> TypeAdapter[Any]:
    """The vendor's type; what pydantic cannot build (protocols, classes of their own) says nothing by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return TypeAdapter(theirs)
        except PydanticUserError:
            return TypeAdapter(Any)
