"""Figures by a tag of the turns: one set for each of its values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.kernel.batch import Outcomes
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import Evidence
from pipeline.turns.tags import groups
from stages.arrays import Flags
from stages.errors import InputError, UnknownName
from stages.settings import Settings
from tuner.statistics.intervals import Estimate, estimates

MOST_VALUES = 20
"""Only the most frequent values of a tag are shown; a tag of more values is hardly one to compare by."""

SHOWN = ("response_ms.p50", "response_ms.p95", "cut_off_rate", "missed_interrupt_rate")
"""The figures of a table by tag."""

Figures = dict[str, Estimate]


def values_of(turns: Columns, tag: str) -> dict[str, Flags]:
    """Value of the tag -> (n,) the turns that have it, the most frequent first. Raises InputError."""
    known = groups(turns)
    if not known:
        raise InputError(
            f'--by {tag}: no turn of this recording has tags; write them as `"tags": {{"{tag}": "..."}}` in its turns'
        )
    if tag not in known:
        raise UnknownName("tag", tag, sorted(known))
    return dict(list(known[tag].items())[:MOST_VALUES])


def figures_by_tag(outcomes: Outcomes, turns: Columns, settings: Settings, tag: str) -> dict[str, Figures]:
    """Value of the tag -> the figures of its turns under the settings. Raises InputError."""
    return {value: _figures(outcomes, turns, settings, inside) for value, inside in values_of(turns, tag).items()}


def by_tag_json(tag: str, found: dict[str, Figures]) -> dict[str, Any]:
    """Plain JSON values."""
    values = {value: {name: one.json_dict() for name, one in figures.items()} for value, figures in found.items()}
    return {"tag": tag, "values": values}


def _figures(outcomes: Outcomes, turns: Columns, settings: Settings, inside: Flags) -> Figures:
    _, session = np.unique(turns.session[inside], return_inverse=True)
    some = Evidence.of(turns.take(np.flatnonzero(inside)))
    shown = replace(outcomes, table=outcomes.table[inside], unknown=some.unknown(settings), assumed=some.assumed)
    return estimates(shown, session.astype(np.int32))
