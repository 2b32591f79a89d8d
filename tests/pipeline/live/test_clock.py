"""The real clock does what is due in order of time, then priority, then of the calls."""

import asyncio

from pipeline.live.clock import RealClock, TurnClock
from stages.clock import Priority
from tests.pipeline.live.virtual_time import run


async def _in_order() -> list[str]:
    clock, done = RealClock(), list[str]()
    clock.at(20, Priority.SOUND, lambda: done.append("later"))
    clock.at(10, Priority.COMMIT, lambda: done.append("commit"))
    clock.at(10, Priority.USER, lambda: done.append("user"))
    clock.at(10, Priority.USER, lambda: done.append("user again"))
    cancelled = clock.at(10, Priority.USER, lambda: done.append("never"))
    cancelled.cancel()
    await asyncio.sleep(0.03)
    return done


def test_what_is_due_at_one_moment_goes_by_priority() -> None:
    assert run(_in_order()) == ["user", "user again", "commit", "later"]


async def _past() -> list[float]:
    clock, found = RealClock(), list[float]()
    await asyncio.sleep(0.5)
    clock.at(100, Priority.USER, lambda: found.append(clock.now))
    assert found == []
    await asyncio.sleep(0.01)
    return found


def test_what_is_past_is_done_soon_and_not_at_once() -> None:
    assert run(_past()) == [500.0]


async def _of_turn() -> tuple[float, list[float]]:
    clock, found = RealClock(), list[float]()
    turn = TurnClock(clock, 300)
    await asyncio.sleep(0.4)
    turn.at(250, Priority.USER, lambda: found.append(clock.now))
    now = turn.now
    await asyncio.sleep(1)
    return now, found


def test_the_clock_of_a_turn_begins_at_its_first_speech() -> None:
    now, found = run(_of_turn())
    assert (now, found) == (100.0, [550.0])
