"""A promise made from one real run of a framework, held beside another real run under the settings promised for."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.turns.builder import from_turns
from pipeline.turns.columns import Columns
from scripts.framework_runs import Run, livekit
from tuner.followup.comparing import compare
from tuner.followup.comparison import Comparison
from tuner.recommendation.holdout import judge
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL


def recorded(run: Run) -> Columns:
    """The run as a recording, each scripted turn a call of its own, with the response times of the loudspeaker."""
    turns = [
        one.turn.model_copy(update={"session": one.turn.id, "index": 0, "response_ms": one.measured.response_ms})
        for one in run.turns
    ]
    return from_turns(turns)


@pytest.fixture(scope="module")
def found(shared: Path) -> Comparison:
    """LiveKit with its own detector, and then by VAD alone: the same script, the settings of the second promised."""
    runs = shared / "data" / "framework-runs"
    before, after = livekit(runs / "livekit-default"), livekit(runs / "livekit-vad")
    turns, later = recorded(before), recorded(after)
    batch = Batch(complete(turns, 0).columns)
    judged = judge([batch], before.settings, after.settings, DEFAULT_GOAL, default_limits(), 0)
    promise: dict[str, Any] = {
        "settings": after.settings.json_dict(),
        "estimate": None,
        "seed": 0,
        "filled_in": {"profile": None},
        "held_out": None,
        "tuning": judged.json_dict(),
    }
    return compare(promise, turns, later, after.settings)


def test_the_model_is_off_by_milliseconds_where_a_framework_was_measured(found: Comparison) -> None:
    assert found.measured >= 15
    assert found.model_ms is not None
    half, most = found.model_ms
    assert half < 2
    assert most < 10
    (model,) = [one for one in found.parts if one.part == "model"]
    assert abs(model.off_ms) < 3


def test_what_was_promised_and_found_adds_up_part_by_part(found: Comparison) -> None:
    mean = found.figure("response_ms.mean")
    assert sum(one.promised_ms or 0 for one in found.parts) == pytest.approx(mean.promised.value, abs=1e-6)
    assert mean.promised.value == pytest.approx(mean.found.value, abs=3)


def test_no_figure_comes_out_worse_than_promised(found: Comparison) -> None:
    assert [one.name for one in found.figures if one.status == "worse"] == []
