"""`turntempo case check`: what is missing, and how to ask for it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from turntempo import clock, options

if TYPE_CHECKING:
    from tuner.support.case import Case
    from tuner.support.intake.missing import Missing


@click.command()
@click.argument("case", type=options.FILE)
@click.option(
    "--lang",
    type=click.Choice(("en", "zh", "both")),
    help="Language of the drafted question. Without it: the one in the form, else both.",
)
@click.option("--severity", type=click.Choice(("P0", "P1", "P2", "P3")), help="Overrule the proposed severity.")
@click.option(
    "--kind",
    type=click.Choice(("integration", "feature", "quality", "scenario")),
    help="Overrule the proposed kind.",
)
@click.option("--because", metavar="TEXT", help="Why it is overruled; goes into the log with it.")
@click.option("--deep", is_flag=True, help="Instead: reread every file, and compare it with its checksum.")
@options.signed_by_option
@clock.at_option
@clock.who_option
@options.json_option
def command(
    case: Path,
    lang: Literal["en", "zh", "both"] | None,
    severity: str | None,
    kind: str | None,
    because: str | None,
    deep: bool,
    signed_by: Path | None,
    at: datetime,
    who: str,
    as_json: bool,
) -> int:
    """List what CASE lacks, the most useful first, and draft the question to the customer.

    Kind and severity are proposed anew from the form as it is now; a decision of yours (--severity, --kind, --because)
    stands beside the proposal and is in force.

    With --deep CASE may also be a bundle. Each file is read again and compared with the checksums in the case's log, in
    the manifest of its bundle and in the lines of journals. Exit code 0: all as they were, 1: a file is missing,
    changed, added or torn, or none of the keys of --signed-by has signed the manifest.
    """
    if deep:
        if severity or kind or because is not None:
            raise click.UsageError("--deep changes nothing in a case: leave out --severity, --kind and --because")
        from turntempo.cli.case.deep import check

        return check(case, ("en", "zh") if lang == "both" else (lang or "en",), signed_by, at, as_json)
    if signed_by is not None:
        raise click.UsageError("--signed-by goes with --deep")
    from tuner.support.case import event, open_case, record
    from tuner.support.intake.question_letter import question
    from turntempo import screen
    from turntempo.show.case.case import case_json

    found = open_case(case)
    if severity or kind:
        if not (because and because.strip()):
            raise click.UsageError("say why it is overruled: --because TEXT")
        found = record(found, event(at, who, "overruled", because, severity=severity, case_kind=kind))
    elif because is not None:
        raise click.UsageError("--because says why --severity or --kind overrules the proposal: name one of them")
    found = _proposed_anew(found, at, who)
    chosen = lang or found.intake.language or "both"
    lacking = _lacking(found)
    letters = {one: question(found.intake, lacking, one) for one in ("en", "zh") if chosen in (one, "both")}
    if as_json:
        missing = [{"name": one.question.name, "worth": one.worth} for one in lacking]
        screen.show_json(case_json(found, at) | {"missing": missing, "questions": letters})
    else:
        _tell(found, lacking, letters, at)
    return 0


def _lacking(case: Case) -> tuple[Missing, ...]:
    """The open questions of the case and of its recording, the most useful first."""
    if case.recording is None:
        return case.missing
    from pipeline.recordings import read
    from tuner.support.intake.gaps import gaps

    return tuple(sorted((*gaps(read(str(case.recording)).columns), *case.missing), key=lambda one: -one.worth))


def _proposed_anew(case: Case, at: datetime, who: str) -> Case:
    """The case, with a line in its log where the proposal has changed with the form."""
    from tuner.support.case import event, record

    proposed, last = case.triage.proposed, case.log.last("triaged")
    if last and (last.severity, last.case_kind) == (proposed.severity, proposed.kind):
        return case
    why = f"{proposed.severity_why}. {proposed.kind_why}"
    return record(case, event(at, who, "triaged", why, severity=proposed.severity, case_kind=proposed.kind))


def _tell(case: Case, lacking: tuple[Missing, ...], letters: dict[str, str], now: datetime) -> None:
    from rich.text import Text

    from stages.escaping import visible
    from turntempo import screen
    from turntempo.show.case import case as shown
    from turntempo.show.prose import heading

    screen.show(shown.headline(case), Text(shown.status(case, now)), Text(), shown.proposal(case.triage), Text())
    if not lacking:
        screen.show(Text("Nothing is missing."))
        return
    screen.show(heading(f"Missing, {len(lacking)} of them, what helps most first"))
    screen.show(shown.open_questions(lacking))
    for language, text in letters.items():
        screen.show(Text(), heading({"en": "To the customer", "zh": "致客户"}[language]), Text())
        click.echo(visible(text), nl=False)  # each paragraph on one line, to be pasted into a mail
