import numpy as np
import pytest

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import HISTORY_FIGURES, OVERLAP_FIGURES, PAUSE_FIGURES, Evidence, family, lacking_field
from pipeline.turns.rows import turn_at, turn_dict
from stages.settings import Settings

TUTOR = Profile.load("ai-tutor")
TURNS = simulate(TUTOR, 200, seed=5)


def forgetting(kind: str, share: float) -> Columns:
    """The turns of which this share says nothing of its pauses or overlaps."""
    turns, silent = TURNS, np.arange(len(TURNS)) < share * len(TURNS)
    start = getattr(turns, f"{kind}_start")
    kept = np.repeat(~silent, np.diff(start))
    names = [name for name in vars(turns) if name.startswith(f"{kind}_") and name != f"{kind}_start"]
    counts = np.where(silent, 0, np.diff(start))
    changed = {name: getattr(turns, name)[kept] for name in names}
    changed[f"{kind}_start"] = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return turns.replace(**changed, **{f"{kind}s_known": ~silent})


def test_a_whole_recording_shows_every_figure() -> None:
    assert Batch(TURNS).figures(Settings()).cut_off_rate is not None
    assert Evidence.of(TURNS).unknown(Settings()) == frozenset()


@pytest.mark.parametrize(("kind", "figures"), [("pause", PAUSE_FIGURES), ("overlap", OVERLAP_FIGURES)])
def test_what_a_tenth_of_the_turns_lack_is_not_known_and_not_zero(kind: str, figures: tuple[str, ...]) -> None:
    known, lacking = Batch(forgetting(kind, 0.09)), Batch(forgetting(kind, 0.1))
    assert lacking.evidence.unknown(Settings()) == frozenset(figures)
    for name in figures:
        for shown in ("stop_ms.p50", "stop_ms.p95") if name == "stop_ms" else (name,):
            assert lacking.figures(Settings()).value(shown) is None, shown
            assert known.figures(Settings()).value(shown) is not None, shown
    assert lacking.figures(Settings()).response_ms.p50 is not None


@pytest.mark.parametrize("kind", ["pause", "overlap"])
def test_a_profile_fills_in_what_is_lacking_and_the_figures_are_marked_assumed(kind: str) -> None:
    done = complete(forgetting(kind, 0.5), 3, TUTOR).columns
    evidence = Evidence.of(done)
    assert evidence.never_known == frozenset()
    assert evidence.assumed == frozenset(PAUSE_FIGURES if kind == "pause" else OVERLAP_FIGURES)
    assert len(getattr(done, f"{kind}_ms")) > len(getattr(forgetting(kind, 0.5), f"{kind}_ms"))
    Batch(done).outcomes(Settings())


def test_assumed_pauses_lie_in_order_within_the_turn() -> None:
    done = complete(forgetting("pause", 1), 3, TUTOR).columns
    assert len(done.pause_ms) > 100
    for i in range(len(done)):
        turn = turn_at(done, i)  # checks the order
        assert all(pause.at_ms + pause.ms <= turn.speech.end_ms for pause in turn.speech.pauses or ())


def test_assumed_pauses_depend_on_the_turn_and_the_seed_alone() -> None:
    bare = forgetting("pause", 1)
    some = bare.of_sessions(np.array([1]))
    whole, part = complete(bare, 3, TUTOR).columns, complete(some, 3, TUTOR).columns
    where = np.flatnonzero(whole.session == 1)
    assert [turn_dict(part, i)["speech"].get("pauses") for i in range(len(part))] == [
        turn_dict(whole, int(i))["speech"].get("pauses") for i in where
    ]
    assert not np.array_equal(complete(bare, 4, TUTOR).columns.pause_ms[:20], whole.pause_ms[:20])


def test_a_shorter_silence_than_the_one_in_force_asks_about_pauses_that_were_not_seen() -> None:
    in_force = Settings().replace({"vad.silence_ms": 700})
    effective = TURNS.pause_ms + TURNS.pause_onset_lag_ms - TURNS.pause_release_ms
    start = np.concatenate([[0], np.cumsum(effective > 700)])[TURNS.pause_start].astype(np.int32)
    names = [n for n in vars(TURNS) if n.startswith("pause_") and n != "pause_start"]
    long = TURNS.replace(pause_start=start, **{n: getattr(TURNS, n)[effective > 700] for n in names})
    evidence = Evidence.of(complete(long, 1, None, in_force).columns)
    assert evidence.shortest_pause_ms == 700
    assert evidence.unknown(in_force) == frozenset()
    assert evidence.unknown(in_force.replace({"vad.silence_ms": 650})) == frozenset(PAUSE_FIGURES)


def test_where_something_else_noticed_shorter_pauses_they_count_as_seen() -> None:
    evidence = Evidence.of(complete(TURNS, 1, None, Settings().replace({"vad.silence_ms": 2000})).columns)
    assert evidence.shortest_pause_ms < 600
    assert evidence.unknown(Settings().replace({"vad.silence_ms": 1000})) == frozenset()


def test_quantiles_of_the_stop_time_belong_to_one_family() -> None:
    assert family("stop_ms.p95") == "stop_ms"
    assert lacking_field("stop_ms.p95") == "overlaps"
    assert lacking_field("cut_off_rate") == "speech.pauses"


def test_lost_turns_are_not_known_without_pauses_where_speech_over_the_agent_is_dropped() -> None:
    bare, dropping = Batch(forgetting("pause", 1)), Settings().replace({"barge_in.mode": "ignore"})
    assert bare.figures(dropping).lost_rate is None
    assert bare.figures(Settings()).lost_rate == 0
    assert Batch(TURNS).figures(dropping).lost_rate is not None


def test_a_turn_that_is_replayed_step_by_step_has_the_pauses_and_overlaps_that_were_assumed() -> None:
    done = complete(forgetting("pause", 1), 3, TUTOR).columns
    paused = int(np.flatnonzero(np.diff(done.pause_start))[0])
    assert len(turn_at(done, paused).speech.pauses or ()) == np.diff(done.pause_start)[paused]
    assert "pauses" not in turn_dict(done, paused)["speech"]


def silent_of_history(share: float) -> Columns:
    """The turns of which this share says nothing of how far back the user refers."""
    lacks = np.arange(len(TURNS)) < share * len(TURNS)
    return TURNS.replace(history_needs=np.where(lacks, np.nan, TURNS.history_needs).astype(np.float32))


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_lost_references_are_not_known_where_nobody_recorded_how_far_back_users_refer(share: float) -> None:
    bounded = Settings().replace({"llm.max_history": 8})
    lacking = Batch(silent_of_history(share))
    assert lacking.evidence.unknown(bounded) == frozenset(HISTORY_FIGURES)
    assert lacking.figures(bounded).history_lost_rate is None
    assert lacking.figures(Settings()).history_lost_rate == 0, "of the whole history nothing can be lost"
    assert Batch(silent_of_history(0.09)).figures(bounded).history_lost_rate is not None
    assert lacking_field("history_lost_rate") == "history.needs"


def test_no_profile_assumes_how_far_back_users_refer() -> None:
    done = complete(silent_of_history(1), 3, TUTOR).columns
    assert Evidence.of(done).unknown(Settings().replace({"llm.max_history": 8})) == frozenset(HISTORY_FIGURES)
