"""What recordings predict for other runs, beside what was measured there: docs/fidelity.md has the same figures."""

from pathlib import Path

import pytest

from scripts.staged.kept import Happened, Kept, matched
from scripts.staged.promise import FULL, METRICS, OWN_PAIRS, WITHOUT, from_recorders, from_telemetry, table

RUNS = Path(__file__).parent / "runs"


def turn(end_ms: float, *pauses: tuple[float, float], name: str = "t") -> Happened:
    return Happened(name, end_ms, pauses, 1_000.0, False, 0)


def test_turns_are_matched_in_order_by_how_long_the_user_spoke() -> None:
    wanted = [turn(900), turn(1_500), turn(1_200)]
    assert matched([905.0, 1_498.0, 300.0, 1_190.0], wanted, 25.0) == [[0], [1], [3]]


def test_a_turn_that_is_not_there_leaves_its_neighbours_alone() -> None:
    assert matched([900.0, 1_200.0], [turn(900), turn(1_500), turn(1_200)], 25.0) == [[0], [], [1]]


def test_a_turn_that_was_cut_at_a_pause_is_its_pieces() -> None:
    assert matched([800.0, 1_000.0, 700.0], [turn(3_000, (800.0, 1_200.0)), turn(700)], 25.0) == [[0, 1], [2]]


def test_a_turn_with_another_llm_time_is_another_turn() -> None:
    one = Happened("t", 900.0, (), 1_000.0, False, 0, ttft_ms=300.0)
    assert matched([900.0, 900.0], [one], 25.0, [500.0, 302.0]) == [[1]]


@pytest.fixture(scope="module")
def own() -> dict[tuple[str, str], Kept]:
    return {(one.recorded, one.meant): one for one in from_recorders(RUNS)}


@pytest.fixture(scope="module")
def full(shared: Path) -> dict[tuple[str, str], Kept]:
    found = from_telemetry(shared / "data" / "framework-runs", FULL)
    return {(one.recorded, one.meant): one for one in found}


@pytest.fixture(scope="module")
def metrics(shared: Path) -> dict[tuple[str, str], Kept]:
    found = from_telemetry(shared / "data" / "framework-runs", METRICS, by_ttft=True)
    return {(one.recorded, one.meant): one for one in found}


def test_full_telemetry_of_livekit_predicts_the_other_run(full: dict[tuple[str, str], Kept]) -> None:
    for pair in (("livekit-default", "livekit-vad"), ("livekit-vad", "livekit-default")):
        kept = full[pair]
        (p50, off50), (p95, off95) = kept.errors(0.5), kept.errors(0.95)
        assert abs(off50) <= max(10, 0.01 * p50), pair
        assert abs(off95) <= max(30, 0.03 * p95), pair
        assert [name for name, _ in kept.differ()] == ["t16"], pair


def test_metrics_alone_predict_times_and_say_that_cut_offs_are_not_shown(
    metrics: dict[tuple[str, str], Kept],
) -> None:
    assert {told for kept in metrics.values() for _, told in kept.counts().values()} == {None}
    assert [round(kept.of_turns()[0]) for kept in metrics.values()] == pytest.approx([4, 5, 8, 4], abs=2)


def test_the_page_has_the_tables_of_the_recorders_runs(root: Path, own: dict[tuple[str, str], Kept]) -> None:
    page = (root / "docs" / "fidelity.md").read_text()
    assert [line for line in table(list(own.values())) if line not in page] == []


def test_the_page_has_the_tables_of_the_logs(
    root: Path, full: dict[tuple[str, str], Kept], metrics: dict[tuple[str, str], Kept]
) -> None:
    page = (root / "docs" / "fidelity.md").read_text()
    wanted = [*table(list(full.values())), *table(list(metrics.values()))]
    assert [line for line in wanted if line not in page] == []


def test_every_pair_of_runs_has_sixty_turns_and_more(own: dict[tuple[str, str], Kept]) -> None:
    assert {pair for pair in own if not pair[1].endswith(WITHOUT)} == set(OWN_PAIRS)
    assert min(len(kept.turns) for kept in own.values()) >= 60
