"""Generated parts of Markdown pages: text between two marks, and the output of commands.

A block of commands with output looks like this on a page. The quoted texts say where an excerpt begins (an empty text:
at the next line that is not empty), the numbers how many lines it has ("all": up to the next empty line).

    ```sh
    turntempo check calls.jsonl.gz --limit p95=2800
    ```

    <!-- shown: "" 2, "FAIL" 1, exit 1 -->
    ```text
    ...
    ```
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

STEP = re.compile(r"```sh\n(?P<typed>.*?)```\n(?:\n<!-- shown: (?P<shown>.*?) -->\n```text\n.*?```\n)?", re.DOTALL)
EXCERPT = re.compile(r'"(?P<start>[^"]*)" (?P<lines>\d+|all)')
EXIT = re.compile(r"exit (\d+)")

SHELL = """\
turntempo() { "$PYTHON" -m turntempo "$@"; }
make() { turntempo "$@"; }
"""
"""The commands as this checkout has them; `make demo` on a page runs `turntempo demo`, without the set-up."""

STEADY = (
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b"), "2026-11-28 16:09"),
    (re.compile(r"\bsha256 [0-9a-f]{64}\b"), "sha256 f19d615ed6fee341b756e2bf320dddae3f69b47f7bc3143ae4fb1616bbc78658"),
)
"""What differs in every run, and what a page shows instead."""


@dataclass(frozen=True)
class Step:
    """A block of commands, and which lines of their output the page shows; `shown` None: none of them."""

    typed: str
    shown: str | None

    @property
    def commands(self) -> list[list[str]]:
        """The arguments of each turntempo command."""
        lines = self.typed.replace("\\\n", " ").splitlines()
        return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("turntempo ")]

    @property
    def exit_code(self) -> int:
        """The exit code that the page expects."""
        found = EXIT.search(self.shown or "")
        return int(found[1]) if found else 0


Run = Callable[[Step], tuple[int, str]]
"""Runs the commands of a step; the exit code, and everything they print."""


def steps(page: str) -> list[Step]:
    """The blocks of commands of a page, in order."""
    return [_step(found) for found in STEP.finditer(page)]


def output(step: Step, run: Run) -> str:
    """What a step prints. Raises ValueError where its exit code is not the expected one."""
    code, printed = run(step)
    if code != step.exit_code:
        raise ValueError(f"exit code {code} for {step.exit_code}:\n{step.typed}\n{printed}")
    return printed


def renewed(page: str, run: Run, wanted: Callable[[Step], bool] = lambda step: bool(step.commands)) -> str:
    """The page with the output of today. Only the wanted steps are run: by default all with a turntempo command."""

    def put(found: re.Match[str]) -> str:
        step = _step(found)
        if not wanted(step):
            return found[0]
        printed = output(step, run)
        if step.shown is None:
            return found[0]
        text = steady(excerpt(printed, step.shown))
        return f"```sh\n{step.typed}```\n\n<!-- shown: {step.shown} -->\n```text\n{text}\n```\n"

    return STEP.sub(put, page)


def excerpt(printed: str, shown: str) -> str:
    """The lines that `shown` asks for; "..." stands where lines are left out."""
    lines = [line.rstrip() for line in printed.splitlines()]
    kept: list[str] = []
    place = 0
    for asked in EXCERPT.finditer(shown):
        first = (i for i in range(place, len(lines)) if lines[i] and lines[i].startswith(asked["start"]))
        start = next(first, None)
        if start is None:
            raise ValueError(f"no line begins with {asked['start']!r} in:\n{printed}")
        kept += _left_out(lines[place:start]) if kept else []
        place = _end(lines, start, asked["lines"])
        kept += lines[start:place]
    return "\n".join([*kept, *_left_out(lines[place:])]).rstrip()


def steady(text: str) -> str:
    """The text with what differs in every run replaced."""
    for pattern, instead in STEADY:
        text = pattern.sub(instead, text)
    return text


def in_shell(folder: Path) -> Run:
    """Runs a step as it stands on the page, in this folder."""
    environment = os.environ | {
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "TURNTEMPO_WHO": "Ann",
    }

    def run(step: Step) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-e", "-c", SHELL + step.typed],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return run


def between_marks(page: str, name: str, script: str, text: str) -> str:
    """The page with this text between the marks of that name. Raises ValueError where the page lacks them."""
    begin, end = f"<!-- {name}: {script} writes this -->", f"<!-- end of {name} -->"
    if begin not in page:
        raise ValueError(f"the page has no line {begin}")
    return re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n{text}\n{end}", page, flags=re.DOTALL)


def write_or_check(path: Path, text: str, check: bool) -> int:
    """Writes the page; with `check` it only compares, prints the difference and returns 1 where there is one."""
    name = str(path.relative_to(ROOT))
    if not check:
        path.write_text(text, encoding="utf-8")
        print(f"wrote {name}")
        return 0
    difference = list(_difference(path.read_text(encoding="utf-8"), text, name))
    print("\n".join(difference) or f"{name} is current")
    return min(1, len(difference))


def _difference(old: str, new: str, name: str) -> Iterator[str]:
    return difflib.unified_diff(old.splitlines(), new.splitlines(), name, f"{name}, renewed", lineterm="")


def _step(found: re.Match[str]) -> Step:
    return Step(found["typed"], found["shown"])


def _left_out(gap: list[str]) -> list[str]:
    """The lines that replace others: "..." with the empty lines around it; for empty lines alone, one empty line."""
    if not any(gap):
        return gap[:1]
    return [*([""] if not gap[0] else []), "...", *([""] if not gap[-1] else [])]


def _end(lines: list[str], start: int, asked: str) -> int:
    """Where an excerpt ends: after so many lines, or at the next empty one."""
    if asked != "all":
        return start + int(asked)
    return next((i for i in range(start, len(lines)) if not lines[i]), len(lines))
