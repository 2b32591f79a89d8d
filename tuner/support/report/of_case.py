"""The files of a case's report: what the customer said with the secrets taken out, and what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.completion import CompletionReport
from pipeline.completion.fit import NOT_MEASURED, Fit
from pipeline.recordings import make_folder, write_text
from pipeline.turns.columns import Columns
from stages.escaping import markdown
from stages.i18n import Language, Said
from stages.settings import Settings
from tuner.followup.comparison import Comparison
from tuner.followup.result_json import read_comparison
from tuner.recommendation.reading import read_recommendation
from tuner.space.deployable import EVERYTHING, DeployableSpace
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.support.case import Case, Intake, event, record
from tuner.support.case.checksums import sums_of
from tuner.support.intake.complaints import proposed
from tuner.support.intake.question_letter import ASKED_AT_ONCE, question
from tuner.support.redaction import Redactor
from tuner.support.report import writing
from tuner.support.report.complaint import Complaint
from tuner.support.report.deployment import Deployment, deployment
from tuner.support.report.facts import Facts, facts
from tuner.support.report.letter import reply
from tuner.support.report.report import report

SUFFIX: dict[Language, str] = {"en": "", "zh": ".zh"}


@dataclass(frozen=True)
class Written:
    """File name -> text, and what was taken out of them, for people and for programs."""

    files: Mapping[str, str]
    lines: tuple[str, ...]
    removed: tuple[dict[str, object], ...]


def facts_of(
    case: Case,
    recorded: Columns,
    complete: Columns,
    filled_in: CompletionReport,
    settings: Settings,
    goal: Goal,
    limits: Sequence[Limit],
    seed: int,
    deployable: DeployableSpace = EVERYTHING,
    *,
    fit: Fit = NOT_MEASURED,
    assumed: str | None = None,
) -> Facts:
    """The facts of the case's recording, with the recommendation that is in the case. Raises InputError.

    `assumed`: the profile whose simulated turns stand in for a recording.
    """
    complaint = proposed(case.intake)
    document, found = case.recommendation, None
    if document is not None:
        found = read_recommendation(document, recorded, settings, str(case.tuning / "recommendation.json"))
        goal, limits, seed = found.task.goal, found.limits, found.task.seed
    turns = recorded, complete, filled_in
    return facts(
        *turns,
        settings,
        goal,
        limits,
        found,
        seed,
        deployable,
        fit=fit,
        assumed=assumed,
        complaint=None if complaint is None else complaint[0],
    )


def write(
    case: Case, found: Facts | None, made: date, languages: Sequence[Language], differs: Sequence[Said] = ()
) -> Written:
    """Report and reply in these languages; `found` is None where the case has no recording yet.

    `differs`: how the figures of the changed file differ from those of the report.
    """
    redactor = Redactor()
    answers = redactor.document(case.intake.answered, case.form.name)
    title = redactor.text(case.title, "title")
    deployed = None if found is None or found.better is None else deployment(case, found.better, differs)
    compared = None if case.comparison is None else read_comparison(case.comparison, "comparison.json")
    files: dict[str, str] = {}
    for language in languages:
        missing = tuple(getattr(one.question, language) for one in case.missing[:ASKED_AT_ONCE])
        complaint, suffix = Complaint(title, answers, missing), SUFFIX[language]
        page = report(
            complaint, found, made, compared=compared, deployed=deployed, shown=redactor.name, left_out=redactor.lines
        )
        files[f"report{suffix}.html"] = writing.html(page, language)
        files[f"report{suffix}.md"] = writing.text(page, language)
        files[f"reply{suffix}.md"] = _letter(case, complaint, found, deployed, compared, language)
    safe = {name: redactor.text(text, name) for name, text in files.items()}  # the last net
    return Written(safe, tuple(redactor.lines()), tuple(redactor.json_dict()))


def _letter(
    case: Case,
    complaint: Complaint,
    found: Facts | None,
    deployed: Deployment | None,
    compared: Comparison | None,
    language: Language,
) -> str:
    """What was found, or the questions that are open where nothing could be measured."""
    if found is not None:
        return writing.letter(reply(complaint, found, deployed, compared), language)
    title, customer = (complaint.answers.get(name) for name in ("title", "customer"))
    named = Intake(title=title and markdown(title), customer=customer and markdown(customer))
    return question(named, case.missing, language)


def write_report(folder: Path, written: Written) -> None:
    """Its files, in the place of those written before."""
    make_folder(folder)
    for name, text in written.files.items():
        write_text(folder / name, text, force=True)


def log_reported(case: Case, written: Written, at: datetime, who: str) -> Case:
    """The case, with a line in its log: the report in its own folder."""
    files = [f"report/{name}" for name in written.files]
    return record(case, event(at, who, "reported", files=files, sums=sums_of(case.folder, files)))
