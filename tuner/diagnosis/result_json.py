"""A diagnosis as plain JSON values, for programs."""

from __future__ import annotations

from typing import Any

from tuner.diagnosis.assumed import marked
from tuner.diagnosis.diagnosis import Diagnosis
from tuner.diagnosis.words.in_short import Naming, in_short
from tuner.diagnosis.words.sentences import by_heading, moves_text
from tuner.statistics.by_tag import by_tag_json


def diagnosis_json(found: Diagnosis, naming: Naming = moves_text) -> dict[str, Any]:
    """All of it; `naming`: how the change in short names its settings.

    Where the turns are assumed, every object that holds a figure says `"assumed": true`.
    """
    plain = _json(found) | {"in_short": in_short(found, naming).json_dict()}
    return plain if found.assumed is None else marked(plain)


def _json(found: Diagnosis) -> dict[str, Any]:
    return {
        "assumed": found.assumed,
        "settings": found.settings.json_dict(),
        "turns": found.turns,
        "sessions": found.sessions,
        "of_turns": found.of_turns,
        "goal": found.goal.text,
        "judged_by": found.judged_by.text,
        "findings": {heading: [one.json_dict() for one in under] for heading, under in by_heading(found).items()},
        "figures": {name: one.json_dict() for name, one in found.figures.items()},
        "where_the_time_goes": [one.json_dict() for one in found.slices],
        "limits": [one.json_dict() for one in found.verdicts],
        "remedies": [one.json_dict() for one in found.remedies],
        "levers": [one.json_dict() for one in found.levers],
        "together": [one.json_dict() for one in found.together],
        "against_stalls": [one.json_dict() for one in found.against_stalls],
        "idle": list(found.idle),
        "barge_in": found.barge_in.json_dict(),
        "floor": None if found.floor is None else found.floor.json_dict(),
        "unjudged": found.unjudged,
        "held": found.held,
        "beyond": found.beyond,
        "fit": found.fit.json_dict(),
        "harm": None if found.harm is None else found.harm.json_dict(),
        "cure": None if found.cure is None else found.cure.json_dict(),
        "by": None if found.by is None else by_tag_json(*found.by),
        "differences": [one.json_dict() for one in found.differences],
    }
