"""`turntempo report`: the report of a case, and the draft of a reply."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turntempo import clock, options

if TYPE_CHECKING:
    from tuner.support.report.facts import Facts
    from tuner.support.report.of_case import Written


@click.command()
@click.argument("case", type=options.FILE)
@click.option(
    "--lang", type=click.Choice(("en", "zh", "both")), default="both", help="English, Chinese, or a file of each."
)
@click.option(
    "-o", "--output", type=options.FILE, metavar="DIR", help="Folder to write to. Without it: report/ in the case."
)
@options.goal_option
@options.limit_option
@options.seed_option
@options.profile_option
@click.option(
    "--anyway", is_flag=True, help="Write the report too where the changed file does not mean what was judged."
)
@clock.at_option
@clock.who_option
@options.json_option
def command(
    case: Path,
    lang: str,
    output: Path | None,
    goal: str,
    limits: tuple[str, ...],
    seed: int,
    profile: str | None,
    anyway: bool,
    at: datetime,
    who: str,
    as_json: bool,
) -> int:
    """Write CASE's report as HTML and Markdown, and the draft of a reply; replaces those written before.

    What was found, which turns explain it, what to change and why, what it risks, how sure it is. Secrets and
    personal data are left out. Without a recording --profile NAME, or a recommendation made on one, stands in for it,
    and report and reply say once and clearly that their figures are assumed. Goal, limits, seed and profile are those
    of `turntempo tune`, once that has run.

    A case about calls that do not connect, with their recording: as `turntempo connect report`, limits as there.

    The customer's file as the report changes it is read back and replayed: where a figure differs from the report's,
    or a limit breaks, nothing is written, and the exit code is 1.
    """
    from tuner.support.case import open_case

    held = open_case(case)
    if held.of_calls and held.calls is not None:
        from turntempo.cli.connect import written_report

        given = written_report.Given(str(case), None, limits, lang, output, seed, skip_bad=False)
        written_report.report(given, at, who, as_json)
        return 0
    from tuner.deploy.case_facts import report_facts, report_read_back
    from tuner.deploy.deployment import form_of
    from tuner.statistics.limits import limits_with, parse_limit
    from tuner.statistics.objective import parse_goal
    from tuner.support.report.of_case import log_reported, write, write_report
    from turntempo import screen, stderr
    from turntempo.changing import changing
    from turntempo.given import inputs

    wanted, kept = parse_goal(goal), limits_with(parse_limit(limit) for limit in limits)
    folder = output or held.report
    found = report_facts(held, wanted, kept, seed, profile, inputs.load, inputs.assumed)
    read = None if found is None else report_read_back(held, found)
    if read is not None and not read.holds:
        stderr.warn_of_read_back(read, form_of(held) or "")
        if not anyway:
            return stderr.MISSED
    if found is None:
        stderr.warn("no recording is attached yet: the report holds the complaint and what is still needed")
        stderr.hint(f"turntempo case attach {case} --recording FILE")
        stderr.hint(f"turntempo report {case} --profile NAME reasons without one, from assumed turns")
    languages, differs = ("en", "zh") if lang == "both" else (lang,), () if read is None else read.figures()
    written = write(held, found, at.date(), languages, differs)  # type: ignore[arg-type]
    with changing(folder if output else held.folder):
        write_report(folder, written)
        if output is None:
            log_reported(held, written, at, who)
    if as_json:
        screen.show_json(_report_json(folder, written, found))
        return 0
    for name in written.files:
        screen.say(str(folder / name))
    for line in written.lines:
        stderr.note(f"left out: {line}")
    return 0


def _report_json(folder: Path, written: Written, found: Facts | None) -> dict[str, Any]:
    """The files, the secrets removed, and the findings and figures of the report."""
    from tuner.diagnosis import sections
    from tuner.recommendation.sentences import sentences

    document: dict[str, Any] = {
        "files": [str(folder / name) for name in written.files],
        "left_out": list(written.removed),
    }
    if found is None:
        return document | {"findings": None}
    after = found.figures_after
    return document | {
        "summary": None if found.found is None else sentences(found.found),
        "assumed": found.assumed,
        "fit": found.diagnosis.fit.json_dict(),
        "findings": sections(found.diagnosis),
        "turns": len(found.turns),
        "figures": {name: one.json_dict() for name, one in found.figures.items()},
        "figures_after": None if after is None else {name: one.json_dict() for name, one in after.items()},
        "limits": [one.json_dict() for one in found.verdicts],
    }
