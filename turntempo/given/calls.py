"""A recording of calls, as a command is given it."""

from __future__ import annotations

from pathlib import Path

from pipeline.connect.completion import Completed
from tuner.connect import inputs
from turntempo import stderr


def load(path: str, settings_file: Path | None, seed: int, skip_bad: bool) -> Completed:
    """The calls, completed; what was left out or assumed is said."""
    calls = inputs.load(path, settings_file, seed, skip_bad)
    if calls.left_out.count:
        stderr.warn(f"left out {calls.left_out.count:,} lines; the first: {calls.left_out.examples[0]}")
    if calls.settings_assumed:
        stderr.warn("the recording does not say which settings were in force; the defaults are taken")
        stderr.hint("name them with --settings FILE, or put a line of them into the recording")
    return calls.completed
