"""A report of a small case with a hostile customer, as the command writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.recordings import write
from pipeline.simulation import Profile, censor, simulate
from tests.browser.chromium import Visit, found, visit
from tests.slow_agent import SLOW
from turntempo.__main__ import main

HOSTILE = """It takes <b>ages</b>.<script>console.error("ran")</script>
<img src="https://tracker.example/x.png" onerror="console.error('ran')">
</style><style>@import "https://a.example/x.css";
![](https://b.example/y.png) [link](javascript:alert(1)) {{ 7*7 }} {% raw %}
\u202egnp.exe &#x3c;svg onload=alert(1)&gt;"""


def turntempo(*arguments: object) -> None:
    assert main([str(argument) for argument in arguments]) == 0, arguments


@pytest.fixture(scope="session", autouse=True)
def browser() -> str:
    path = found()
    if path is None:
        pytest.exit("no Chromium on the PATH, which these tests are for: apt-get install chromium", returncode=2)
    return path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the reports of the case."""
    work = tmp_path_factory.mktemp("work")
    case, recording = work / "case", work / "turns.jsonl.gz"
    write(recording, censor(simulate(Profile.load("ai-tutor"), 700, seed=3), SLOW), SLOW)
    title = 'Slow </title><script>console.error("ran")</script> "tutor"'
    turntempo(
        "case", "new", case, "--title", title, "--customer", "<i>Lingo</i> & Söhne 株式会社", "--users-report", HOSTILE
    )
    turntempo("case", "attach", case, "--recording", recording)
    turntempo("tune", case, "-o", case / "tuning", "--budget", 500, "--profile", "ai-tutor")
    turntempo("report", case, "--at", "2026-11-22T12:00+00:00")
    return case / "report"


@pytest.fixture
def show(folder: Path, tmp_path: Path) -> Callable[..., Visit]:
    """Show a report in the browser."""

    def shown(name: str, *options: str) -> Visit:
        return visit(folder / name, tmp_path, *options)

    return shown


@pytest.fixture(scope="session")
def pictures(root: Path) -> Path:
    """The folder for screenshots, to be looked at."""
    kept = root / "build" / "screenshots"
    kept.mkdir(parents=True, exist_ok=True)
    return kept
