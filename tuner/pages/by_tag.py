"""Figures by a tag, as a chapter: a row a value."""

from __future__ import annotations

from stages.i18n import say
from tuner.pages.blocks import Chapter, Table
from tuner.statistics.by_tag import SHOWN, Figures
from tuner.statistics.known import shown


def by_tag(tag: str, found: dict[str, Figures]) -> Chapter:
    """The figures of each value of the tag, the most frequent first; n counts its turns."""
    rates = (say(f"tile.{name}") for name in SHOWN[2:])
    headers = (tag, say("table.p50"), say("table.p95"), *rates, say("table.n"))
    rows = tuple(
        (value, *(shown(one[name]) for name in SHOWN), f"{one['response_ms.p50'].n:,}") for value, one in found.items()
    )
    table = Table(headers, rows, frozenset(range(1, len(headers))))
    return Chapter(say("page.by_tag", tag=tag), (table,), "by_tag")
