"""What differs between the versions of a vendor's package, and which of them a file is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stages.errors import SettingsError
from tuner.statistics.numbers import setting
from tuner.targets.readings import Reading
from tuner.targets.versions.version import ANY, Span, Version, span

T = TypeVar("T")
Dated = Mapping[str, T]
"""A version -> what holds from it on, until a later one says otherwise; the oldest first."""

LATER = "the installed version has no setting for it, a later one has"
"""Why a setting is not to be had that takes an upgrade."""

ANOTHER = "`turntempo settings from FILE --vendor-version V -o S.json` reads it as another version"
"""What to do where the version that is taken is not the customer's."""


def at(table: Dated[T], version: Version) -> T | None:
    """What holds in a version; None: nothing of it is there yet."""
    held = [value for since, value in table.items() if not version < Version(since)]
    return held[-1] if held else None


@dataclass(frozen=True)
class Dating:
    """The version that a file is read as."""

    version: Version
    possible: tuple[Version, ...]
    """One version of each stretch that it may run on, in which something may differ; the one taken not among them."""
    doubts: tuple[str, ...] = ()
    """Words of the file that the version does not have, one sentence each."""


@dataclass(frozen=True)
class History(Generic[T]):
    """The versions of a package."""

    packages: tuple[str, ...]
    """Its names in requirement files; the first is the one whose version is meant."""
    breaks: tuple[str, ...]
    """The first version of each stretch in which all that we know of is the same, the oldest first."""
    newest: str
    """The newest version that was read."""
    at: Callable[[Version], T]
    """The target as a version has it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Pattern of a file's text -> the versions that have what it stands for, as `versions.version.span` reads them."""
    lenient: bool = field(default=False, kw_only=True)
    """Whether the package ignores silently what a version does not have: the installed version then holds."""
    spoken: tuple[str, ...] = field(default=(), kw_only=True)
    """What it is called in logs and mails, beside the names of `packages`."""
    likely: Mapping[str, str] = field(default_factory=dict)
    """Pattern -> the version that is taken where others have it too: the last before it was deprecated."""

    @property
    def names(self) -> tuple[str, ...]:
        """What a text may call it beside a version."""
        return (*self.packages, *self.spoken)

    def allowed_by(self, text: str) -> Span:
        """The versions that the words of a file allow; a word that contradicts those before it is left out."""
        found = ANY
        for word, versions in self.words.items():
            if re.search(word, text, re.MULTILINE) and self._some(found.within(span(versions))):
                found = found.within(span(versions))
        return found

    def dating(self, text: str, installed: Span = ANY) -> Dating:
        """The version that a file is read as: the installed one, as far as the file's words allow; else the likely."""
        by_words = self.allowed_by(text)
        allowed = by_words.within(installed)
        if not self._some(allowed):
            return self._contradicted(text, by_words, installed)
        likely = [Version(one) for word, one in self.likely.items() if re.search(word, text, re.MULTILINE)]
        taken = next((one for one in likely if allowed.holds(one)), self._last(allowed))
        starts = [allowed.low] if allowed.low is not None else []
        stretches = allowed.of({*map(Version, self.breaks), *starts})
        last = max((one for one in stretches if not taken < one), default=taken)
        return Dating(taken, tuple(one for one in stretches if one != last and allowed.exact is None))

    def _contradicted(self, text: str, by_words: Span, installed: Span) -> Dating:
        """The version next to the installed one that has the file's words."""
        known = by_words.of([*map(Version, self.breaks), *self._bounds(by_words), Version(self.newest)])
        if self.lenient and installed.exact is not None:
            odd = f"{self.packages[0]} {installed} has no {self._odd(text, installed)}, and ignores it silently"
            return Dating(installed.exact, (), (odd,))
        named = installed.high or installed.before or installed.low or known[0]
        taken = known[0] if named < known[0] else known[-1]
        return Dating(taken, (), (f"{self.packages[0]} {named} has no {self._odd(text, installed)}: read as {taken}",))

    def _odd(self, text: str, installed: Span) -> str:
        found = [
            match[0]
            for word, versions in self.words.items()
            if (match := re.search(word, text, re.MULTILINE)) and not self._some(span(versions).within(installed))
        ]
        return ", ".join(f"`{one.strip(' =(')}`" for one in dict.fromkeys(found)) or "such file"

    def _some(self, one: Span) -> bool:
        """Whether a span has any version."""
        if one.low is not None:
            return one.holds(one.low)
        return bool(one.of([Version(self.breaks[0])]))

    def _last(self, one: Span) -> Version:
        newest = Version(self.newest)
        if one.high is not None and one.holds(one.high):
            return one.high
        if one.holds(newest):
            return newest
        return max(one.of([*map(Version, self.breaks), *self._bounds(one)]))

    def _bounds(self, one: Span) -> list[Version]:
        return [bound for bound in (one.low, one.high) if bound is not None]


MOST_NAMED = 4
"""Settings that a question about the version names."""
FELT_FIRST = ("endpointing", "barge_in")
"""Groups of settings that a question names before others: when the agent answers, and when it stops."""


def by_version(history: History[T], dating: Dating, taken: Reading, read: Callable[[T], Reading]) -> str:
    """What a file says otherwise in the other versions that it may be for, and how to say which it is."""
    ours, differs, faults = taken.settings.flat(), dict[str, list[str]](), dict[str, Version]()
    for version in dating.possible:
        try:
            other = read(history.at(version))
        except SettingsError:
            continue  # a value that this version refuses: so it is not for this one
        for name, value in other.settings.flat().items():
            if value != ours[name] and setting(value) not in differs.get(name, ()):
                differs.setdefault(name, []).append(setting(value))
        for fault in other.faults:
            faults.setdefault(fault, version)
    felt = sorted(differs, key=lambda name: name.partition(".")[0] not in FELT_FIRST)
    said = [f"{name} {setting(ours[name])} (or {', '.join(differs[name])})" for name in felt]
    more = [f"{len(said) - MOST_NAMED} more"] if len(said) > MOST_NAMED else []
    parts = [f"others differ in {'; '.join([*said[:MOST_NAMED], *more])}"] if said else []
    parts += [f"in {version} {fault}" for fault, version in faults.items() if fault not in taken.faults]
    if not parts:
        return ""
    package = f"{history.packages[0]} {dating.version}"
    return f"the file does not say its version: taken as {package}, and {'; '.join(parts)}; {ANOTHER}"
