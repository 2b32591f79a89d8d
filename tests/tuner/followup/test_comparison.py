import json
from typing import Any

import numpy as np
import pytest

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import CENSORABLE, Columns
from stages.errors import InputError
from stages.i18n import translate
from stages.settings import Settings
from tuner.followup.comparing import Promise, compare
from tuner.followup.comparison import Comparison, Kept
from tuner.followup.result_json import comparison_json
from tuner.followup.sentences import sentences
from tuner.followup.settled import settled
from tuner.recommendation.holdout import judge
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.statistics.split import split

SLOW = Settings().replace(
    {
        "endpointing.silence_ms": 2000,
        "endpointing.max_silence_ms": 4000,
        "endpointing.eot_threshold": 0.5,
        "llm.timeout_ms": 60000,
        "tts.timeout_ms": 20000,
    }
)

FAST = SLOW.replace(
    {"endpointing.silence_ms": 900, "endpointing.max_silence_ms": 2500, "llm.timeout_ms": 1200, "llm.attempts": 3}
)


def tutor(turns: int, seed: int, settings: Settings) -> Columns:
    return censor(simulate(Profile.load("ai-tutor"), turns, seed), settings)


@pytest.fixture(scope="module")
def before() -> Columns:
    return tutor(900, 3, SLOW)


@pytest.fixture(scope="module")
def recommendation(before: Columns) -> dict[str, Any]:
    """What tuning.json would say, had the search found FAST."""
    turns = complete(before, 0, None, SLOW).columns
    parts = split(turns, 0)
    judged = {
        name: judge([Batch(turns.of_sessions(part))], SLOW, FAST, DEFAULT_GOAL, default_limits(), 0).json_dict()
        for name, part in (("tuning", parts.tuning), ("held_out", parts.held_out))
    }
    found = {"settings": FAST.json_dict(), "estimate": None, "seed": 0, "filled_in": {"profile": None}, **judged}
    found["settings_in_force"] = SLOW.json_dict()
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


@pytest.fixture(scope="module")
def deployed() -> Settings:
    return FAST


@pytest.fixture(scope="module")
def later(deployed: Settings) -> Columns:
    return tutor(900, 44, deployed)


def test_a_promise_that_came_true_is_reported_as_such(recommendation, before, later, deployed) -> None:
    found = compare(recommendation, before, later, deployed)
    assert found.kept
    assert found.figure("response_ms.p95").status == "came true"
    assert found.figure("response_ms.p95").measured
    assert not found.figure("cut_off_rate").measured
    assert sentences(found)[0].startswith("What was promised came true: the median answer")
    assert found.measured == int((~np.isnan(later.response_ms)).sum())
    assert not found.assumed_settings
    assert found.other_settings == {}


def test_the_parts_add_up_to_the_difference_of_the_means(recommendation, before, later, deployed) -> None:
    off = later.replace(response_ms=later.response_ms + 70)
    found = compare(recommendation, before, off, deployed)
    mean = found.figure("response_ms.mean")
    assert mean.found.value is not None
    assert mean.promised.value is not None
    total = sum(one.off_ms for one in found.parts)
    assert total == pytest.approx(mean.found.value - mean.promised.value, abs=1e-6)
    assert sum(one.promised_ms or 0 for one in found.parts) == pytest.approx(mean.promised.value, abs=1e-6)


def test_what_the_model_gets_wrong_is_distinguished_from_what_the_world_changed(
    recommendation, before, later, deployed
) -> None:
    wrong = compare(recommendation, before, later.replace(response_ms=later.response_ms + 400), deployed)
    model = next(one for one in wrong.parts if one.part == "model")
    assert model.off_ms == pytest.approx(400, abs=1e-6)
    assert model.beyond_chance
    assert wrong.model_ms == pytest.approx((400, 400))
    assert not wrong.kept
    assert wrong.figure("response_ms.p50").status == "worse"
    assert "the model itself gets wrong on these turns 400 ms later" in " ".join(sentences(wrong))

    slow = later.replace(ttft_ms=later.ttft_ms + 500, response_ms=later.response_ms + 500)
    world = compare(recommendation, before, slow, deployed)
    parts = {one.part: one for one in world.parts}
    assert parts["llm"].off_ms > 300
    assert parts["llm"].beyond_chance
    assert abs(parts["model"].off_ms) < abs(parts["llm"].off_ms)


def test_better_than_promised_is_kept(recommendation, before, later, deployed) -> None:
    found = compare(recommendation, before, later.replace(response_ms=later.response_ms - 700), deployed)
    assert found.figure("response_ms.p50").status == "better"
    assert found.figure("response_ms.p50").status != "worse"


def test_without_measured_times_the_model_is_not_put_to_the_test(recommendation, before, later) -> None:
    found = compare(recommendation, before, later.replace(response_ms=np.full(len(later), np.nan)), None)
    assert (found.measured, found.model_ms, found.assumed_settings) == (0, None, True)
    assert "model" not in {one.part for one in found.parts}
    assert not found.figure("response_ms.p95").measured
    said = " ".join(sentences(found))
    assert "does not test the model" in said
    assert "does not say its settings" in said


def test_other_settings_than_recommended_are_named(recommendation, before, later, deployed) -> None:
    other = deployed.replace({"filler.after_ms": 1500})
    found = compare(recommendation, before, later, other)
    assert found.other_settings == {"filler.after_ms": (None, 1500)}
    assert "filler.after_ms 1500" in " ".join(sentences(found))


def test_bounds_and_attempts_not_seen_are_out_of_reach_of_the_settings_in_force(later) -> None:
    assert later.censored.any()
    fit = settled(later)
    assert not fit.censored.any()
    gave_up = (later.censored >> CENSORABLE.index("llm.ttft_ms[0]") & 1).astype(bool)
    assert gave_up.any()
    assert (fit.ttft_ms[gave_up, 0] > 1e5).all()
    assert np.array_equal(fit.ttft_ms[~gave_up, 0], later.ttft_ms[~gave_up, 0])
    assert not np.isnan(fit.ttft_ms).any()


def test_every_sentence_is_reported_in_chinese_too(recommendation, before, later) -> None:
    found = compare(recommendation, before, later.replace(response_ms=later.response_ms + 400), None)
    assert sentences(found)
    for text in sentences(found):
        assert translate(text, "zh") != text


def test_the_comparison_is_plain_json(recommendation, before, later, deployed) -> None:
    document = comparison_json(compare(recommendation, before, later, deployed))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["schema"] == "turntempo.comparison/2"
    assert {"figures", "parts", "kept", "summary", "model_ms"} <= set(document)


def test_what_is_no_recommendation_is_reported() -> None:
    with pytest.raises(InputError, match="is not what `turntempo tune` writes"):
        Promise.of({"held_out": None})


Bounds = tuple[float | None, float | None, float | None]


def kept(before: Bounds, promised: Bounds, found: Bounds) -> Kept:
    was, then, now = (Estimate("response_ms.p95", *bounds, n=100) for bounds in (before, promised, found))
    return Kept("response_ms.p95", was, then, now, measured=True)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((1000, 950, 1050), "came true"),
        ((1090, 1060, 1150), "came true"),
        ((1200, 1110, 1300), "worse"),
        ((800, 750, 890), "better"),
        ((1500, 1000, 2100), "not shown"),
        ((1000, 950, None), "not shown"),
        ((None, 950, None), "not said"),
    ],
)
def test_a_figure_is_judged_by_its_intervals(found: Bounds, status: str) -> None:
    assert kept((2000, 1900, 2100), (1000, 900, 1100), found).status == status


def test_where_no_change_was_promised_none_is_needed() -> None:
    assert kept((1000, 900, 1100), (1000, 900, 1100), (1000, 800, 1200)).status == "came true"


def test_too_few_turns_are_reported_as_too_few(recommendation, before, later, deployed) -> None:
    few = later.take(np.arange(12))
    found: Comparison = compare(recommendation, before, few, deployed)
    assert found.figure("response_ms.p95").status == "not shown"
