"""The demo for the terminal: the case, the diagnosis, the cure, and where to go from there."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Group
from rich.text import Text

from stages.settings import Settings
from tuner.deploy.inputs import Inputs
from tuner.diagnosis import Diagnosis, sections
from tuner.diagnosis.words.sentences import COSTS, MISSED_NOW, UNFIXED
from tuner.pages.blocks import Chapter, Chart, Listed, Paragraph, blocks_of
from tuner.pages.changes import changes_table
from tuner.pages.diagnosis import diagnosis_page
from tuner.pages.tables import figures_table
from tuner.pages.wording import Wording
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import gain_text
from turntempo.show import document
from turntempo.show.origin import corpus
from turntempo.show.prose import heading

FIGURES = {
    "response_ms.p50": "median answer",
    "response_ms.p95": "answer at p95",
    "dead_air_rate": "silent for over 3 s",
    "cut_off_rate": "users cut off",
    "missed_interrupt_rate": "interrupts missed",
    "false_interrupt_rate": "broken off without one",
    "talked_over_ms": "talking over the user, a turn",
    "llm_starts_per_turn": "LLM requests a turn",
}

RECORDING = "tutor.jsonl.gz"

FINDINGS = 3
"""Findings shown of each kind; `turntempo diagnose` shows all."""


def before(given: Inputs, found: Diagnosis) -> Group:
    """The case and its diagnosis."""
    under = sections(found)
    missed, costs, fixed = (under.get(heading, []) for heading in (MISSED_NOW, COSTS, UNFIXED))
    time = blocks_of(diagnosis_page(found, document.TERMINAL).only("time"))
    untitled = tuple(replace(one, title="") if isinstance(one, Chart) else one for one in time)
    chapters = (
        Chapter("", (Paragraph(f"An AI tutor's log, simulated: {corpus(given.complete)}. {_case(given.settings)}"),)),
        Chapter("1. Where the time goes", untitled),
        Chapter("2. What it costs", (Listed((*missed[:1], *costs[:FINDINGS], *fixed)),)),
    )
    return Group(document.shown(chapters), Text())


def after(found: Recommendation, folder: Path) -> Group:
    """The cure, as judged on turns that the search has not seen, and where it is written."""
    judged = found.held_out or found.tuning
    gain = f"{found.task.goal.text}: {gain_text(judged.gain, judged.turns)}"
    figures = figures_table(judged.before, judged.after, FIGURES, Wording(figure=FIGURES.__getitem__))
    chapters = (
        Chapter(
            f"3. Better settings, searched on {found.tuning.turns:,} turns", (changes_table(found, document.TERMINAL),)
        ),
        Chapter(f"4. Before and after, on {judged.turns:,} other turns", (figures, Paragraph(gain))),
    )
    return Group(
        document.shown(chapters),
        Text(),
        heading(f"5. Written to {folder}/: settings.json to deploy, recommendation.json with the proof"),
        *(Text(f"  {line}") for line in _next_steps(folder)),
    )


def as_case(typed: Sequence[Sequence[str]], exported: str, folder: Path) -> Group:
    """The same as a support case: what was typed, and what came into the customer's own file."""
    return Group(
        Text(),
        heading("6. As a support case: the same customer is on Agora, and sent their join request"),
        *(Text(_typed(one)) for one in typed),
        Text(),
        heading("What they deploy: their own request, with the fewest changes"),
        Text(exported.rstrip()),
        Text(),
        Text(f"{folder}/case/report/ has the report in English and in Chinese, and the reply."),
        Text("docs/guide/support-case.md goes through a case step by step."),
    )


def _typed(arguments: Sequence[str]) -> str:
    """A command as one would type it; a long one goes on in further lines."""
    line = f"  turntempo {shlex.join(arguments)}"
    return line if len(line) < 80 else line.replace(" --", " \\\n    --")


def _next_steps(folder: Path) -> list[str]:
    return [
        f"turntempo diagnose {folder}/{RECORDING}   # all findings",
        f"turntempo tune {folder}/{RECORDING} --limit cut_off_rate=2% -o stricter",
        "turntempo tune YOURS.jsonl --settings YOURS.json -o tuned   # your own agent",
    ]


def _case(settings: Settings) -> str:
    """The settings in force, in words."""
    wait, patience = settings.endpointing.silence_ms / 1000, settings.endpointing.max_silence_ms / 1000
    return (
        f"It waits for {wait:g} s of silence before it answers, for {patience:g} s where its end-of-turn model is in "
        "doubt, so as never to cut a learner off, and no learner can interrupt it."
    )
