"""The events of a log in words, and what became of each reply."""

from __future__ import annotations

from pipeline.streaming.events import Event, Kind, Log
from stages.i18n import Said, say
from stages.turn import Overlap


def tell(event: Event, overlaps: tuple[Overlap, ...]) -> Said:
    """What happened, in words; `overlaps` are the turn's."""
    which = say("which.fallback") if event.number is None else say("which.attempt", number=event.number + 1)
    about_overlap = event.kind.startswith("overlap.") and event.number is not None
    overlap = say(f"kind.{overlaps[event.number].kind}") if about_overlap and event.number is not None else ""
    return say(f"event.{event.kind}", which=which, value=event.value, overlap=overlap)


def who(event: Event) -> Said:
    """Who does it: the user, a stage, the agent."""
    return say(f"who.{event.kind.partition('.')[0]}")


def fates(log: Log) -> list[Said]:
    """What became of each of the turn's replies."""
    replies = log.replies()
    answers = not log.has(Kind.TURN_LOST)
    return [_fate(log, reply, answers and reply is replies[-1]) for reply in replies]


def _fate(log: Log, reply: Log, answers: bool) -> Said:
    if answers:
        return say("fate.failed" if reply.has(Kind.LLM_FAILED, Kind.TTS_FAILED) else "fate.answers")
    if not reply.has(Kind.TURN_COMMIT):
        return say("fate.preemptive")
    begin = say("fate.restarted" if reply.has(Kind.TURN_RESTART) else "fate.premature")
    heard_ms = reply.moment(Kind.USER_HEARS)
    if heard_ms is None:
        return say("fate.never_heard", begin=begin)
    return say("fate.cut_off" if heard_ms < log.world.end_ms else "fate.false_start", begin=begin)
