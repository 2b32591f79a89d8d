"""The time and the person for logs. Only this module reads the wall clock."""

from __future__ import annotations

import getpass
import os
import time
from datetime import datetime
from typing import Any

import click

WHO = "TURNTEMPO_WHO"


def _time(context: click.Context, parameter: click.Parameter, given: str | None) -> datetime:
    """A time in this machine's zone where none is said; now where none is given."""
    if given is None:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(given.strip()).astimezone()
    except (ValueError, OverflowError, OSError):
        form = "write a time as 2026-11-22T14:30 or 2026-11-22T14:30+08:00"
        raise click.BadParameter(f"{form}, got {given!r}", context, parameter) from None


def _person(context: click.Context, parameter: click.Parameter, given: str | None) -> str:
    if given and given.strip():
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # the user id has no name, as in some containers
        raise click.BadParameter(f"nobody is known by name here: say who, or set {WHO}", context, parameter) from None


def _option(*names: str, meaning: str, callback: Any, **more: Any) -> Any:
    return click.option(*names, callback=callback, help=meaning, show_default=False, **more)


at_option = _option(
    "--at", metavar="TIME", callback=_time, meaning="When it happened (2026-11-22T14:30, +08:00 if need be). Now."
)
now_option = _option("--now", "now", metavar="TIME", callback=_time, meaning="Count the time left from here. Now.")
who_option = _option(
    "--who",
    metavar="NAME",
    envvar=WHO,
    callback=_person,
    meaning=f"Who did it; {WHO} says it for all commands. Without either: the name you are logged in under.",
)


def now() -> datetime:
    """The present time, with its zone."""
    return datetime.now().astimezone()


def who() -> str:
    """Who runs the command: TURNTEMPO_WHO, else the name they are logged in under, else "somebody"."""
    try:
        return os.environ.get(WHO, "").strip() or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def unix_ms() -> int:
    """The present time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def monotonic_ms() -> float:
    """Milliseconds by a clock that nobody sets: only differences mean something."""
    return time.monotonic() * 1000


def both_ms() -> tuple[int, float]:
    """The present time by both clocks, `unix_ms` and `monotonic_ms`, read as close to each other as some tries give."""
    reads = []
    for _ in range(5):
        before, unix, after = monotonic_ms(), unix_ms(), monotonic_ms()
        reads.append((after - before, unix, (before + after) / 2))
        if after - before < 0.1:
            break
    _, unix, steady = min(reads)
    return unix, steady
