import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as data

from pipeline.kernel.batch import Batch, Outcomes
from pipeline.kernel.loops import FIELDS
from pipeline.kernel.tally import figures_of
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.diagnosis.parts import NAMES, slices


def outcomes(response_ms: list[float], failed: int = 0) -> Outcomes:
    """Turns whose whole time is the LLM's; the last ones failed."""
    table = np.zeros((len(response_ms), len(FIELDS)))
    table[:, FIELDS.index("response_ms")] = table[:, FIELDS.index("llm")] = response_ms
    if failed:
        table[-failed:, FIELDS.index("failed")] = 1
    return Outcomes(table)


def test_each_column_adds_up_to_what_its_turns_took() -> None:
    turns = simulate(Profile.load("support-call"), 500, seed=1)
    found = slices(Batch(turns).outcomes(Settings()))
    assert found
    for one in found:
        assert sum(one.parts.values()) == pytest.approx(one.response_ms)
        assert tuple(one.parts) == NAMES


def test_a_window_is_of_the_turns_around_the_quantile() -> None:
    found = {one.name: one for one in slices(outcomes([float(ms) for ms in range(1, 1001)]))}
    assert found["p50"].response_ms == pytest.approx(500, abs=1)
    assert found["p95"].response_ms == pytest.approx(950, abs=1)
    assert (found["p50"].turns, found["p95"].turns) == (101, 21)
    assert found["slowest"].response_ms == pytest.approx(995.5)
    assert max(found["p50"].parts, key=found["p50"].parts.__getitem__) == "llm"


def test_turns_without_an_answer_have_no_parts() -> None:
    found = {one.name: one for one in slices(outcomes([float(ms) for ms in range(1, 101)], failed=10))}
    assert set(found) == {"p50", "slowest"}
    assert found["slowest"].response_ms == 90


def test_a_single_turn_is_all_there_is() -> None:
    assert {one.response_ms for one in slices(outcomes([700.0]))} == {700}


def test_where_nobody_was_answered_there_is_nothing_to_say() -> None:
    assert slices(outcomes([700.0], failed=1)) == ()


@given(data.lists(data.lists(data.floats(0, 5000), min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=60))
def test_the_parts_of_a_slice_add_up_to_the_quantile_it_is_named_after(turns: list[list[float]]) -> None:
    table = np.zeros((len(turns), len(FIELDS)))
    for row, parts in enumerate(turns):
        for name, ms in zip(NAMES, parts, strict=True):
            table[row, FIELDS.index(name)] = ms
        table[row, FIELDS.index("response_ms")] = sum(parts)
    expected = figures_of(Outcomes(table)).response_ms
    found = slices(Outcomes(table))
    named = {
        one.name: {"p50": expected.p50, "p95": expected.p95, "p99": expected.p99}.get(one.name, one.response_ms)
        for one in found
    }
    assert {one.name: sum(one.parts.values()) for one in found} == pytest.approx(named, abs=1e-6)
    assert {one.name: one.response_ms for one in found} == pytest.approx(named, abs=1e-6)
    assert min(ms for one in found for ms in one.parts.values()) >= 0


def test_a_quantile_on_an_unanswered_turn_has_no_slice_though_turns_before_it_were_answered() -> None:
    found = {one.name: one for one in slices(outcomes([float(ms) for ms in range(1, 1001)], failed=55))}
    assert set(found) == {"p50", "slowest"}
