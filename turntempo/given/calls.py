"""A recording of calls, as a command is given it."""

from __future__ import annotations

from pathlib import Path

from pipeline.connect.completion import Completed
from stages.errors import InputError
from tuner.connect import inputs
from tuner.support.case import is_case, open_case
from turntempo import stderr


def _of_case(folder: str) -> str:
    case = open_case(folder)
    if case.calls is None:
        raise InputError(
            f"{folder}: no recording of calls is attached yet; `turntempo case attach {folder} --calls FILE` does that"
        )
    return str(case.calls)


def load(path: str, settings_file: Path | None, seed: int, skip_bad: bool) -> Completed:
    """The calls of a recording or a case, completed; what was left out or assumed is said."""
    calls = inputs.load(_of_case(path) if is_case(path) else path, settings_file, seed, skip_bad)
    if calls.left_out.count:
        stderr.warn(f"left out {calls.left_out.count:,} lines; the first: {calls.left_out.examples[0]}")
    if calls.settings_assumed:
        stderr.warn("the recording does not say which settings were in force; the defaults are taken")
        stderr.hint("name them with --settings FILE, or put a line of them into the recording")
    return calls.completed
