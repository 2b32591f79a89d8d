"""Looking on at calls inside of a framework: what is called still runs, and nothing of ours can make it fail."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

LOG = logging.getLogger("turntempo.recorders")

Given = ParamSpec("Given")
Result = TypeVar("Result")


def harmless(call: Callable[Given, None]) -> Callable[Given, None]:
    """The call, which never raises: an error of it is logged at debug level."""

    @functools.wraps(call)
    def run(*args: Given.args, **named: Given.kwargs) -> None:
        try:
            call(*args, **named)
        except Exception as error:  # noqa: BLE001 - the agent goes on, whatever fails here
            LOG.debug("turntempo: an event was not recorded: %r", error)

    return run


def tap(owner: Any, method: str, look: Callable[..., None]) -> bool:
    """Have `look` called with the arguments of this method of this object, before it runs.

    False where there is no such method (an older version).
    """
    inner = getattr(owner, method, None)
    if not callable(inner):
        return False
    seen = harmless(look)

    @functools.wraps(inner)
    def run(*args: Any, **named: Any) -> Any:
        seen(*args, **named)
        return inner(*args, **named)

    try:
        setattr(owner, method, run)
    except AttributeError:
        return False
    return True


def tap_result(owner: Any, method: str, look: Callable[..., None]) -> bool:
    """The same with the result of the method in front of its arguments, after it ran."""
    inner = getattr(owner, method, None)
    if not callable(inner) or inspect.iscoroutinefunction(inner):
        return False
    seen = harmless(look)

    @functools.wraps(inner)
    def run(*args: Any, **named: Any) -> Any:
        result = inner(*args, **named)
        seen(result, *args, **named)
        return result

    try:
        setattr(owner, method, run)
    except AttributeError:
        return False
    return True
