from __future__ import annotations

import numpy as np

from pipeline.recordings.store.observed import ObservedTurn
from tuner.monitoring.canary import CanaryResult, compare, in_canary
from tuner.monitoring.figures import counted, rate_of, response_ms
from tuner.monitoring.units import IDLE_MS, ended, events_and_trials
from tuner.statistics.limits import Limit

CUT_OFF = Limit("cut_off_rate", 0.03)


def turn(agent: str = "a", session: str = "s", seq: int = 1, **more) -> ObservedTurn:
    held = {"received_ms": seq, "version": None, "response_ms": 1000.0, "first": False} | more
    return ObservedTurn(seq, agent, session, **held)


def group(agents: str, response: float, cut_off: float, seed: int, sessions: int = 120) -> list[ObservedTurn]:
    """Sessions of 12 turns of three agents, one after the other."""
    draws = np.random.default_rng(seed)
    found = []
    for i in range(sessions):
        for k in range(12):
            found.append(
                turn(
                    f"{agents}{i % 3}",
                    f"s{i}",
                    2 * (12 * i + k) + seed % 2,
                    response_ms=float(draws.normal(response, 300)),
                    first=k == 0,
                    outcome={"cut_off": bool(draws.random() < cut_off)},
                )
            )
    return found


def result(canary: list[ObservedTurn], control: list[ObservedTurn], *limits: Limit) -> CanaryResult:
    return compare(canary, control, limits or (CUT_OFF,), 10**9)


def test_a_faster_canary_within_its_limits_is_found() -> None:
    found = result(group("a", 1200, 0.01, 2), group("b", 1600, 0.01, 3))
    assert (found.decision, found.canary_turns, found.control_turns) == ("faster", 1440, 1440)
    assert found.response_ms.high is not None
    assert found.response_ms.high < 0


def test_a_canary_that_misses_a_limit_does_harm_even_if_it_is_faster() -> None:
    found = result(group("a", 1000, 0.3, 2), group("b", 1600, 0.01, 3))
    assert (found.decision, [one.limit.name for one in found.harmful]) == ("harm", ["cut_off_rate"])


def test_a_slower_canary_does_harm() -> None:
    assert result(group("a", 1900, 0.01, 2), group("b", 1500, 0.01, 3)).decision == "harm"


def test_a_limit_that_the_control_misses_as_much_is_not_blamed_on_the_canary() -> None:
    found = result(group("a", 1500, 0.2, 2), group("b", 1500, 0.2, 3))
    assert (found.limits[0].standing, found.harmful, found.decision) == ("missed", (), "undecided")


def test_equal_groups_and_few_turns_decide_nothing() -> None:
    assert result(group("a", 1500, 0.01, 2), group("b", 1500, 0.01, 3)).decision == "undecided"
    assert result(group("a", 1000, 0.5, 2, sessions=2), group("b", 2000, 0.0, 3, sessions=2)).decision == "undecided"
    assert result([], []).decision == "undecided"


def test_what_agents_do_not_say_is_not_known() -> None:
    found = result([turn("a", f"s{i}", i) for i in range(50)], [turn("b", f"s{i}", i) for i in range(50)])
    assert (found.limits[0].standing, found.limits[0].canary.value) == ("not known", None)


def test_turns_are_compared_with_turns_of_their_kind() -> None:
    """The canary has only slow first turns, the control mostly quick later ones: kind for kind nothing differs."""
    canary = [turn("a", f"s{i}", 2 * i, response_ms=3000.0, first=True) for i in range(300)]
    control = [
        turn("b", f"s{i}", 2 * i + 1, response_ms=3000.0 if k == 0 else 500.0, first=k == 0)
        for i in range(300)
        for k in range(5)
    ]
    assert result(canary, control).response_ms.value == 0


def test_a_session_counts_once_it_is_over() -> None:
    turns = [turn("a", "s1", 1), turn("a", "s2", 2), turn("b", "s1", 3)]
    assert [(unit.agent, unit.turns[0].session) for unit in ended(turns, 10)] == [("a", "s1")]
    assert len(ended(turns, IDLE_MS + 10)) == 3


def test_a_long_session_is_divided_and_many_interrupts_of_a_turn_count_as_a_session() -> None:
    units = ended([turn("a", "s", i) for i in range(45)], 10**9)
    assert [len(unit.turns) for unit in units] == [20, 20, 5]
    met = ended([turn("a", "s", 1, outcome={"interrupts_met": 40, "interrupts_missed": 10})], 10**9)
    events, trials = events_and_trials(met, Limit("missed_interrupt_rate", 0.1))
    assert (events.tolist(), trials.tolist()) == ([5], [20])


def test_the_first_agents_stay_the_same_when_the_share_grows() -> None:
    names = [f"toy-{i}" for i in range(2000)]
    few, more = ({name for name in names if in_canary(name, "v1", share)} for share in (0.1, 0.3))
    assert few < more
    assert 150 < len(few) < 250
    assert few != {name for name in names if in_canary(name, "v2", 0.1)}


def test_figures_count_what_the_timing_model_says() -> None:
    seen = turn(outcome={"llm_starts": 1, "wasted_starts": 1, "first_sound_ms": 3100.0, "stutter_ms": 0, "hiccups": 2})
    assert counted(seen, Limit("llm_starts_per_turn", 1.2)) == (0.2, 1)
    assert counted(seen, Limit("dead_air_rate", 0.05)) == (1, 1)
    assert counted(seen, Limit("stutter_rate", 0.02)) == (0, 1)
    assert counted(seen, Limit("hiccup_rate", 0.02)) == (1, 1)
    assert counted(seen, Limit("response_ms.p95", 900)) == (1, 1)
    assert counted(seen, Limit("cut_off_rate", 0.02)) is None
    assert response_ms(turn(outcome={"failed": True})) == float("inf")
    assert counted(turn(response_ms=5000.0), Limit("dead_air_rate", 0.05)) is None  # a filler may have sounded
    assert round(rate_of(Limit("response_ms.p95", 900)), 9) == 0.05
    assert round(rate_of(Limit("llm_starts_per_turn", 1.2)), 9) == 0.04
