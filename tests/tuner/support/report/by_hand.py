"""A small case whose findings depend on no search: forty complete turns, two settings changed by hand."""

from __future__ import annotations

from dataclasses import replace

from pipeline.completion import CompletionReport, complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.changes import Change
from tuner.recommendation.frontier import Trade
from tuner.recommendation.holdout import judge
from tuner.recommendation.recommendation import Recommendation, Task
from tuner.space.space import Space
from tuner.statistics.limits import limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.support.report.facts import Facts, facts

BEFORE = Settings().replace({"endpointing.silence_ms": 1500, "playout.prebuffer_ms": 200})
AFTER = BEFORE.replace({"endpointing.silence_ms": 800, "playout.prebuffer_ms": 0})
LIMITS = limits_with([parse_limit("p95=2500")])


def by_hand() -> Facts:
    """Its facts; the diagnosis has only what the turns show, and no effects of other values."""
    turns = simulate(Profile.load("receptionist"), 40, seed=1)
    judged = judge([Batch(turns, threads=1)], BEFORE, AFTER, DEFAULT_GOAL, LIMITS, seed=0)
    found = Recommendation(
        task=Task(turns, BEFORE, DEFAULT_GOAL, LIMITS),
        status="recommended",
        settings=AFTER,
        estimate=None,
        limits=LIMITS,
        space=Space(BEFORE, (), {"llm.hedge": "locked by the user"}),
        changes=(
            Change("endpointing.silence_ms", 1500.0, 800.0, 700.0),
            Change("playout.prebuffer_ms", 200.0, 0.0, None, "dead_air_rate"),
        ),
        tuning=judged,
        held_out=None,
        nearest=(),
        frontier=tuple(
            Trade("cut_off_rate", risk, ms, risk < 0.03, AFTER)
            for risk, ms in ((0.01, 2900.0), (0.02, 2400.0), (0.04, 2100.0))
        ),
        filled_in=CompletionReport(40, None, {}, {}),
        evaluations=500,
        interrupted=False,
    )
    completed = complete(turns, 0, None, BEFORE)
    found_facts = facts(turns, completed.columns, completed.report, BEFORE, DEFAULT_GOAL, LIMITS, found)
    bare = replace(found_facts.diagnosis, levers=(), together=(), against_stalls=(), remedies=(), floor=None)
    return replace(found_facts, diagnosis=bare)
