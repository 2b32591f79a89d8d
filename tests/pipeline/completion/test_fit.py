import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.completion import complete
from pipeline.completion.fit import Fit
from pipeline.kernel.batch import Batch
from pipeline.recordings import read
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.i18n import translate
from stages.settings import Settings

TUTOR = Profile.load("ai-tutor")
LATE = Settings().replace({"endpointing.silence_ms": 900})


def measured(extra_ms: float = 0.0, n: int = 200) -> Columns:
    """Turns of which the response time was measured under LATE, each so much later than the model says."""
    turns = simulate(TUTOR, n, seed=4)
    times = Batch(turns).measure(LATE).response_ms
    return turns.replace(response_ms=np.where(np.isfinite(times), times + extra_ms, np.nan))


def without(turns: Columns, name: str, share: float = 1.0) -> Columns:
    """The turns without a stage's first value in a share of them."""
    values = np.array(getattr(turns, name))
    gone = np.arange(len(turns)) < share * len(turns)
    if values.ndim == 2:
        values[gone] = np.nan
    else:
        values[gone] = np.nan
    return turns.replace(**{name: values})


def test_a_model_that_gives_back_what_was_measured_fits() -> None:
    fit = complete(measured(), 0, None, LATE).fit
    assert (fit.verdict, fit.sooner, fit.large_parts) == ("fits", 0, ())
    assert fit.distance_p50 == pytest.approx(0, abs=1e-6)
    assert fit.turns + int(np.isnan(measured().response_ms).sum()) == 200


def test_four_seconds_that_no_stage_explains_fit_badly_and_are_distinguished_from_the_stages() -> None:
    fit = complete(measured(4000), 0, None, LATE).fit
    assert fit.verdict == "fits badly"
    assert fit.residual_p50 == pytest.approx(4000)
    assert fit.measured_p50 == pytest.approx((fit.modelled_p50 or 0) + 4000)


def test_without_a_measurement_the_fit_is_not_known() -> None:
    fit = complete(simulate(TUTOR, 50, seed=4), 0, None, LATE).fit
    assert (fit.verdict, fit.turns, fit.residual_p50) == ("not measured", 0, None)


def test_under_other_settings_than_those_in_force_the_model_does_not_fit() -> None:
    assert complete(measured(), 0, None, Settings()).fit.verdict == "fits badly"


def test_turns_answered_sooner_than_their_parts_allow_are_counted_and_named() -> None:
    turns = measured()
    sooner = np.where(np.arange(len(turns)) % 5 == 0, 200.0, turns.response_ms)
    fit = complete(turns.replace(response_ms=sooner), 0, None, LATE).fit
    assert fit.verdict == "fits badly"
    assert fit.sooner == 40
    assert fit.sooner_examples[0] == turns.ids[0].decode()


def test_a_part_larger_than_the_whole_is_named_with_its_turns(shared: Path) -> None:
    recording = read([str(shared / "data" / "cases" / "lk3687" / "calls.jsonl")])
    fit = complete(recording.columns, 0, Profile.load("support-call")).fit
    (large,) = [one for one in fit.large_parts if one.part == "llm"]
    assert large.turns == pytest.approx(0.3 * len(recording.columns), rel=0.2)
    assert large.examples[0] == "lk3687-0-0"


@pytest.mark.parametrize("name", ["ttft_ms", "ttfb_ms", "token_ms"])
def test_the_only_stage_that_is_missing_follows_from_what_was_measured(name: str) -> None:
    turns = measured()
    bare = without(turns, name)
    done = complete(bare, 0, TUTOR, LATE)
    (field,) = done.report.derived
    assert field.partition(".")[2].startswith(name)
    assert done.report.derived[field] > 150
    again = Batch(done.columns).measure(LATE).response_ms
    known = np.isfinite(turns.response_ms) & np.isfinite(again)
    assert np.median(np.abs(again - turns.response_ms)[known]) < 1e-6


def test_a_transcript_that_came_after_the_endpoint_follows_from_what_was_measured() -> None:
    turns = measured()
    late = turns.replace(final_ms=turns.final_ms + 900)
    times = Batch(late).measure(LATE).response_ms
    late = late.replace(response_ms=np.where(np.isfinite(times), times, np.nan))
    done = complete(without(late, "final_ms"), 0, TUTOR, LATE)
    assert done.report.derived["asr.final_ms"] > 20
    known = np.isfinite(late.response_ms)
    again = Batch(done.columns).measure(LATE).response_ms
    assert np.quantile((again - late.response_ms)[known], 0.95) < 1e-6


def test_no_profile_is_needed_for_a_stage_that_follows_from_what_was_measured() -> None:
    turns = measured()
    turns = turns.take(np.flatnonzero(np.isfinite(turns.response_ms)))
    done = complete(without(turns, "ttfb_ms", 0.1), 0, None, LATE)
    assert done.report.derived["tts.ttfb_ms[0]"] > 0


def test_drawn_values_are_shortened_where_a_turn_was_answered_sooner_than_they_allow() -> None:
    turns = measured()
    bare = without(without(turns, "ttft_ms", 0.5), "ttfb_ms", 0.5)
    done = complete(bare, 0, TUTOR, LATE).columns
    again = Batch(done).measure(LATE).response_ms
    gone = (np.arange(len(turns)) < 0.5 * len(turns)) & np.isfinite(turns.response_ms)
    assert (again[gone] <= turns.response_ms[gone] + 1e-6).all()


def test_what_was_measured_of_a_stage_is_never_shortened() -> None:
    turns = measured()
    sooner = turns.replace(response_ms=turns.response_ms / 2)
    done = complete(sooner, 0, None, LATE).columns
    assert np.array_equal(done.ttft_ms, turns.ttft_ms)
    assert np.array_equal(done.final_ms, turns.final_ms)


def test_the_fit_is_plain_json() -> None:
    document = json.loads(json.dumps(complete(measured(4000), 0, None, LATE).fit.json_dict()))
    assert document["verdict"] == "fits badly"
    assert document["residual_p50"] == pytest.approx(4000)


def test_the_late_turns_of_a_recording_whose_median_fits_are_named(shared: Path) -> None:
    recording = read([str(shared / "data" / "cases" / "pc4098" / "calls.jsonl")])
    fit = complete(recording.columns, 0, Profile.load("support-call")).fit
    assert fit.verdict == "fits"
    assert fit.measured_p95 == pytest.approx(6500, rel=0.02)
    slow = recording.columns.response_ms > 3000
    assert fit.later >= slow.sum() > 30
    assert set(fit.later_examples) <= {name.decode() for name in recording.columns.ids[slow]}


@pytest.mark.parametrize("extra_ms", [0.0, 4000.0])
def test_every_sentence_is_there_in_chinese_too(extra_ms: float) -> None:
    found = complete(measured(extra_ms), 0, None, LATE).fit.sentences()
    assert found
    for one in found:
        assert translate(one, "zh") != str(one)


def test_what_no_stage_explains_becomes_other_ms_and_a_replay_gives_back_what_was_measured() -> None:
    turns = measured(4000)
    done = complete(turns, 0, None, LATE)
    known = np.isfinite(turns.response_ms)
    assert done.columns.other_ms[known] == pytest.approx(4000)
    assert Batch(done.columns).measure(LATE).response_ms[known] == pytest.approx(turns.response_ms[known])


def test_figures_under_other_settings_carry_what_no_stage_explains() -> None:
    sooner = Settings().replace({"endpointing.silence_ms": 500})
    plain = Batch(complete(measured(), 0, None, LATE).columns).measure(sooner).response_ms
    late = Batch(complete(measured(4000), 0, None, LATE).columns).measure(sooner).response_ms
    assert late == pytest.approx(plain + 4000)


def test_a_filler_that_played_does_not_hide_what_no_stage_explains() -> None:
    filler = LATE.replace({"filler.after_ms": 300, "filler.ms": 1500})
    turns = simulate(TUTOR, 100, seed=4)
    times = Batch(turns).measure(filler).response_ms
    turns = turns.replace(response_ms=np.where(np.isfinite(times), times + 700, np.nan))
    done = complete(turns, 0, None, filler).columns
    known = np.isfinite(turns.response_ms)
    assert Batch(done).measure(filler).response_ms[known] == pytest.approx(turns.response_ms[known])


def test_turns_that_were_not_measured_draw_it_from_those_that_were() -> None:
    turns = measured(4000)
    half = np.arange(len(turns)) % 2 == 0
    done = complete(turns.replace(response_ms=np.where(half, turns.response_ms, np.nan)), 0, None, LATE)
    assert done.columns.other_ms == pytest.approx(4000)
    filled = done.report.fields["other_ms"]
    assert filled.missing >= 100
    assert set(filled.by) <= {"session", "recording"}


def test_too_few_measured_turns_say_nothing_of_the_others() -> None:
    turns = measured(4000)
    few = np.arange(len(turns)) < 15
    done = complete(turns.replace(response_ms=np.where(few, turns.response_ms, np.nan)), 0, None, LATE)
    assert np.isnan(done.columns.other_ms[15:]).all()
    assert "other_ms" not in done.report.fields


def test_an_answer_that_came_sooner_than_its_stages_is_not_explained_away() -> None:
    turns = measured(-100)
    done = complete(turns, 0, None, LATE).columns
    known = np.isfinite(turns.response_ms)
    assert (done.other_ms[known] == 0).all()


def test_the_time_of_tools_follows_from_what_was_measured_where_it_alone_is_missing() -> None:
    turns = simulate(Profile.load("rebooking"), 600, seed=4)
    times = Batch(turns).measure(LATE).response_ms
    turns = turns.replace(response_ms=np.where(np.isfinite(times), times, np.nan))
    bare = turns.replace(tool_ms=np.full(len(turns.tool_ms), np.nan))
    done = complete(bare, 0, Profile.load("rebooking"), LATE)
    called = np.diff(turns.tool_start) > 0
    assert done.report.derived["llm.tools.ms"] > 0.9 * (called & np.isfinite(turns.response_ms)).sum() > 30
    again = Batch(done.columns).measure(LATE).response_ms
    known = np.isfinite(turns.response_ms)
    assert np.quantile(np.abs(again - turns.response_ms)[known], 0.95) < 1e-6


def test_drawn_tool_calls_are_shortened_where_the_answer_came_sooner() -> None:
    turns = simulate(Profile.load("rebooking"), 600, seed=4)
    called = np.diff(turns.tool_start) > 0
    times = Batch(turns.replace(tool_ms=np.zeros(len(turns.tool_ms)))).measure(LATE).response_ms
    turns = turns.replace(response_ms=np.where(np.isfinite(times), times, np.nan))
    bare = without(turns.replace(tool_ms=np.full(len(turns.tool_ms), np.nan)), "ttfb_ms")
    done = complete(bare, 0, Profile.load("rebooking"), LATE).columns
    again = Batch(done).measure(LATE).response_ms
    known = called & np.isfinite(turns.response_ms) & np.isfinite(again)
    assert (again[known] <= turns.response_ms[known] + 1e-6).mean() > 0.95


def test_a_program_reads_that_nothing_was_measured_and_not_that_no_turn_was_late() -> None:
    fit = complete(simulate(TUTOR, 50, seed=4), 0, None, LATE).fit
    told = fit.json_dict()
    assert (told["turns"], told["sooner"], told["later"]) == (0, None, None)
    assert Fit.of_json(told) == fit


def test_the_last_round_of_what_no_stage_explains_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.completion.measured.ROUNDS", 1)
    turns = measured(300)
    done = complete(turns, 0, None, LATE).columns
    again = Batch(done).measure(LATE).response_ms
    known = np.isfinite(turns.response_ms)
    assert np.abs(again - turns.response_ms)[known].max() < 1e-6


def test_pauses_and_overlaps_that_a_profile_gave_are_reported_as_invented() -> None:
    turns = simulate(TUTOR, 50, seed=4)
    bare = turns.replace(pauses_known=np.zeros(50, dtype=np.bool_), overlaps_known=np.zeros(50, dtype=np.bool_))
    without, given = (complete(bare, 0, profile, LATE).report for profile in (None, TUTOR))
    assert without.not_recorded["speech.pauses"] == without.not_recorded["overlaps"] == 50
    assert given.fields["overlaps"].by == {"profile": 50}
    assert given.not_recorded.keys().isdisjoint({"speech.pauses", "overlaps"})
    assert given.invented == 100


def late(extra_ms: np.ndarray) -> Fit:
    """The fit of turns of which a fifth is answered so much later than the stages explain."""
    turns = measured(n=200)
    times = np.array(turns.response_ms)
    times[::5] += extra_ms
    return complete(turns.replace(response_ms=times), 0, None, LATE).fit


def test_turns_that_are_late_by_the_same_time_wait_for_a_timeout() -> None:
    fit = late(4865.0 + np.linspace(-20, 20, 40))
    assert fit.verdict == "fits"
    assert fit.is_late_alike
    assert "late by nearly the same time, 4,848 to 4,881 ms" in " ".join(str(one) for one in fit.sentences())
    assert Fit.of_json(json.loads(json.dumps(fit.json_dict()))) == fit


def test_turns_that_are_late_by_very_different_times_are_not_said_to_wait_for_one() -> None:
    fit = late(np.linspace(500, 6000, 40))
    assert fit.later >= 30
    assert not fit.is_late_alike


def test_a_few_late_turns_show_no_timeout() -> None:
    turns = measured(n=200)
    times = np.array(turns.response_ms)
    times[:4] += 4000
    assert not complete(turns.replace(response_ms=times), 0, None, LATE).fit.is_late_alike
