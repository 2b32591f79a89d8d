"""Every pattern of the product takes time in proportion to the text: none can be made to hang.

Each compiled pattern is searched for in texts of 32,000 letters that make backtracking patterns slow: one piece over and
over, then something that does not fit. It may take 0.25 s of the process's own time, which a timer counts, so that the load
of the machine does not matter: a linear pattern takes milliseconds, a quadratic one seconds, an exponential one for ever.
"""

# ruff: noqa: E501 one row for each kind of piece

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import ModuleType

import pytest

PACKAGES = ("stages", "pipeline", "tuner", "tui", "turntempo")
PIECES = (
    "a", "A", "0", " ", "\t", "\\", '"', "'", "`", "<", "[", "(", "{", "=", ":", "-", "_", ".", ",", "/", "@", "%", "&", "#",
    "a ", "a.", "a-", "a=", "a:", "a,", "a_", "0.", "0-", "0 ", "0:", "1a", "aA0", "\\\"", "a\\", "key=", "key: ", "key ",
    "password ", "token: [", "sk-a", "a@", "@a.", "http://", "<a ", "<!--", "${", "密码", "是", "+1 ", "REDACTED-", "\n", "\r\n", "a\n", " \n",
)  # fmt: skip
SIZE = 32_000
MOST_CPU_S = 0.25


def modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        root = importlib.import_module(package)
        yield root
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if found.name.endswith("__main__"):
                continue
            try:
                yield importlib.import_module(found.name)
            except ModuleNotFoundError as error:  # an adapter of a package that is not here
                if (error.name or "").partition(".")[0] in PACKAGES:
                    raise


def patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """The patterns in a module's value, also in tuples, mappings and objects of ours."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth < 4:
        for inner in value.values():
            yield from patterns_in(inner, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 4:
        for inner in value:
            yield from patterns_in(inner, depth + 1)
    elif depth < 4 and type(value).__module__.partition(".")[0] in PACKAGES and hasattr(value, "__dict__"):
        for inner in vars(value).values():
            yield from patterns_in(inner, depth + 1)


def all_patterns() -> dict[str, tuple[re.Pattern[str], bool]]:
    """Each pattern of text once, by the place of the first module that has it; and whether it is searched for.

    A pattern that its module only asks whether it fits at a place is not: it is tried there alone.
    """
    found: dict[re.Pattern[str], tuple[str, bool]] = {}
    for module in modules():
        source = inspect.getsource(module) if module.__file__ else ""
        for name, value in vars(module).items():
            for pattern in patterns_in(value):
                if isinstance(pattern.pattern, str):
                    asked = re.search(rf"\b{name}\.(?:full)?match\b", source) is not None
                    sought = re.search(rf"\b{name}\.(?:search|find|sub|split)", source) is not None
                    found.setdefault(pattern, (f"{module.__name__}.{name}", sought or not asked))
    return {f"{where} {n}": (pattern, sought) for n, (pattern, (where, sought)) in enumerate(found.items())}


ALL = all_patterns()


class TooLong(Exception):
    """The pattern took more of the process's time than it may."""


def interrupt(*_: object) -> None:
    raise TooLong


def slow_on(pattern: re.Pattern[str], sought: bool) -> str:
    """The first piece on which the pattern takes too long; empty where there is none."""
    before = signal.signal(signal.SIGVTALRM, interrupt)
    piece = ""
    try:
        for piece in PIECES:
            text = piece * (SIZE // len(piece)) + "\x00"
            signal.setitimer(signal.ITIMER_VIRTUAL, MOST_CPU_S)
            for _ in pattern.finditer(text) if sought else ():
                pass
            pattern.match(text)
            pattern.fullmatch(text)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooLong:
        return repr(piece)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return ""


def test_the_instrument_finds_a_quadratic_and_an_exponential_pattern() -> None:
    assert slow_on(re.compile(r"a+b"), sought=True) == "'a'"
    assert slow_on(re.compile(r"(?:a|a)*b"), sought=False) == "'a'"
    assert slow_on(re.compile(r"(?<!a)a++b"), sought=True) == ""


def test_all_patterns_of_the_product_are_found() -> None:
    assert len(ALL) > 150


@pytest.mark.parametrize("where", ALL)
def test_a_pattern_is_linear(where: str) -> None:
    assert slow_on(*ALL[where]) == ""
