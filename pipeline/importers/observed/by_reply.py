"""Exchanges of a source that logs no speech: the measures of each reply, joined by the reply's name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from msgspec.structs import replace

from pipeline.importers.observed.exchange import Observed, derived, measured
from pipeline.importers.observed.observing import pace, tokens_of, tool_rounds, values, with_sentence
from pipeline.importers.observed.timeline import (
    Commit,
    Measure,
    Request,
    Score,
    Synthesis,
    Timeline,
    begin_of,
    between,
    started_between,
)


def replies_observed(timeline: Timeline) -> Iterator[Observed]:
    """An exchange for each commit that is known to begin a reply, in order."""
    requests: dict[str, list[Request]] = {}
    for request in timeline.requests:
        if request.reply is not None:
            requests.setdefault(request.reply, []).append(request)
    measures = {measure.reply: measure for measure in timeline.measures}
    spans = _spans(timeline.commits)
    for place, (commit, (since, until)) in enumerate(zip(timeline.commits, spans, strict=True)):
        if commit.reply is not None:
            made, spoken = requests.get(commit.reply, []), timeline.syntheses_of(commit.reply)
            if (since, until) != ALWAYS:
                made, spoken = started_between(made, since, until), _spoken_between(spoken, since, until)
            answering = [one for one in made if not one.cancelled]
            yield _observed(timeline, commit, answering, spoken, measures.get(commit.reply), place)


ALWAYS = (float("-inf"), float("inf"))


def _spans(commits: list[Commit]) -> list[tuple[float, float]]:
    """When the requests of each commit's reply are made: any time, but where commits share a name, before the next."""
    if len({commit.reply for commit in commits}) == len(commits):
        return [ALWAYS] * len(commits)
    times: dict[str | None, int] = {}
    until = [float("inf")] * len(commits)
    since = [float("-inf")] * len(commits)
    for place, commit in enumerate(commits):
        before = times.get(commit.reply)
        if before is not None:
            until[before] = since[place] = commit.at
        times[commit.reply] = place
    return list(zip(since, until, strict=True))


def _spoken_between(syntheses: list[Synthesis], since: float, until: float) -> list[Synthesis]:
    """Those that begin in this time; with the first ones those whose begin is not logged."""
    low = bisect_left(syntheses, since, key=begin_of)
    return syntheses[low : bisect_left(syntheses, until, lo=low, key=begin_of)]


def _observed(
    timeline: Timeline,
    commit: Commit,
    made: list[Request],
    syntheses: list[Synthesis],
    measure: Measure | None,
    place: int,
) -> Observed:
    """All requests but the last called tools."""
    chain = [*(replace(one, calls_tools=True) for one in made[:-1]), *made[-1:]]
    answer = chain[-1] if chain else None
    first = syntheses[0] if syntheses else None
    score = _score(timeline, commit)
    response = None
    if measure is not None:
        response = derived(measure.response_ms) if measure.derived else measured(measure.response_ms)
    return Observed(
        session=timeline.name,
        place=commit.reply or "",
        index=place,
        at_ms=commit.at,
        speech_ms=derived(commit.speech_ms),
        eot_score=score.score if score else None,
        eot_delay_ms=measured(score.delay_ms) if score else None,
        release_ms=derived(timeline.release_ms),
        onset_lag_ms=derived(timeline.onset_lag_ms),
        final_ms=measured(commit.final_ms),
        end_of_turn_ms=measured(commit.after_ms),
        lead_ms=measured(commit.lead_ms),
        ttft_ms=values(chain[0].draws) if chain else (),
        tools=tool_rounds(timeline, chain),
        token_ms=derived(answer.token_ms) if answer else None,
        tokens=with_sentence(timeline, answer, first, commit, tokens_of(answer, first)),
        ttfb_ms=values(first.draws) if first else (),
        ms_per_token=pace(answer, syntheses) if answer else None,
        response_ms=response,
        early=chain[0].start < commit.at if chain and chain[0].timed else None,
    )


def _score(timeline: Timeline, commit: Commit) -> Score | None:
    """The last score of the silence before a commit."""
    if commit.after_ms is None:
        return None
    found = between(timeline.scores, commit.at - commit.after_ms, commit.at)
    return found[-1] if found else None
