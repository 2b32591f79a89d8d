"""How a surface names figures and words verdicts; all else is the same on every surface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from stages.i18n import Said, joined, say
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import figure as in_words
from tuner.statistics.vocabulary import named, part


def both_names(figure: str) -> str:
    """response time, p95 (response_ms.p95): in words, and as `--limit` and JSON name it."""
    return say("named.both", words=named(figure), name=figure)


def verdict_text(verdict: Verdict) -> Said:
    """met; missed; met on the estimate, not shown, needs 1,234 turns."""
    return _full(verdict, say(f"status.{verdict.status.replace(' ', '_')}"))


def short_verdict(verdict: Verdict) -> Said:
    """met; missed; not shown, needs 1,234 turns."""
    short = "_short" if verdict.status == "not shown" else ""
    return _full(verdict, say(f"status.{verdict.status.replace(' ', '_')}{short}"))


def _full(verdict: Verdict, status: Said) -> Said:
    """The status with what it takes to show it, or that it rests on a profile."""
    if verdict.status == "not shown" and verdict.turns_needed:
        return joined((status, say("verdict.needs", turns=verdict.turns_needed)), "comma")
    return say("status.as_assumed", status=status) if verdict.assumed else status


def misses_limit(figure: str) -> Said:
    """misses the limit on users cut off"""
    return say("changes.misses", figure=in_words(figure))


def misses_name(figure: str) -> Said:
    """misses cut_off_rate"""
    return say("changes.misses_name", name=figure)


@dataclass(frozen=True)
class Wording:
    """`figure` and `part` (of the response time) begin a row; `verdict` says what became of a limit, `misses` which one
    is missed.
    """

    figure: Callable[[str], str] = both_names
    verdict: Callable[[Verdict], str] = verdict_text
    part: Callable[[str], str] = part
    misses: Callable[[str], Said] = misses_limit


REPORT = Wording()
"""For readers who may know neither: figures in words with their names."""


def together(reasons: Mapping[str, str]) -> tuple[Said, ...]:
    """Names that share a text in one line: "llm.attempts, llm.hedge: there are draws for one attempt only"."""
    names: dict[str, list[str]] = {}
    for name, text in reasons.items():
        names.setdefault(text, []).append(name)
    return tuple(of(same, text) for text, same in names.items())


def of(names: Iterable[str], text: str) -> Said:
    """endpointing.silence_ms, vad.silence_ms: the text."""
    return say("page.of", names=joined(names, "comma"), what=text)
