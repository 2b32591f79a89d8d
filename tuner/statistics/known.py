"""Sentences on figures that a recording does not show, and on those that rest on a profile: unknown is not zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pipeline.turns.evidence import FIELDS, Evidence, family
from stages.i18n import Said, joined, say
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import DEFAULT_LIMITS
from tuner.statistics.numbers import NONE, figure
from tuner.statistics.verdict import Verdict, unknown_note
from tuner.statistics.vocabulary import figure as in_words


def shown(one: Estimate) -> str:
    """The value of a figure for people; one that the recording does not show says so."""
    return say("known.not_known") if one.unknown else figure(one.name, one.value)


def count(one: Estimate) -> str:
    """What a figure was counted on; nothing where it is not known."""
    return NONE if one.unknown else f"{one.n:,}"


def unknown_sentences(
    figures: Mapping[str, Estimate], evidence: Evidence, name: Callable[[str], str] = str
) -> tuple[Said, ...]:
    """The figures that are not known, and the field to record, in a sentence a field; `name`: what they are called."""
    return _by_note({key: unknown_note(key, evidence) for key, one in figures.items() if one.unknown}, name)


def unknown_limits(verdicts: Iterable[Verdict], name: Callable[[str], str] = str) -> tuple[Said, ...]:
    """The same of the figures that have a limit."""
    return _by_note({one.limit.name: one.note for one in verdicts if one.unknown}, name)


def assumed_sentences(figures: Iterable[str]) -> tuple[Said, ...]:
    """One sentence on the fields that a profile gives, where any of these figures rests on one; else none."""
    rest = set(map(family, figures))
    fields = [field for field, on in FIELDS.items() if rest & set(on)]
    if not fields:
        return ()
    words = [in_words(name) for field in fields for name in FIELDS[field] if name in DEFAULT_LIMITS]
    return (say("known.assumed", fields=joined(fields, "and"), figures=joined(words, "comma")),)


def _by_note(notes: Mapping[str, str], name: Callable[[str], str]) -> tuple[Said, ...]:
    grouped: dict[str, list[str]] = {}
    for key, note in notes.items():
        grouped.setdefault(note, []).append(name(key))
    return tuple(say("page.of", names=joined(names, "comma"), what=note) for note, names in grouped.items())
