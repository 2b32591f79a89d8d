"""Which turns of a store are meant, from the options of a command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.recordings.store.selection import Selection, moment, selection_of
from stages.errors import InputError
from stages.i18n import say
from turntempo import clock

STDIN = "-"
_AGO = re.compile(r"(\d{1,5})\s*([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def selection(name: str, asked: Mapping[str, str]) -> str:
    """The recording's name with these options of a selection. Raises InputError."""
    if name == STDIN:
        raise InputError(say("fleet.select_stdin"))
    found: Selection = selection_of(name)
    since, until = (time(asked[key], f"--{key}") if key in asked else None for key in ("since", "until"))
    if since is not None and until is not None and since >= until:
        raise InputError(say("fleet.since_until", since=asked["since"], until=asked["until"]))
    return replace(
        found,
        agent=asked.get("agent", found.agent),
        since=since or found.since,
        until=until or found.until,
        under=asked.get("under", found.under),
    ).name


def time(text: str, name: str) -> datetime:
    """A time, or how long before now: 30m, 2h, 7d. Raises InputError."""
    ago = _AGO.fullmatch(text.strip())
    if ago is None:
        return moment(text, name)
    return clock.now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
