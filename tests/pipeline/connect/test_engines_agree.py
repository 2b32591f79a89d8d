"""Both engines and a third program, written in SimPy from docs/connect-model.md alone, on random calls."""

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline.connect import batch
from pipeline.connect.batch import Sessions
from pipeline.connect.call import run
from pipeline.connect.session import ENDS, Outcome, Session
from stages.connect_settings import MOST_ATTEMPTS, ConnectSettings, parse

whole = st.sampled_from([0, 100, 500, 700, 1000, 2000])
"""Times that meet at the same moment."""
times = st.one_of(whole.map(float), st.floats(0, 20000), st.just(float("inf")))
scores = st.one_of(st.sampled_from([0.0, 0.4, 0.5, 1.0]), st.floats(0, 1))


@st.composite
def session(draw: st.DrawFn) -> tuple[float, float, list[float], list[bool], bool]:
    attempts = st.lists(times, min_size=MOST_ATTEMPTS, max_size=MOST_ATTEMPTS)
    connects = st.lists(st.booleans(), min_size=MOST_ATTEMPTS, max_size=MOST_ATTEMPTS)
    check = draw(st.one_of(whole.map(float), st.floats(0, 30000)))
    return draw(scores), check, draw(attempts), draw(connects), draw(st.booleans())


@st.composite
def random_settings(draw: st.DrawFn) -> ConnectSettings:
    signalling = {
        "timeout_ms": draw(st.one_of(st.sampled_from([100.0, 500.0, 1000.0]), st.floats(100, 60000))),
        "attempts": draw(st.integers(1, MOST_ATTEMPTS)),
        "backoff_ms": draw(st.one_of(whole.map(float), st.floats(0, 30000))),
        "backoff_factor": draw(st.floats(1, 4)),
        "backoff_max_ms": draw(st.floats(0, 60000)),
    }
    check = {"threshold": draw(st.none() | scores), "cancels": draw(st.booleans()), "first": draw(st.booleans())}
    return parse({"check": check, "signalling": signalling})


def independent(session: Session, settings: ConnectSettings) -> Outcome:
    """The page as concurrent processes of SimPy."""
    ended, end, begun = _simpy(session, settings, settings.check.cancels)
    return Outcome(ended, end, begun, _simpy(session, settings, False)[0] == "connected")  # type: ignore[arg-type]


def _simpy(session: Session, settings: ConnectSettings, cancels: bool) -> tuple[str, float, int]:
    world, over = simpy.Environment(), list[tuple[str, float]]()
    begun = [0]
    check, signalling = settings.check, settings.signalling
    started = world.event()

    def finish(what: str) -> None:
        if not over:
            over.append((what, world.now))

    def checking():
        yield world.timeout(session.check_ms)
        yield world.timeout(0)  # attempts that end now come first
        if check.threshold is not None and session.score < check.threshold and cancels:
            finish("turned_away")
        elif check.first:
            started.succeed()

    def calling():
        if check.threshold is None or not check.first:
            yield world.timeout(0)
        else:
            yield started
        for place in range(signalling.attempts):
            if place:
                wait = signalling.backoff_ms * signalling.backoff_factor ** (place - 1)
                yield world.timeout(min(wait, signalling.backoff_max_ms))
            for _ in range(3):
                yield world.timeout(0)  # the verdict of now comes first
            if over:
                return
            begun[0] += 1
            attempt = session.attempts[place]
            yield world.timeout(min(attempt.ms, signalling.timeout_ms))
            if attempt.connects and attempt.ms <= signalling.timeout_ms:
                finish("connected")
                return
        finish("gave_up")

    if check.threshold is not None:
        world.process(checking())
    world.process(calling())
    world.run(until=1e9)
    return over[0][0], over[0][1], begun[0]


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.lists(session(), min_size=1, max_size=8), st.lists(random_settings(), min_size=1, max_size=4))
def test_the_engines_agree_on_every_call(drawn: list[tuple[object, ...]], tried: list[ConnectSettings]) -> None:
    score, check, ms, connects, usable = (np.array(column) for column in zip(*drawn, strict=True))
    sessions = Sessions(score, check, ms, connects, usable)
    found = batch.run(sessions, tried)
    rows = [sessions.row(row) for row in range(len(sessions))]
    fast = [
        Outcome(ENDS[ended], float(end), int(attempts), bool(would))
        for ended, end, attempts, would in zip(
            found.ended.ravel(), found.end_ms.ravel(), found.attempts.ravel(), found.would_connect.ravel(), strict=True
        )
    ]
    readable = [run(one, settings)[0] for settings in tried for one in rows]
    third = [independent(one, settings) for settings in tried for one in rows]
    assert [_told(one) for one in fast] == [_told(one) for one in readable] == [_told(one) for one in third]
    assert [one.end_ms for one in fast] == pytest.approx([one.end_ms for one in readable], rel=0, abs=1e-6)
    assert [one.end_ms for one in third] == pytest.approx([one.end_ms for one in readable], rel=0, abs=1e-6)


def _told(one: Outcome) -> tuple[str, int, bool]:
    return one.ended, one.attempts, one.would_connect
