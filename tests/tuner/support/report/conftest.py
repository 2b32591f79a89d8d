"""A small case: turns of an invented tutor, its slow settings, and a recommendation made by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import Columns
from stages.i18n import say
from tests.slow_agent import SLOW
from tuner.recommendation.changes import Change
from tuner.recommendation.frontier import Trade
from tuner.recommendation.holdout import judge
from tuner.recommendation.nearest import Nearest
from tuner.recommendation.recommendation import Recommendation, Task
from tuner.space.space import Space
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.statistics.split import split
from tuner.support.report.complaint import Complaint
from tuner.support.report.facts import Facts, facts

FASTER = SLOW.replace(
    {
        "endpointing.silence_ms": 700,
        "endpointing.eot_threshold": 0.3,
        "barge_in.mode": "interrupt",
        "barge_in.min_speech_ms": 400,
        "playout.prebuffer_ms": 0,
    }
)
TOLD = Complaint(
    "The tutor answers late",
    {
        "title": "The tutor answers late",
        "customer": "Lingo Ltd",
        "users_report": "It takes ages.\nLearners talk over it.",
        "product": "Lingo | *beta*",
    },
)


@pytest.fixture(scope="session")
def turns() -> Columns:
    return censor(simulate(Profile.load("ai-tutor"), 600, seed=3), SLOW)


@pytest.fixture(scope="session")
def found(turns: Columns) -> Recommendation:
    """Judged as by `turntempo tune`; its settings are chosen by hand, so these tests depend on no search."""
    complete_turns, parts, limits = complete(turns, 0, None).columns, split(turns, 0), default_limits()
    tuning, held_out = (
        judge(
            [Batch(complete_turns.of_sessions(part), threads=1)], SLOW, FASTER, DEFAULT_GOAL, default_limits(), seed=0
        )
        for part in (parts.tuning, parts.held_out)
    )
    before, after = SLOW.flat(), FASTER.flat()
    moved = [name for name in before if before[name] != after[name]]
    return Recommendation(
        task=Task(turns, SLOW, DEFAULT_GOAL, limits),
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
        filled_in=complete(turns, 0, None).report,
        evaluations=500,
        interrupted=False,
    )


def facts_with(turns: Columns, found: Recommendation | None, **changes: Any) -> Facts:
    completed = complete(turns, 0, None)
    settings = changes.pop("settings", SLOW)
    return facts(turns, completed.columns, completed.report, settings, DEFAULT_GOAL, default_limits(), found)


@pytest.fixture(scope="session")
def judged(turns: Columns, found: Recommendation) -> Facts:
    """The facts with a recommendation."""
    return facts_with(turns, found)


@pytest.fixture(scope="session")
def untuned(turns: Columns) -> Facts:
    """The facts before `turntempo tune`."""
    return facts_with(turns, None)


@pytest.fixture
def golden(root: Path) -> Callable[[str, str], None]:
    """Compare a text with the file of this name; GOLDEN=write in the environment writes the file."""

    def held(name: str, text: str) -> None:
        file = root / "tests" / "tuner" / "support" / "report" / "golden" / name
        if os.environ.get("GOLDEN") == "write":
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")

    return held
