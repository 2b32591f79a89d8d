"""A finding as text fit to be pasted into a support case: what was found, and what it rests on."""

from __future__ import annotations

from tui.i18n.translator import Translator
from tui.state.diagnosis_snapshot import DiagnosisSnapshot
from tuner.diagnosis import Diagnosis
from tuner.diagnosis.words.finding import Finding


def pasted(finding: Finding, snapshot: DiagnosisSnapshot, diagnosis: Diagnosis, tr: Translator) -> str:
    """The finding, where it comes from, and the page that explains it."""
    return "\n".join((tr.translate(finding.text), rests_on(snapshot, diagnosis, tr), read_on(finding, tr)))


def rests_on(snapshot: DiagnosisSnapshot, diagnosis: Diagnosis, tr: Translator) -> str:
    """How many turns of what, under which settings."""
    title = tr.translate(snapshot.opened.title)
    turns = tr.count("turn", diagnosis.turns)
    sessions = tr.count("session", diagnosis.sessions)
    text = tr(
        "diagnose.rests", title=title, turns=turns, sessions=sessions, settings=snapshot.opened.inputs.settings_from
    )
    if diagnosis.turns < diagnosis.of_turns:
        text += tr("diagnose.sample", of=diagnosis.of_turns)
    return text


def read_on(finding: Finding, tr: Translator) -> str:
    """The page, and what it says."""
    return tr("diagnose.read_on", page=finding.guide.command, says=tr.translate(finding.guide.says))
