"""What a vendor's own constructors take: many let any name through, and a typo then does nothing."""

from __future__ import annotations

import difflib
import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import is_typeddict

from tuner.formats.tree import at


@dataclass(frozen=True)
class Constructor:
    """A class or function of the vendor's, and the path at which its keyword arguments stand in the tree."""

    module: str
    name: str
    path: str

    def parameters(self) -> frozenset[str]:
        """The names that it gives its arguments, its bases' too where it hands the rest on; ImportError without the
        package."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the vendor's own code
            called = importlib.import_module(self.module)
        for name in self.name.split("."):
            called = getattr(called, name)
        return frozenset(_named(called))


def taking(*constructors: Constructor) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    """A check of trees of Python calls: arguments that a constructor does not name, as `path: rule`."""

    def check(tree: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(problem for one in constructors for problem in _unknown(one, at(tree, one.path)[1]))

    return check


def _unknown(one: Constructor, given: Any) -> Iterator[str]:
    if not isinstance(given, Mapping):
        return
    known = one.parameters()
    for name in given:
        if name not in known and name not in ("()", "**"):
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            yield f"{one.path}.{name}: {one.name} has no such argument{hint}"


def _named(called: Any) -> Iterator[str]:
    """A constructor's named arguments; where it takes any others, its bases get them."""
    if is_typeddict(called):
        yield from called.__annotations__
        return
    parameters = inspect.signature(called).parameters.values()
    yield from (one.name for one in parameters if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL))
    if any(one.kind is one.VAR_KEYWORD for one in parameters) and isinstance(called, type):
        for base in called.__bases__:
            if base is not object:
                yield from _named(base)
