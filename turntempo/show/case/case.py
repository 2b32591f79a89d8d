"""A support case for the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tuner.support.case import Case, Event
from tuner.support.case.deadlines import RESOLUTION, RESPONSE, Standing, duration, rounds, standing
from tuner.support.intake.missing import Missing
from tuner.support.intake.questions import BY_NAME
from tuner.support.intake.triage import KINDS, SEVERITIES, Triage
from tuner.support.log import unreadable_lines
from turntempo.show.prose import heading, listed

OWN = ("title", "customer", "language")
"""Answers that stand in the headline."""


def whole(case: Case, now: datetime, fit: Sequence[str] = ()) -> Group:
    """All of it: who, how urgent, measured beside modelled, what is known, which files, what happened, what is next.

    `fit`: sentences on the fit of the model, none where there is no recording.
    """
    parts: list[RenderableType] = [headline(case), Text(status(case, now)), Text()]
    parts += [*map(Text, fit), Text()] if fit else []
    parts += [proposal(case.triage), Text()]
    answers = {name: text for name, text in case.intake.answered.items() if name not in OWN}
    if answers:
        parts += [heading("What the customer says"), _pairs({_label(name): text for name, text in answers.items()})]
        parts.append(Text())
    if files := _files(case):
        parts += [heading("Files"), _pairs(files), Text()]
    parts += [heading("What happened"), events(case.log.events, now), Text()]
    if torn := unread(case):
        parts += [listed(torn), Text()]
    return Group(*parts, heading("Next"), listed(next_steps(case)))


def headline(case: Case) -> Text:
    """Slow tutor - Lingo Ltd"""
    text = Text(case.title, style="bold")
    return text.append(f" - {case.intake.customer}") if case.intake.customer else text


def status(case: Case, now: datetime) -> str:
    """P1, use of a feature; first answer due in 40 min"""
    label = f"{case.triage.severity}, {KINDS[case.triage.kind]}"
    return f"{label}; {due(standing(rounds(case.log), case.triage.severity, now), case)}"


def due(found: Standing | None, case: Case) -> str:
    """What is due, and when."""
    if found is None:
        return "solved" if case.log.last("resolved") else "never received: log it with `turntempo case log`"
    what = "first answer" if found.due == "response" else "solution"
    left = duration(found.left)
    return f"{what} due in {left}" if found.left.total_seconds() >= 0 else f"{what} {left} overdue"


def proposal(found: Triage) -> RenderableType:
    """Kind and severity with the reasons; what was overruled stays to be seen."""
    proposed = found.proposed
    lines = [
        f"{proposed.severity} proposed: {proposed.severity_why}; first answer within "
        f"{duration(RESPONSE[proposed.severity])}, solution within {duration(RESOLUTION[proposed.severity])}",
        f"{KINDS[proposed.kind]} proposed: {proposed.kind_why}",
    ]
    for one in found.overruled:
        made = " and ".join(text for text in (one.severity, one.case_kind and KINDS[one.case_kind]) if text)
        lines.append(f"{made} decided by {one.who}: {one.text}")
    return listed(lines)


def open_questions(found: Sequence[Missing]) -> RenderableType:
    """What is missing, what would help most first."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("helps", justify="right")
    drawn.add_column("missing", no_wrap=True)
    drawn.add_column("what for")
    for one in found:
        drawn.add_row(str(one.worth), one.question.label, one.question.why)
    return drawn


def events(found: Sequence[Event], now: datetime) -> RenderableType:
    """A row an event, in the zone of `now`."""
    drawn = Table(box=None, pad_edge=False, show_header=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(no_wrap=True, max_width=12, overflow="ellipsis")
    drawn.add_column()
    for one in found:
        drawn.add_row(f"{one.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}", Text(one.who), Text(said(one)))
    return drawn


def said(event: Event) -> str:
    """escalated to expert line: what was found; asked: what for. The reason of a proposal stands with the proposal."""
    made = event.severity and SEVERITIES[event.severity] and event.severity
    kind = event.case_kind and KINDS[event.case_kind]
    stars = event.satisfaction and f"satisfied {event.satisfaction} of 5"
    what = ", ".join(text for text in (made, kind, stars, event.cause and f"cause: {event.cause}") if text)
    words = "" if event.kind == "triaged" else event.text or ", ".join(event.files)
    head = f"{event.kind} to {event.to}" if event.to else event.kind
    tail = "; ".join(text for text in (what, words, event.asked and f"asked: {event.asked}") if text)
    return f"{head}: {tail}" if tail else head


def next_steps(case: Case) -> list[str]:
    """What to do now, as commands."""
    folder = shlex.quote(str(case.folder))
    if case.log.last("resolved", "reopened", "received") and not _open(case):
        return [f"nothing: it is solved; `turntempo case log {folder} reopened` takes it up again"]
    steps = []
    if not case.log.of("responded", "recommended"):
        steps.append(f"answer the customer, then `turntempo case log {folder} responded`")
    if case.missing:
        steps.append(f"`turntempo case check {folder}` drafts the question for the {len(case.missing)} things missing")
    if case.of_calls:
        return [*steps, *_steps_of_calls(case, folder)]
    if case.recording is None:
        return [*steps, f"`turntempo case attach {folder} --recording FILE` once there is a recording"]
    if case.recommendation is None:
        return [*steps, f"`turntempo diagnose {folder}`, then `turntempo tune {folder}`"]
    if not case.log.of("exported"):
        steps.append(f"`turntempo export {folder}` writes the configuration to deploy")
    if not case.log.of("reported"):
        steps.append(f"`turntempo report {folder}` writes the report and drafts the reply")
    if not case.log.of("recommended"):
        steps.append(f"send the recommendation, then `turntempo case log {folder} recommended`")
    elif case.after is None:
        steps.append(f"`turntempo case attach {folder} --after FILE` shows whether what was promised came true")
    return [*steps, f"`turntempo case close {folder}` with the customer's verdict"]


def _steps_of_calls(case: Case, folder: str) -> list[str]:
    """The same where calls do not connect."""
    if case.calls is None:
        return [f"`turntempo case attach {folder} --calls FILE` once there is a log of calls"]
    steps = [f"`turntempo connect diagnose {folder}`, then `turntempo connect tune {folder}`"]
    if not case.log.of("reported"):
        steps.append(f"`turntempo report {folder}` writes the report and drafts the reply")
    return [*steps, f"`turntempo case close {folder}` with the customer's verdict"]


def case_json(case: Case, now: datetime) -> dict[str, Any]:
    """The same for programs."""
    triage, stands = case.triage, standing(rounds(case.log), case.triage.severity, now)
    return {
        "case": str(case.folder),
        "intake": case.intake.json_dict(),
        "kind": triage.kind,
        "severity": triage.severity,
        "proposed": {
            "kind": triage.proposed.kind,
            "kind_why": triage.proposed.kind_why,
            "severity": triage.proposed.severity,
            "severity_why": triage.proposed.severity_why,
        },
        "due": stands and {"what": stands.due, "at": stands.at.isoformat(), "left_s": stands.left.total_seconds()},
        "missing": [{"name": one.question.name, "worth": one.worth} for one in case.missing],
        "files": _files(case),
        **log_json(case),
    }


def unread(case: Case) -> list[str]:
    """The lines of the log that could not be read, each with its error."""
    return unreadable_lines(case.log.unreadable)


def log_json(case: Case) -> dict[str, Any]:
    """The log for programs."""
    return {
        "case": str(case.folder),
        "log": [one.model_dump(mode="json", exclude_defaults=True) for one in case.log.events],
        "unreadable": [{"line": one.line, "why": one.why} for one in case.log.unreadable],
    }


def _open(case: Case) -> bool:
    found = rounds(case.log)
    return bool(found) and found[-1].resolved is None


def _label(name: str) -> str:
    return BY_NAME[name].label


def _pairs(values: dict[str, str]) -> Table:
    drawn = Table.grid(padding=(0, 2))
    drawn.add_column(max_width=26)
    drawn.add_column()
    for name, text in values.items():
        drawn.add_row(Text(name, style="dim"), Text(text))
    return drawn


def _files(case: Case) -> dict[str, str]:
    """What it is -> its name in the folder."""
    vendor = f" ({case.config_vendor})" if case.config_vendor else ""
    found = {
        "recording": case.recording,
        "recording afterwards": case.after,
        "calls": case.calls,
        "settings in force": case.settings_file,
        "their configuration": case.config,
    }
    named = {
        what: path.name + (vendor if what == "their configuration" else "") for what, path in found.items() if path
    }
    for what, folder in (
        ("attachments", case.attachments),
        ("recommendation", case.tuning),
        ("export", case.export),
        ("report", case.report),
    ):
        if held := sorted(path.name for path in folder.glob("*") if path.is_file()):
            named[what] = ", ".join(f"{folder.name}/{name}" for name in held)
    return named
