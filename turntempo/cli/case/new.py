"""`turntempo case new`: a case from the customer's report."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from turntempo import clock, options

FIELDS: dict[str, str] = {
    "title": "One line.",
    "customer": "Whom to write to.",
    "language": "In which language to write to them: en, zh.",
    "users_report": "What users notice, in their own words.",
    "steps": "Steps to reproduce it.",
    "since": "Since when it happens.",
    "impact": "down, broken, degraded, minor, question or suggestion.",
    "environment": "production or test.",
    "users_hit": 'How many users are hit: "30 of 1,200", "5%", "a few".',
    "tried": "What was already tried.",
    "product": "The product.",
    "scenario": "AI tutor, companion, support call, ...",
    "device": "Device models.",
    "os": "Operating system and version.",
    "network": "Wi-Fi, cellular, proxy, VPN.",
    "region": "Where users and servers are.",
    "sdk": "Which SDK.",
    "sdk_version": "Its version.",
    "agent_stack": "Agora Conversational AI, LiveKit, Pipecat, ...",
    "asr": "Vendor and model of the speech recognition.",
    "llm": "Vendor and model of the LLM.",
    "tts": "Vendor and voice of the speech synthesis.",
}
"""Field of the form -> what is asked for."""


def _fields(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option a field."""
    for name, text in reversed(FIELDS.items()):
        function = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=text)(function)
    return function


@click.command()
@click.argument("case", type=options.FILE)
@click.option(
    "--form", "form_file", type=options.FILE, metavar="FILE", help="The intake as filled in so far: .toml or .yaml."
)
@_fields
@clock.at_option
@clock.who_option
@options.json_option
def command(case: Path, form_file: Path | None, at: datetime, who: str, as_json: bool, **answers: str | None) -> None:
    """Open a case in the folder CASE: a form to fill in, and a log.

    The form is a file of yours (--form; its comments stay), the options, or both; without either it is empty, to be
    filled in with an editor. --at says when the customer's report came in: deadlines count from there.
    """
    from tuner.support.case import create_case, event
    from tuner.support.intake import form
    from tuner.support.intake.blank_form import blank
    from tuner.support.intake.triage import propose
    from turntempo import screen, stderr
    from turntempo.show.case.case import case_json, proposal

    source = form_file or Path("case.toml")
    text = blank("toml") if form_file is None else form.form_text(form_file)
    text = form.answered(text, source, {name: value for name, value in answers.items() if value is not None})
    proposed = propose(form.parse_form(text, source))
    why = f"{proposed.severity_why}. {proposed.kind_why}"
    made = create_case(
        case,
        text,
        f"case{source.suffix.lower()}",
        event(at, who, "received", "the customer's report"),
        event(at, who, "triaged", why, severity=proposed.severity, case_kind=proposed.kind),
    )
    if as_json:
        screen.show_json(case_json(made, at))
        return
    screen.show(proposal(made.triage))
    stderr.note(f"wrote {made.form}, {made.log_file.name}")
    stderr.hint(f"`turntempo case check {shlex.quote(str(case))}` says what is missing; answers go into {made.form}")
