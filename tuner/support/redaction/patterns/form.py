"""One form of a secret: a pattern, and what a line must hold for the pattern to be worth a search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tuner.support.redaction.span import Span


@dataclass(frozen=True)
class Form:
    """Every pattern is linear in the length of the line: what repeats is bounded, or possessive."""

    kind: str
    triggers: tuple[str, ...]
    """One of them stands in each line that matches, once the line is written in small letters."""
    pattern: re.Pattern[str]

    def spans(self, line: str) -> Iterator[Span]:
        """Where it stands; of a pattern with the groups `secret` and `second` only those."""
        groups: list[str | int] = [name for name in ("secret", "second") if name in self.pattern.groupindex]
        for found in self.pattern.finditer(line):
            for group in groups or [0]:
                if found[group]:
                    yield Span(*found.span(group), self.kind)


def form(kind: str, triggers: str, pattern: str) -> Form:
    """A form; the triggers are separated by spaces."""
    return Form(kind, tuple(triggers.split()), re.compile(pattern))


class Forms:
    """Many forms, of which a line is searched for those whose trigger it holds."""

    def __init__(self, *forms: Form) -> None:
        by_trigger: dict[str, list[Form]] = {}
        for one in forms:
            for trigger in one.triggers:
                by_trigger.setdefault(trigger, []).append(one)
        self._by_trigger = tuple((trigger, tuple(found)) for trigger, found in by_trigger.items())

    def spans(self, line: str, low: str) -> Iterator[Span]:
        """Secrets in a line; `low` is the line in small letters."""
        wanted = [one for trigger, forms in self._by_trigger if trigger in low for one in forms]
        if not wanted:
            return
        for one in dict.fromkeys(wanted):
            yield from one.spans(line)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, separated by spaces."""
    return tuple(text.split())


def holds(low: str, wanted: tuple[str, ...]) -> bool:
    """Whether a line in small letters holds one of these."""
    for word in wanted:  # noqa: SIM110 - twice as fast as any(), and asked of each line
        if word in low:
            return True
    return False
