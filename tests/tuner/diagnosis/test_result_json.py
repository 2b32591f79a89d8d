"""A diagnosis for programs has all that one for people is made of."""

from dataclasses import fields, replace

from pipeline.turns.columns import Columns
from tests.slow_agent import SLOW
from tuner.diagnosis import Diagnosis, diagnose, diagnosis_json
from tuner.diagnosis.differences import Difference
from tuner.statistics.bootstrap import Interval
from tuner.statistics.limits import limits_with
from tuner.statistics.objective import DEFAULT_GOAL

CALLED = {"slices": "where_the_time_goes", "verdicts": "limits"}
"""Fields that JSON calls otherwise."""


def test_every_field_of_a_diagnosis_is_in_its_json(found: Diagnosis) -> None:
    written = diagnosis_json(found)
    assert [one.name for one in fields(Diagnosis) if CALLED.get(one.name, one.name) not in written] == []


def test_the_complaint_and_its_paths_are_reported(recording: Columns, turns: Columns) -> None:
    found = diagnose(recording, turns, SLOW, DEFAULT_GOAL, limits_with(()), complaint="cut-off")
    harm = diagnosis_json(found)["harm"]
    assert harm["complaint"] == "cut-off"
    assert harm["figure"] == "cut_off_rate"
    assert harm["now"]["value"] == found.figures["cut_off_rate"].value
    assert all(set(one) == {"path", "without", "alone"} for one in harm["paths"])


def test_groups_that_differ_are_reported_with_their_interval(found: Diagnosis) -> None:
    one = Difference("first", 40, 400, 1985.0, 1750.0, Interval(235.0, 192.0, 289.0))
    (written,) = diagnosis_json(replace(found, differences=(one,)))["differences"]
    assert written == {
        "group": "first",
        "turns": 40,
        "others": 400,
        "median_ms": 1985.0,
        "others_ms": 1750.0,
        "later_ms": {"estimate": 235.0, "low": 192.0, "high": 289.0},
    }
