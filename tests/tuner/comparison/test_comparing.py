"""Two sets of settings on the same turns."""

import json

import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.i18n import translate
from stages.settings import Settings
from tests.slow_agent import SLOW
from tuner.comparison.comparing import SettingsComparison, compare
from tuner.comparison.difference import FEWEST_SESSIONS, FIGURES
from tuner.comparison.result_json import comparison_json
from tuner.comparison.sentences import headline, sentences
from tuner.statistics.intervals import estimates


@pytest.fixture(scope="module")
def turns() -> Columns:
    return simulate(Profile.load("ai-tutor"), 2000, seed=3)


@pytest.fixture(scope="module")
def found(turns: Columns) -> SettingsComparison:
    changes = {"endpointing.silence_ms": 900, "endpointing.eot_threshold": None, "endpointing.max_silence_ms": 2500}
    return compare(turns, SLOW, SLOW.replace({**changes, "eager.max_starts": 5, "barge_in.mode": "interrupt"}))


def test_every_figure_is_the_replay_s_under_both(found: SettingsComparison, turns: Columns) -> None:
    batch = Batch(turns)
    for settings, side in ((found.before, "before"), (found.after, "after")):
        expected = estimates(batch.outcomes(settings), turns.session)
        values = {name: getattr(one, side) for name, one in found.figures.items()}
        assert values == pytest.approx({name: expected[name].value for name in FIGURES}, nan_ok=True)


def test_a_difference_lies_in_its_interval_and_the_interval_decides(found: SettingsComparison) -> None:
    median, cut_off = found.figures["response_ms.p50"], found.figures["cut_off_rate"]
    assert median.low is not None
    assert median.high is not None
    assert median.change is not None
    assert median.low <= median.change <= median.high < 0
    assert (median.status, cut_off.status) == ("better", "worse")
    assert found.figures["restarted_rate"].status == "same"


def test_pairing_makes_the_interval_of_a_constant_shift_a_point(turns: Columns) -> None:
    later = SLOW.replace({"playout.prebuffer_ms": SLOW.playout.prebuffer_ms + 100})
    median = compare(turns, SLOW, later).figures["response_ms.p50"]
    assert (median.change, median.low, median.high) == (100, 100, 100)


def test_the_same_settings_differ_in_nothing(turns: Columns) -> None:
    found = compare(turns, SLOW, SLOW)
    assert (found.turns_changed, found.effects) == (0, ())
    assert {one.status for one in found.figures.values()} == {"same"}
    assert headline(found) == "A and B are the same settings."


def test_a_setting_without_effect_says_so(turns: Columns) -> None:
    found = compare(turns, SLOW, SLOW.replace({"eager.max_starts": 5}))
    assert headline(found) == "B changes nothing on these 2,000 turns: none of them comes out differently."
    (effect,) = found.effects
    assert (effect.kind, effect.alone_turns, effect.back_turns) == ("none", 0, 0)


def test_a_setting_that_another_one_hides_names_it(found: SettingsComparison) -> None:
    hidden = next(one for one in found.effects if one.name == "endpointing.max_silence_ms")
    assert (hidden.kind, hidden.back_turns) == ("hidden by others", 0)
    assert hidden.alone_turns > 0
    assert hidden.hidden_by == ("endpointing.eot_threshold",)
    assert "endpointing.max_silence_ms: no effect on these turns with endpointing.eot_threshold as in B." in sentences(
        found
    )


def test_a_setting_that_works_only_with_another_one_says_so(turns: Columns) -> None:
    found = compare(turns, SLOW, SLOW.replace({"barge_in.mode": "interrupt", "barge_in.resume_ms": 800}))
    kinds = {one.name: one.kind for one in found.effects}
    assert kinds == {"barge_in.mode": "effect", "barge_in.resume_ms": "only with others"}


def test_few_sessions_that_differ_give_no_interval(turns: Columns) -> None:
    few = turns.of_sessions(np.arange(FEWEST_SESSIONS - 1))
    found = compare(few, SLOW, SLOW.replace({"endpointing.silence_ms": 900}))
    median = found.figures["response_ms.p50"]
    assert (median.low, median.high, median.status) == (None, None, "not shown")
    assert median.turns > 0
    assert "is not shown to answer sooner or later at the median" in headline(found)


def test_the_sentence_tells_the_median_and_what_it_costs(found: SettingsComparison) -> None:
    said = headline(found)
    median = found.figures["response_ms.p50"]
    assert median.change is not None
    assert said.startswith(f"B answers {-median.change:,.0f} ms sooner at the median (95%: ")
    assert "points more users" in said
    assert "个百分点" in translate(said, "zh")


def test_a_figure_that_the_recording_does_not_show_is_unknown(turns: Columns) -> None:
    blind = turns.replace(pauses_known=np.zeros_like(turns.pauses_known))
    found = compare(blind, SLOW, SLOW.replace({"endpointing.silence_ms": 900}))
    cut_off = found.figures["cut_off_rate"]
    assert (cut_off.status, cut_off.before, cut_off.change) == ("unknown", None, None)
    assert "users" not in headline(found)
    assert any(line.startswith("Not known from this recording: cut_off_rate") for line in sentences(found))


def test_a_long_recording_is_judged_on_whole_sessions(turns: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuner.comparison.comparing.MOST_TURNS", 500)
    found = compare(turns, SLOW, SLOW.replace({"endpointing.silence_ms": 900}))
    assert 500 <= found.turns < 700
    assert found.of_turns == 2000


def test_the_result_is_plain_json_and_the_same_each_time(turns: Columns) -> None:
    after = Settings()
    one, other = (json.dumps(comparison_json(compare(turns, SLOW, after)), allow_nan=False) for _ in range(2))
    assert one == other
    assert json.loads(one)["schema"] == "turntempo.compare/2"
