"""The worked examples of docs/connect-model.md, and what their events are."""

from math import inf

import pytest

from pipeline.connect.call import Event, run
from pipeline.connect.session import Attempt, Outcome, Session
from stages.connect_settings import parse

SESSION = Session(0.4, 2000, (Attempt(inf, False), Attempt(700, True)), usable=True)
SIGNALLING = {"timeout_ms": 3000, "attempts": 2, "backoff_ms": 1000}


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        ({"threshold": 0.5}, Outcome("turned_away", 2000, 0, True)),
        ({"threshold": 0.5, "first": False}, Outcome("turned_away", 2000, 1, True)),
        ({"threshold": 0.5, "first": False, "cancels": False}, Outcome("connected", 4700, 2, True)),
        ({"threshold": 0.4}, Outcome("connected", 6700, 2, True)),
        ({"threshold": None}, Outcome("connected", 4700, 2, True)),
    ],
)
def test_the_examples_of_the_page(check: dict[str, object], outcome: Outcome) -> None:
    assert run(SESSION, parse({"check": check, "signalling": SIGNALLING}))[0] == outcome


def test_a_call_leaves_its_events_in_order() -> None:
    settings = parse({"check": {"threshold": 0.5, "first": False}, "signalling": SIGNALLING})
    assert run(SESSION, settings)[1] == [
        Event(0, "the call starts"),
        Event(0, "attempt 1 begins"),
        Event(2000, "the check fails"),
        Event(2000, "turned away"),
    ]


def test_an_attempt_that_ends_at_the_moment_of_the_verdict_comes_before_it() -> None:
    session = Session(0.1, 800, (Attempt(800, True),), usable=True)
    settings = parse({"check": {"threshold": 0.5, "first": False}})
    assert run(session, settings)[0] == Outcome("connected", 800, 1, True)


def test_an_attempt_that_takes_just_the_timeout_connects() -> None:
    session = Session(1, 0, (Attempt(900, True),), usable=True)
    assert run(session, parse({"signalling": {"timeout_ms": 900}}))[0].ended == "connected"
    assert run(session, parse({"signalling": {"timeout_ms": 899}}))[0] == Outcome("gave_up", 899, 1, False)


def test_waits_grow_to_the_longest() -> None:
    session = Session(1, 0, (Attempt(100, False),) * 4, usable=True)
    signalling = {"attempts": 4, "backoff_ms": 1000, "backoff_factor": 3, "backoff_max_ms": 5000}
    assert run(session, parse({"signalling": signalling}))[0].end_ms == 4 * 100 + 1000 + 3000 + 5000
