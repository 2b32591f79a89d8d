"""Several files of one session as one timeline: of each kind of event those of the best source that has any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pipeline.importers.observed.timeline import KINDS, Commit, Timeline, between

SAME_MS = 100.0
"""Two sources log one commit within so long."""


def span_of(timeline: Timeline) -> tuple[float, float] | None:
    """From the first to the last event; None: there is none."""
    times = list(timeline.moments())
    return (min(times), max(times)) if times else None


def merged(sources: Iterable[list[Timeline]]) -> Iterator[Timeline]:
    """The sessions of several sources, the best first; those of two sources whose times overlap are one session.

    A session has the name that the last source gives it: reports name jobs, spans do not.
    """
    groups: list[tuple[float, float, list[Timeline]]] = []
    for timelines in sources:
        taken: set[int] = set()
        for timeline in timelines:
            if (span := span_of(timeline)) is None:
                continue
            place = _place(groups, span, taken)
            if place is None:
                taken.add(len(groups))
                groups.append((*span, [timeline]))
            else:
                taken.add(place)
                low, high, held = groups[place]
                groups[place] = (min(low, span[0]), max(high, span[1]), [*held, timeline])
    for _, _, held in groups:
        yield _one(held)


def _place(groups: list[tuple[float, float, list[Timeline]]], span: tuple[float, float], taken: set[int]) -> int | None:
    """The group of another source that overlaps most of this span."""
    best, most = None, 0.0
    for place, (low, high, _) in enumerate(groups):
        shared = min(high, span[1]) - max(low, span[0])
        length = min(high - low, span[1] - span[0])
        if place not in taken and shared >= 0 and shared >= 0.5 * length and (best is None or shared > most):
            best, most = place, shared
    return best


def _one(held: list[Timeline]) -> Timeline:
    """One timeline of several."""
    if len(held) == 1:
        return held[0]
    for timeline in held:
        timeline.sort()
    one = Timeline(held[-1].name, deaf_ms=max(other.deaf_ms for other in held))
    for kind in KINDS:
        setattr(one, kind, next((events for other in held if (events := getattr(other, kind))), []))
    for other in held:
        if other.finals and all(final.words is not None for final in other.finals):
            one.finals = other.finals
    one.commits = [_filled(commit, held) for commit in one.commits]
    for lag in ("release_ms", "onset_lag_ms"):
        setattr(one, lag, next((ms for other in held if (ms := getattr(other, lag)) is not None), None))
    return one


def _filled(commit: Commit, held: list[Timeline]) -> Commit:
    """The commit with what other sources know of it."""
    for timeline in held:
        for other in between(timeline.commits, commit.at - SAME_MS, commit.at + SAME_MS):
            commit = replace(
                commit,
                lead_ms=other.lead_ms if commit.lead_ms is None else commit.lead_ms,
                after_ms=other.after_ms if commit.after_ms is None else commit.after_ms,
                final_ms=other.final_ms if commit.final_ms is None else commit.final_ms,
            )
    return commit
