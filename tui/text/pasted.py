"""A finding as text fit to be pasted into a support case: what was found, and what it rests on."""

from __future__ import annotations

from tui.i18n.phrasing import Words
from tui.state.diagnosis_snapshot import Seen
from tuner.diagnosis import Diagnosis
from tuner.diagnosis.finding import Finding


def pasted(finding: Finding, seen: Seen, diagnosis: Diagnosis, words: Words) -> str:
    """The finding, where it comes from, and the page that explains it."""
    return "\n".join((words.told(finding.text), rests_on(seen, diagnosis, words), read_on(finding, words)))


def rests_on(seen: Seen, diagnosis: Diagnosis, words: Words) -> str:
    """How many turns of what, under which settings."""
    title = words.told(seen.opened.title)
    turns = words.count("turn", diagnosis.turns)
    sessions = words.count("session", diagnosis.sessions)
    told = words(
        "diagnose.rests", title=title, turns=turns, sessions=sessions, settings=seen.opened.inputs.settings_from
    )
    if diagnosis.turns < diagnosis.of_turns:
        told += words("diagnose.sample", of=diagnosis.of_turns)
    return told


def read_on(finding: Finding, words: Words) -> str:
    """The page, and what it says."""
    return words("diagnose.read_on", page=finding.guide.path, says=words.told(finding.guide.says))
