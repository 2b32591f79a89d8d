"""Runs docs/guide/support-case.md as it is typed, and puts what came into it: `python -m scripts.support_case_page`."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guide" / "support-case.md"
STEP = re.compile(r"```sh\n(?P<typed>.*?)```\n(?:\n<!-- shown: (?P<shown>.*?) -->\n```text\n.*?```\n)?", re.DOTALL)
EXCERPT = re.compile(r'"(?P<start>[^"]*)" (?P<lines>\d+)')
Call = Callable[[list[str]], tuple[int, str]]
"""Runs a command; its exit code, and all that it prints."""

NEEDED = ("docs", "turntempo")
"""What the page's commands read, beside what they write."""


@dataclass(frozen=True)
class Step:
    """A block of commands, and which lines of what they print the page shows."""

    typed: str
    shown: str | None

    @property
    def commands(self) -> list[list[str]]:
        """The arguments of each turntempo command."""
        lines = self.typed.replace("\\\n", " ").splitlines()
        return [shlex.split(line)[1:] for line in lines if line.startswith("turntempo ")]


def steps(page: str) -> list[Step]:
    """The blocks of a page in their order."""
    return [Step(found["typed"], found["shown"]) for found in STEP.finditer(page)]


def printed(page: str, call: Call) -> Iterator[tuple[Step, str]]:
    """What each block prints when all are run in order. Raises ValueError where a command fails."""
    for step in steps(page):
        said = ""
        for arguments in step.commands:
            code, text = call(arguments)
            if code:
                raise ValueError(f"turntempo {shlex.join(arguments)}: exit code {code}\n{text}")
            said += text
        yield step, said


def links(folder: Path) -> None:
    """What the page's commands read, in a folder where they may write."""
    for name in NEEDED:
        (folder / name).symlink_to(ROOT / name)


def excerpt(said: str, shown: str) -> str:
    """So many lines from the first that begins with a text on, and so on; "..." where some are left out."""
    lines = [line.rstrip() for line in said.splitlines()]
    kept: list[str] = []
    place = 0
    for asked in EXCERPT.finditer(shown):
        start = next((i for i in range(place, len(lines)) if lines[i].startswith(asked["start"])), None)
        if start is None:
            raise ValueError(f"no line begins with {asked['start']!r} in:\n{said}")
        kept += (["..."] if start > place and kept else []) + lines[start : start + int(asked["lines"])]
        place = start + int(asked["lines"])
    return "\n".join([*kept, *(["..."] if place < len(lines) else [])])


def renewed(page: str, call: Call) -> str:
    """The page with what its commands print now."""
    outputs = iter([excerpt(said, step.shown) if step.shown else "" for step, said in printed(page, call)])

    def put(found: re.Match[str]) -> str:
        said = next(outputs)
        if not found["shown"]:
            return found[0]
        return f"```sh\n{found['typed']}```\n\n<!-- shown: {found['shown']} -->\n```text\n{said}\n```\n"

    return STEP.sub(put, page)


def typed_in(folder: str) -> Call:
    """Runs a command in this folder, as it is typed there."""
    environment = os.environ | {"COLUMNS": "80", "TURNTEMPO_WHO": "Ann", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}

    def call(arguments: list[str]) -> tuple[int, str]:
        command = [sys.executable, "-m", "turntempo", *arguments]
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return call


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        links(Path(here))
        text = renewed(PAGE.read_text(encoding="utf-8"), typed_in(here))
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
