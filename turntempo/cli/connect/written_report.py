"""Writes the report of a recording of calls, of a case or alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from pipeline.recordings import make_folder, write_text
from stages.i18n import Language, say
from tuner.connect.limits import limits_with
from tuner.support.case import Case, event, is_case, open_case, record
from tuner.support.case.checksums import sums_of
from tuner.support.redaction import Redactor
from tuner.support.report.complaint import Complaint
from tuner.support.report.connecting import connect_facts, files_of
from turntempo import screen, stderr
from turntempo.changing import changing
from turntempo.given.calls import load


@dataclass(frozen=True)
class Given:
    """The arguments and options of the command line."""

    calls: str
    settings_file: Path | None
    limits: tuple[str, ...]
    lang: str
    output: Path | None
    seed: int
    skip_bad: bool


def report(given: Given, at: datetime, who: str, as_json: bool) -> None:
    """Write the files, and name them. Raises InputError, OutputError."""
    case = open_case(given.calls) if is_case(given.calls) else None
    folder = given.output or (case.report if case else None)
    if folder is None:
        raise click.UsageError("name the folder for the report: -o DIR")
    limits = limits_with(given.limits)
    completed = load(given.calls, given.settings_file, given.seed, given.skip_bad)
    redactor, languages = Redactor(), _languages(given.lang)
    found = connect_facts(completed, limits, given.seed)
    files = files_of(_complaint(case, redactor), found, at.date(), languages, redactor)
    with changing(case.folder if case and given.output is None else folder):
        make_folder(folder)
        for name, text in files.items():
            write_text(folder / name, text, force=True)
        if case and given.output is None:
            named = [f"report/{name}" for name in files]
            record(case, event(at, who, "reported", files=named, sums=sums_of(case.folder, named)))
    if as_json:
        tuned = None if found.tuned is None else found.tuned.json_dict()
        paths = [str(folder / name) for name in files]
        screen.show_json(
            {"files": paths, "left_out": list(redactor.json_dict()), "tuned": tuned} | found.diagnosis.json_dict()
        )
        return
    for name in files:
        screen.say(str(folder / name))
    for line in redactor.lines():
        stderr.note(f"left out: {line}")


def _languages(lang: str) -> tuple[Language, ...]:
    if lang == "both":
        return "en", "zh"
    return ("zh",) if lang == "zh" else ("en",)


def _complaint(case: Case | None, redactor: Redactor) -> Complaint:
    """What the customer said, secrets taken out; of a recording alone only a title."""
    if case is None:
        return Complaint(say("connect.title"), {})
    answers = redactor.document(case.intake.answered, case.form.name)
    return Complaint(redactor.text(case.title, "title"), answers)
