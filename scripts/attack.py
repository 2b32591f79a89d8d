"""`make attack`: every attack that the project has against itself, and the figures that stand in docs/security.md.

`python -m scripts.attack [--trials N]`. Exit code 1 where one is not withstood. A suite whose tools are missing on this
machine is skipped, and said to be.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
TRIALS = 20_000


@dataclass(frozen=True)
class Suite:
    """Tests that attack one thing. `needs`: programs that they use."""

    name: str
    paths: tuple[str, ...]
    needs: tuple[str, ...] = ()


SUITES = (
    Suite("patterns: linear on hostile text", ("tests/safety/test_patterns.py",)),
    Suite("files: damaged, hostile, devices, pipes", ("tests/safety", "--ignore=tests/safety/test_patterns.py")),
    Suite("secrets: planted and harmless", ("tests/tuner/support/redaction", "tests/tuner/support/bundle")),
    Suite("web app: raw clients", ("tests/turntempo/web",)),
    Suite("web app and reports: in a browser", ("tests/browser",), ("chromium",)),
    Suite("fleet: hostile messages, a real broker", ("tests/fleet/test_safety.py",), ("mosquitto", "mosquitto_pub")),
    Suite("writes: killed, or a full disk, at each", ("tests/crash",)),
)


@dataclass(frozen=True)
class Result:
    """What became of a suite: tests that ran, failed and were skipped."""

    ran: int = 0
    failed: int = 0
    skipped: int = 0
    why_not: str = ""

    def line(self) -> str:
        """For the table."""
        if self.why_not:
            return f"not run: {self.why_not}"
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.ran} tests, {self.failed} failed{skipped}"


def main() -> int:
    """Run all, print a table, exit code 1 where something failed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.attack", description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS, help="damaged inputs for each reader")
    asked = parser.parse_args()
    began, rows, failed = time.monotonic(), [], False
    for name, said, fine in (
        *_suites(),
        ("secrets: recall", *_recall()),
        ("readers: damaged inputs", *_fuzz(asked.trials)),
    ):
        rows.append((name, said))
        failed |= not fine
        print(f"{name}: {said}", file=sys.stderr)
    print("| attack | result |\n|---|---|")
    print("\n".join(f"| {name} | {said} |" for name, said in rows))
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return int(failed)


def _suites() -> Iterator[tuple[str, str, bool]]:
    for suite in SUITES:
        result = _run(suite)
        yield suite.name, result.line(), result.failed == 0


def _run(suite: Suite) -> Result:
    if missing := [program for program in suite.needs if shutil.which(program) is None]:
        return Result(why_not=f"{', '.join(missing)} is not installed")
    if not (ROOT / suite.paths[0]).exists():
        return Result(why_not="no such tests in this checkout")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = ["-m", "pytest", "--quiet", f"--junit-xml={report}", *suite.paths]
        done = subprocess.run([sys.executable, *command], cwd=ROOT, stdout=sys.stderr, check=False)
        return _counted(report) if report.is_file() else Result(failed=max(1, done.returncode))


def _counted(report: Path) -> Result:
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    ran, failures, errors, skipped = (
        sum(int(one.get(name, "0")) for one in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    return Result(ran - skipped, failures + errors, skipped)


def _recall() -> tuple[str, bool]:
    from tests.tuner.support.redaction.test_recall import HARMLESS, PLANTED, TAKEN
    from tuner.support.redaction import Redactor

    planted = sum(len(one.secrets) for one in PLANTED)
    left = sum(len(one.leaked(Redactor().text(one.text, one.name))) for one in PLANTED)
    taken = sum(Redactor().text(one.text, one.name) != one.text for one in HARMLESS)
    found = f"{planted - left} of {planted} planted found ({1 - left / planted:.1%})"
    return f"{found}, {taken} of {len(HARMLESS)} harmless changed", left <= planted // 100 and taken <= len(TAKEN)


def _fuzz(trials: int) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command: Sequence[str] = [sys.executable, "-m", "tests.fuzz", "--trials", str(trials), "--json", str(figures)]
        done = subprocess.run(
            command, cwd=ROOT, stdout=sys.stderr, check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"}
        )
        if not figures.is_file():
            return "broke off", False
        found = json.loads(figures.read_text())
    inputs = f"{found['readers']} readers, {found['trials']:,} trials"
    faults = f"{found['uncaught']} uncaught, {found['hangs']} hangs"
    most = f"slowest {found['slowest_cpu_s']:.2f} s of processor time, grew by {found['grown_mib']} MiB at most"
    return f"{inputs}, {faults}, {most}", done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
