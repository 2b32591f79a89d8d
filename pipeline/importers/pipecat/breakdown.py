"""From a `LatencyBreakdown`, one a reply that was heard, to the events of it.

Source: pipecat-ai 1.14.0, observers/user_bot_latency_observer.py. Times are seconds since 1970; a turn is measured from
the user's silence as the VAD has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.importers.json_values import Object, entries, number, seconds, text
from pipeline.importers.moments import ms_of
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import Commit, Draw, Measure, Request, Synthesis, Timeline, Tool
from pipeline.importers.pipecat.lags import Stage, speech_end, stage_of
from pipeline.importers.spoken_text import NOMINAL, NOMINAL_TOKENS

_OWNERS: dict[str, Stage] = {"transcription": "stt", "llm_inference": "llm", "speech_synthesis": "tts"}
"""What a contribution's owner is."""


def is_breakdown(held: Object) -> bool:
    """Whether an object is a latency breakdown."""
    return isinstance(held.get("ttfb"), list) and "total_secs" in held and "measured_from" in held


def silence_of(held: Object) -> float | None:
    """When the user fell silent, in ms since 1970; None: it is a greeting, or has no time."""
    if text(held, "measured_from") not in (None, "user_silence"):
        return None
    start = ms_of(held.get("user_turn_start_time"))
    waits = [ms_of(one.get("start_time")) for one in entries(held, "contributions") if isinstance(one, dict)]
    return start if start is not None else min((at for at in waits if at is not None), default=None)


def add_breakdown(timeline: Timeline, held: Object, silence: float, clock: Clock, reply: str) -> None:
    """Add the events of one reply."""
    stop = next((seconds(one, "duration_secs") for one in _contributions(held, "endpointing_wait")), None)
    quiet = clock.ms(silence)
    end = speech_end(quiet, stop) if stop is not None else speech_end(quiet)
    metrics = _by_stage(held)
    total, closed = seconds(held, "total_secs"), seconds(held, "user_turn_secs")
    if total is not None and total > 0:
        timeline.measures.append(Measure(quiet + total, quiet + total - end, reply))
    requests = list(_requests(held, metrics["llm"], clock, reply))
    timeline.requests += requests
    final = next((ms for _, ms in metrics["stt"] if ms > 0), None)
    committed = quiet + closed if closed is not None else requests[0].start if requests else quiet
    timeline.commits.append(
        Commit(
            committed,
            reply,
            lead_ms=max(requests[0].start - committed, 0.0) if requests and closed is not None else None,
            after_ms=committed - end,
            final_ms=None if final is None else quiet + final - end,
        )
    )
    timeline.tools += _tools(held, clock, reply)
    for at, ms in metrics["tts"][:1]:
        timeline.syntheses.append(Synthesis(clock.ms(at), (Draw(ms),), reply))


def _contributions(held: Object, key: str) -> list[Object]:
    return [one for one in entries(held, "contributions") if isinstance(one, dict) and text(one, "key") == key]


def _by_stage(held: Object) -> dict[Stage, list[tuple[float, float]]]:
    """Stage -> start (ms since 1970) and length of each of its first bytes, in order."""
    owners = {
        owner: stage
        for one in entries(held, "contributions")
        if (stage := _OWNERS.get(text(one, "key") or "")) and (owner := text(one, "owner"))
    }
    found: dict[Stage, list[tuple[float, float]]] = {"stt": [], "llm": [], "tts": []}
    for one in entries(held, "ttfb"):
        processor, at, ms = text(one, "processor"), ms_of(_at(one)), seconds(one, "duration_secs")
        if processor is None or at is None or ms is None:
            continue
        stage = owners.get(processor) or stage_of(processor)
        if stage is not None:
            found[stage].append((at, ms))
    return found


def _at(one: Object) -> float | None:
    return number(one, "start_time")


def _requests(held: Object, metrics: list[tuple[float, float]], clock: Clock, reply: str) -> Iterator[Request]:
    """All but the last called tools; the last one has the pace of the first sentence."""
    aggregation = held.get("text_aggregation")
    pace = seconds(aggregation, "duration_secs")
    called = bool(entries(held, "function_calls"))
    used = metrics if called else metrics[-1:]
    for place, (at, ms) in enumerate(used):
        last = place == len(used) - 1
        spoken = last and pace is not None and pace > 1
        yield Request(
            start=clock.ms(at),
            draws=(Draw(ms),),
            first=clock.ms(at) + ms,
            reply=reply,
            token_ms=pace / NOMINAL_TOKENS if spoken and pace is not None else None,
            tokens=NOMINAL if spoken else None,
            calls_tools=not last,
        )


def _tools(held: Object, clock: Clock, reply: str) -> list[Tool]:
    found = []
    for one in entries(held, "function_calls"):
        at, ms = ms_of(_at(one)), seconds(one, "duration_secs")
        if at is not None and ms is not None and ms >= 0:
            found.append(Tool(clock.ms(at), clock.ms(at) + ms, reply))
    return found
