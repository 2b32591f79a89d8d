"""The virtual clock: order, ties, cancelling."""

from functools import partial
from typing import Any

from pipeline.streaming.clock import VirtualClock
from stages.clock import Priority


def test_what_is_due_happens_in_order_of_time() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    for when in (30, 10, 20):
        clock.at(when, Priority.ANSWER, lambda: calls.append(clock.now))
    clock.run()
    assert calls == [10, 20, 30]


def test_ties_go_by_priority_then_by_the_order_of_asking() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    asked = [("b", Priority.BARGE_IN), ("s1", Priority.SOUND), ("u", Priority.USER), ("s2", Priority.SOUND)]
    for name, priority in asked:
        clock.at(10, priority, partial(calls.append, name))
    clock.run()
    assert calls == ["u", "b", "s1", "s2"]


def test_what_comes_of_an_event_at_its_own_moment_waits_for_its_turn_in_the_priorities() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    clock.at(10, Priority.ENDPOINT, lambda: clock.at(10, Priority.COMMIT, partial(calls.append, "commit")))
    clock.at(10, Priority.PREEMPTIVE, partial(calls.append, "preemptive"))
    clock.run()
    assert calls == ["commit", "preemptive"]


def test_a_cancelled_event_does_not_happen() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    late = clock.at(20, Priority.SOUND, partial(calls.append, "sound"))
    clock.at(20, Priority.BARGE_IN, late.cancel)
    clock.run()
    assert calls == []


def test_cancelling_what_has_happened_changes_nothing() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    early = clock.at(10, Priority.SOUND, partial(calls.append, "sound"))
    clock.at(20, Priority.BARGE_IN, early.cancel)
    clock.run()
    assert calls == ["sound"]


def test_what_is_asked_for_too_late_happens_at_once() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    clock.at(10, Priority.VAD, lambda: clock.at(5, Priority.SOUND, lambda: calls.append(clock.now)))
    clock.run()
    assert calls == [10]


def test_the_next_run_may_begin_before_the_last_one_ended() -> None:
    clock = VirtualClock()
    calls: list[Any] = []
    for when in (100, 40):
        clock.at(when, Priority.VAD, lambda: calls.append(clock.now))
        clock.run()
    assert calls == [100, 40]


def test_the_user_is_heard_before_anything_is_decided_and_a_barge_in_before_anything_sounds() -> None:
    assert list(Priority) == sorted(Priority)
    assert [priority.name for priority in Priority] == [
        *("USER", "TRANSCRIPT", "VAD", "SCORE", "ENDPOINT", "COMMIT", "PREEMPTIVE"),
        *("ANSWER", "TIMEOUT", "END", "BARGE_IN", "LATE_FINAL", "SOUND", "FILLER"),
    ]
