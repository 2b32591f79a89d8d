"""Exchanges of a source that logs no speech: the measures of each reply, joined by the reply's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.importers.observed.exchange import Observed, derived, measured
from pipeline.importers.observed.observing import pace, tokens_of, tool_rounds, values, with_sentence
from pipeline.importers.observed.timeline import Commit, Measure, Request, Score, Timeline, between


def replies_observed(timeline: Timeline) -> Iterator[Observed]:
    """An exchange for each commit that is known to begin a reply, in order."""
    requests: dict[str, list[Request]] = {}
    for request in timeline.requests:
        if request.reply is not None:
            requests.setdefault(request.reply, []).append(request)
    measures = {measure.reply: measure for measure in timeline.measures}
    for place, commit in enumerate(timeline.commits):
        if commit.reply is not None:
            made = [one for one in requests.get(commit.reply, []) if not one.cancelled]
            yield _observed(timeline, commit, made, measures.get(commit.reply), place)


def _observed(timeline: Timeline, commit: Commit, made: list[Request], measure: Measure | None, place: int) -> Observed:
    """All requests but the last called tools."""
    chain = [*(replace(one, calls_tools=True) for one in made[:-1]), *made[-1:]]
    answer = chain[-1] if chain else None
    syntheses = timeline.syntheses_of(commit.reply or "")
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
