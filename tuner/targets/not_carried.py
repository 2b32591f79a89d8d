"""What a vendor's file does not carry, in words: what is written as the nearest, set elsewhere, or not to be had."""

from __future__ import annotations

from collections.abc import Container, Iterable

from stages.i18n import Said, say
from stages.settings import NAMES
from tuner.statistics.numbers import setting, settings_apart
from tuner.targets.readings import Apart, Writing

Section = tuple[Said, tuple[Said, ...]]


def sections(writing: Writing, title: str, of: Container[str] = NAMES) -> tuple[Section, ...]:
    """Heading and lines of each kind that there is, of these settings; `title` is the vendor's."""
    inexact = tuple(
        say("deployment.inexact", name=name, wanted=shown[0], written=shown[1])
        for name, pair in writing.inexact.items()
        if name in of and (shown := settings_apart(*pair))
    )
    found = (
        ("deployment.nearest", inexact),
        ("deployment.elsewhere", _apart(writing.elsewhere, of)),
        ("deployment.not_to_be_had", _apart(writing.inexpressible, of)),
    )
    return tuple((say(key, vendor=title), lines) for key, lines in found if lines)


def _apart(names: Iterable[Apart], of: Container[str]) -> tuple[Said, ...]:
    return tuple(
        say("deployment.apart", name=one.name, value=setting(one.value), reason=one.reason)
        for one in names
        if one.name in of
    )
