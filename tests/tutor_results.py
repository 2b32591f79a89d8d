"""Results of one small case: turns of an invented tutor, its slow settings, and what is made of them.

The recommended settings are chosen by hand, so that no search decides what the tests see.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import Columns
from stages.i18n import say
from tests.slow_agent import SLOW
from tuner.comparison.comparing import SettingsComparison, compare
from tuner.diagnosis import Diagnosis, diagnose
from tuner.followup.comparison import Comparison, Kept, Off
from tuner.recommendation.changes import Change
from tuner.recommendation.frontier import Trade
from tuner.recommendation.holdout import judge
from tuner.recommendation.nearest import Nearest
from tuner.recommendation.recommendation import Recommendation, Task
from tuner.space.space import Space
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.statistics.split import split

FASTER = SLOW.replace(
    {
        "endpointing.silence_ms": 700,
        "endpointing.eot_threshold": 0.3,
        "barge_in.mode": "interrupt",
        "barge_in.min_speech_ms": 400,
        "playout.prebuffer_ms": 0,
    }
)


@cache
def turns() -> Columns:
    """600 turns as the slow agent's log shows them."""
    return censor(simulate(Profile.load("ai-tutor"), 600, seed=3), SLOW)


@cache
def recommendation() -> Recommendation:
    """Judged as `turntempo tune` judges."""
    completed, limits = complete(turns(), 0, None, SLOW), default_limits()
    parts = split(turns(), 0)
    tuning, held_out = (
        judge([Batch(completed.columns.of_sessions(part), threads=1)], SLOW, FASTER, DEFAULT_GOAL, limits, seed=0)
        for part in (parts.tuning, parts.held_out)
    )
    before, after = SLOW.flat(), FASTER.flat()
    moved = [name for name in before if before[name] != after[name]]
    return Recommendation(
        task=Task(turns(), SLOW, DEFAULT_GOAL, limits),
        status="recommended",
        settings=FASTER,
        estimate=None,
        limits=limits,
        space=Space(SLOW, (), {"llm.hedge": "locked by the user", "vad.silence_ms": say("lock.unpriced")}),
        changes=tuple(Change(name, before[name], after[name], 100.0 * place) for place, name in enumerate(moved, 1)),
        tuning=tuning,
        held_out=held_out,
        nearest=(Nearest(limits[0], 0.04, True, FASTER),),
        frontier=tuple(
            Trade(kind, risk, ms, risk < 0.03, FASTER)
            for kind in ("cut_off_rate", "false_interrupt_rate")
            for risk, ms in ((0.01, 2900.0), (0.02, 2400.0), (0.04, 2100.0))
        ),
        filled_in=completed.report,
        evaluations=500,
        interrupted=False,
    )


@cache
def diagnosis() -> Diagnosis:
    """Of the same turns under the slow settings."""
    completed = complete(turns(), 0, None, SLOW).columns
    return diagnose(turns(), completed, SLOW, DEFAULT_GOAL, default_limits(), threads=1)


@cache
def settings_comparison() -> SettingsComparison:
    """The slow settings and the faster ones on the same turns."""
    return compare(complete(turns(), 0, None, SLOW).columns, SLOW, FASTER, threads=1)


@cache
def comparison() -> Comparison:
    """What came of the promise, a little later than promised; the share of cut-offs is replayed."""
    judged = recommendation().held_out
    assert judged is not None
    names = {"response_ms.p50": True, "response_ms.p95": True, "cut_off_rate": False}
    kept = tuple(
        Kept(name, judged.before[name], judged.after[name], replace(judged.after[name]), measured)
        for name, measured in names.items()
    )
    late = replace(kept[0], found=replace(kept[0].found, value=2900.0, low=2800.0, high=3000.0))
    return Comparison(
        figures=(late, *kept[1:]),
        parts=(Off("llm", 400.0, 520.0, 120.0, 80.0, 160.0, 400), Off("model", None, None, 1.5, None, None, 400)),
        turns=400,
        sessions=20,
        measured=390,
        model_ms=(1.5, 9.0),
        other_settings={"llm.hedge": (True, False)},
        assumed_settings=False,
        invented=3,
    )
