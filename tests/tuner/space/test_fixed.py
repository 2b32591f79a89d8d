import numpy as np
import pytest

from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import KINDS, Columns
from stages.setting import Evidence
from stages.settings import NAMES, SETTINGS, UNPRICED, Settings
from tuner.space.fixed import EXAMPLES, cannot_wait_longer, unjudged, unpriced
from tuner.statistics.limits import default_limits, limits_with, parse_limit

SIMULATED = simulate(Profile.load("receptionist"), 400, seed=2)
TURNS = SIMULATED.replace(fallback_ttfb_ms=np.full_like(SIMULATED.end_ms, 90.0))
INTERRUPTS = TURNS.overlap_kind == KINDS.index("interrupt")
NAN, INF = np.nan, np.inf


def needing(evidence: Evidence) -> tuple[str, ...]:
    """The settings that cannot be judged without it."""
    return tuple(name for name, one in SETTINGS.items() if evidence in one.evidence)


SPEECH, SCORED, BARGE_IN, WORDS = needing("pauses"), needing("scores"), needing("overlaps"), needing("words")


def lacking(**columns: object) -> dict[str, str]:
    changed = TURNS.replace(**columns)
    return unjudged(changed, changed)


def like(column: str, value: float) -> np.ndarray:
    return np.full_like(getattr(TURNS, column), value)


def without_pauses() -> dict[str, object]:
    empty: dict[str, object] = {name: np.empty(0) for name in vars(TURNS) if name.startswith("pause_")}
    return empty | {"pause_start": np.zeros_like(TURNS.pause_start)}


def test_settings_that_say_how_a_stack_works_have_no_price() -> None:
    assert set(UNPRICED) | {"filler.ms"} <= set(unpriced(default_limits()))


@pytest.mark.parametrize(
    ("setting", "price"), [("filler.after_ms", "filler_rate"), ("llm.max_history", "history_lost_rate")]
)
def test_a_limit_on_its_price_unlocks_a_setting(setting: str, price: str) -> None:
    assert f"{price}=" in unpriced(default_limits())[setting]
    assert setting not in unpriced(limits_with([parse_limit(f"{price}=20%")]))


def test_a_complete_recording_can_judge_every_setting() -> None:
    assert unjudged(TURNS, TURNS) == {}


@pytest.mark.parametrize("column", ["eot_score", "pause_score"])
def test_without_scores_settings_that_use_them_are_fixed(column: str) -> None:
    found = lacking(**{column: like(column, NAN)})
    assert set(found) == set(SCORED)
    assert "end-of-turn scores are known at" in found["endpointing.eot_threshold"]
    assert "0%" in found["endpointing.eot_threshold"]


def test_a_few_turns_without_a_score_do_not_matter() -> None:
    few = TURNS.eot_score.copy()
    few[: len(few) // 20] = NAN
    assert lacking(eot_score=few) == {}
    few[: len(few) // 5] = NAN
    assert set(lacking(eot_score=few)) == set(SCORED)


def test_without_known_pauses_waits_are_fixed() -> None:
    found = lacking(pauses_known=like("pauses_known", False), **without_pauses())
    assert set(SPEECH) <= set(found)
    assert found["endpointing.silence_ms"].startswith("pauses inside a turn are known for 0% of the turns")


def test_without_any_pause_waits_are_fixed() -> None:
    found = lacking(**without_pauses())
    assert set(found) == set(SPEECH)
    assert found["asr.final_timeout_ms"].endswith("no wait would ever be too short")


def test_without_known_overlaps_barge_in_is_fixed() -> None:
    found = lacking(overlaps_known=like("overlaps_known", False))
    assert set(found) == set(BARGE_IN)
    assert found["barge_in.mode"] == "what the user said over the agent is known for 0% of the turns"


@pytest.mark.parametrize(("kind", "said"), [("echo", "no interruption was"), ("interrupt", "no backchannel, noise")])
def test_barge_in_needs_both_interrupts_and_other_sounds(kind: str, said: str) -> None:
    found = lacking(overlap_kind=like("overlap_kind", KINDS.index(kind)))
    assert set(BARGE_IN) <= set(found)
    assert found["barge_in.min_speech_ms"].startswith(said)


def test_without_words_settings_that_count_them_are_fixed() -> None:
    found = lacking(overlap_words=np.where(INTERRUPTS, 0, TURNS.overlap_words))
    assert found == dict.fromkeys(WORDS, "no words of any interruption were recorded")


def test_without_interruption_scores_their_threshold_is_fixed() -> None:
    found = lacking(overlap_score=like("overlap_score", NAN))
    assert list(found) == ["barge_in.score_threshold"]
    assert "known for 0% of the overlaps" in found["barge_in.score_threshold"]


@pytest.mark.parametrize(("column", "setting"), [("fallback_ttft_ms", "llm"), ("fallback_ttfb_ms", "tts")])
def test_without_times_of_a_fallback_its_switch_is_fixed(column: str, setting: str) -> None:
    found = lacking(**{column: like(column, INF)})
    assert found == {f"{setting}.fallback": "no delay of a fallback was recorded"}


@pytest.mark.parametrize(("column", "stage"), [("ttft_ms", "llm"), ("ttfb_ms", "tts")])
def test_with_one_draw_a_turn_attempts_are_fixed(column: str, stage: str) -> None:
    found = lacking(**{column: getattr(TURNS, column)[:, :1]})
    assert found == dict.fromkeys((f"{stage}.attempts", f"{stage}.hedge"), "there are draws for one attempt only")


@pytest.mark.parametrize("column", ["history_tokens", "history_turns", "prefill_ms_per_1k"])
def test_without_a_cost_of_history_its_length_is_fixed(column: str) -> None:
    assert lacking(**{column: like(column, 0)}) == {"llm.max_history": "no turn has the cost of its history"}


def test_where_it_is_not_known_how_far_back_users_refer_the_history_is_fixed() -> None:
    said = "how far back users refer is known for 0% of the turns"
    assert lacking(history_needs=like("history_needs", NAN)) == {"llm.max_history": said}


def test_draws_may_be_completed_but_scores_are_not_invented() -> None:
    recording = TURNS.replace(ttft_ms=TURNS.ttft_ms[:, :1], eot_score=like("eot_score", NAN))
    assert set(unjudged(recording, TURNS)) == set(SCORED)


def test_an_empty_recording_cannot_judge_speech() -> None:
    empty = TURNS.take(np.arange(0))
    assert set(SPEECH + BARGE_IN) <= set(unjudged(empty, TURNS))


def longest_pause(ms: float) -> Columns:
    return TURNS.replace(pause_ms=np.minimum(TURNS.pause_ms, ms))


def test_a_wait_is_not_longer_than_the_recorded_pauses() -> None:
    settings = Settings().replace({"endpointing.silence_ms": 640})
    assert cannot_wait_longer(longest_pause(600), settings)
    assert not cannot_wait_longer(longest_pause(640), settings)


def test_every_lock_names_a_setting() -> None:
    assert set(unpriced(())) <= set(NAMES)
    assert {one.limited_by for one in SETTINGS.values() if one.limited_by} == set(EXAMPLES)


def test_what_needs_evidence_is_what_the_model_charges_for() -> None:
    assert (
        tuple(
            name
            for name in NAMES
            if (name.startswith(("endpointing.", "eager.")) or name == "asr.final_timeout_ms") and name not in UNPRICED
        )
        == SPEECH
    )
    assert tuple(name for name in NAMES if name.startswith("barge_in.") and name not in UNPRICED) == BARGE_IN
    assert set(SCORED) == {
        *("endpointing.eot_threshold", "endpointing.max_silence_ms"),
        *("eager.threshold", "eager.silence_ms"),
    }
    assert set(WORDS) == {"barge_in.on_words", "barge_in.min_words"}
