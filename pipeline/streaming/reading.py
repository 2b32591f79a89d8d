"""The outcome of a turn, read off its event log (timing model, sections 4, 5 and 8)."""

from __future__ import annotations

from typing import TypedDict

from pipeline.figures.outcome import Outcome, Parts
from pipeline.streaming.events import Kind, Log

REQUESTS = (Kind.LLM_ATTEMPT, Kind.LLM_FALLBACK)
SOUNDS = (Kind.AGENT_FILLER, Kind.AGENT_SPEAKS)
BEGINNINGS = (Kind.AGENT_SPEAKS, Kind.AGENT_SILENT)


def outcome(log: Log) -> Outcome:
    """What the user lived through: only what happened and when, against the true end of the turn."""
    *others, answer = log.replies()
    if log.has(Kind.TURN_LOST):
        others, answer = [*others, answer], Log(log.world, ())
    heard_ms = [ms for other in others if (ms := _heard_ms(other, *SOUNDS)) is not None]
    false_starts_ms = [ms for ms in heard_ms if ms >= 0]
    sounds_ms = _heard_ms(answer, *SOUNDS, *BEGINNINGS)
    return Outcome(
        response_ms=_heard_ms(answer, *BEGINNINGS),
        first_sound_ms=false_starts_ms[0] if false_starts_ms and sounds_ms is not None else sounds_ms,
        parts=_parts(log, answer) if answer.events else None,
        cut_off=any(ms < 0 for ms in heard_ms),
        premature=sum(event.pause != log.end_pause for event in log.of(Kind.TURN_COMMIT)),
        lost=not answer.events,
        failed=answer.has(Kind.LLM_FAILED, Kind.TTS_FAILED),
        degraded=answer.has(Kind.TURN_PARTIAL, Kind.LLM_FALLBACK, Kind.TTS_FALLBACK),
        restarted=log.has(Kind.TURN_RESTART),
        false_start=bool(false_starts_ms),
        filler=answer.has(Kind.AGENT_FILLER),
        history_lost=log.has(Kind.LLM_FORGETS),
        llm_starts=_starts(answer),
        wasted_starts=sum(_wasted_starts(other) for other in others),
        stutter_ms=_between(answer, Kind.AGENT_DRY, Kind.AGENT_ON),
        **_overlaps(answer),
    )


def _heard_ms(reply: Log, *kinds: Kind) -> float | None:
    """When the user heard the first of these, from the true end of the turn on; None: never."""
    moment = reply.moment(*kinds)
    return None if moment is None else moment + reply.world.down_ms - reply.world.end_ms


def _between(reply: Log, since: Kind, until: Kind) -> float:
    """From the one to the other, where they happened."""
    begun, ended = reply.moment(since), reply.moment(until)
    return 0.0 if begun is None or ended is None else ended - begun


def _wasted_starts(reply: Log) -> int:
    """The requests of a reply that did not answer the turn; a preemptive start without a commit is charged as one."""
    return _starts(reply) if reply.has(Kind.TURN_COMMIT) else 1


def _starts(reply: Log) -> int:
    """LLM requests, but for the one that each round of tool calls needs."""
    return len(reply.of(*REQUESTS)) - len(reply.of(Kind.TOOL_RESULT))


def _parts(log: Log, answer: Log) -> Parts:
    """From milestone to milestone; what was done before the commit takes no time after it."""
    world = log.world
    heard = world.end_ms + world.up_ms
    endpoint = next(event.at_ms for event in log.of(Kind.TURN_ENDPOINT) if event.pause == log.end_pause)
    commit = answer.of(Kind.TURN_COMMIT)[0].at_ms
    asked = commit + world.turn.llm.lead_ms
    tools = sum(event.at_ms for event in answer.of(Kind.TOOL_RESULT)) - sum(
        event.at_ms for event in answer.of(Kind.TOOL_CALL)
    )
    token = max(asked, answer.of(Kind.LLM_ANSWER, Kind.LLM_FAILED)[-1].at_ms)
    text = max([token, *(event.at_ms for event in answer.of(Kind.TTS_TEXT))])
    ready, floor = answer.of(Kind.AGENT_READY)[0].at_ms, answer.of(Kind.AGENT_FLOOR)[0].at_ms
    return Parts(
        network=world.up_ms + world.down_ms,
        endpoint=endpoint - heard,
        asr=commit - endpoint,
        lead=asked - commit,
        llm=token - asked - tools,
        tools=tools,
        chunk=text - token,
        tts=ready - text,
        floor=floor - ready,
        other=world.other_ms,
        playout=answer.of(*BEGINNINGS)[0].at_ms - floor - world.other_ms,
    )


class _Overlaps(TypedDict):
    false_interrupt: bool
    hiccups: int
    hiccup_ms: float
    interrupts_met: int
    interrupts_missed: int
    stop_ms: tuple[float, ...]
    talked_over_ms: float


def _overlaps(answer: Log) -> _Overlaps:
    """What came of the overlaps that met the agent (timing model, section 5)."""
    begins, ends = _moments(answer, Kind.OVERLAP_BEGINS), _moments(answer, Kind.OVERLAP_ENDS)
    silence, onward = _moments(answer, Kind.USER_HEARS_STOP), _moments(answer, Kind.USER_HEARS_ON)
    overlaps = answer.world.turn.overlaps or ()
    interrupts = [number for number in begins if overlaps[number].kind == "interrupt"]
    missed = [number for number in interrupts if number not in silence]
    return {
        "false_interrupt": any(number not in onward and number not in interrupts for number in silence),
        "hiccups": len(onward),
        "hiccup_ms": sum(onward[number] - silence[number] for number in onward),
        "interrupts_met": len(interrupts),
        "interrupts_missed": len(missed),
        "stop_ms": tuple(silence[number] - begins[number] for number in interrupts if number in silence),
        "talked_over_ms": sum(
            min(ends[number], over.at_ms) - begins[number]
            for number in missed
            for over in answer.of(Kind.USER_HEARS_LAST)
        ),
    }


def _moments(reply: Log, kind: Kind) -> dict[int, float]:
    """When this happened, by the event's number."""
    return {event.number: event.at_ms for event in reply.of(kind) if event.number is not None}
