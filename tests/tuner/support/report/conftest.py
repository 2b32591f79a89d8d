"""The facts of a small case, with its recommendation and before it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.completion import complete
from pipeline.turns.columns import Columns
from tests import tutor_results
from tests.slow_agent import SLOW
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.support.report.complaint import Complaint
from tuner.support.report.facts import Facts, facts

COMPLAINT = Complaint(
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
    return tutor_results.turns()


@pytest.fixture(scope="session")
def found() -> Recommendation:
    return tutor_results.recommendation()


def facts_with(turns: Columns, found: Recommendation | None, **changes: Any) -> Facts:
    completed = complete(turns, 0, None, SLOW)
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
