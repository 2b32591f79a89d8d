"""The events of a log in words, and the result of each reply."""

from __future__ import annotations

from pipeline.streaming.events import Event, Kind, Log
from stages.i18n import Said, say
from stages.turn import Overlap


def event_text(event: Event, overlaps: tuple[Overlap, ...]) -> Said:
    """The event in words; `overlaps` are those of the turn."""
    which = say("which.fallback") if event.number is None else say("which.attempt", number=event.number + 1)
    about_overlap = event.kind.startswith("overlap.") and event.number is not None
    overlap = say(f"kind.{overlaps[event.number].kind}") if about_overlap and event.number is not None else ""
    return say(f"event.{event.kind}", which=which, value=event.value, overlap=overlap, number=(event.number or 0) + 1)


def actor(event: Event) -> Said:
    """Who acts in the event: the user, a stage, the agent."""
    return say(f"who.{event.kind.partition('.')[0]}")


def reply_results(log: Log) -> list[Said]:
    """The result of each of the turn's replies, in words."""
    replies = log.replies()
    answers = not log.has(Kind.TURN_LOST)
    return [_reply_result(log, reply, answers and reply is replies[-1]) for reply in replies]


def _reply_result(log: Log, reply: Log, answers: bool) -> Said:
    if answers:
        return say("reply_result.failed" if reply.has(Kind.LLM_FAILED, Kind.TTS_FAILED) else "reply_result.answers")
    if not reply.has(Kind.TURN_COMMIT):
        return say("reply_result.preemptive")
    begin = say("reply_result.restarted" if reply.has(Kind.TURN_RESTART) else "reply_result.premature")
    heard_ms = reply.moment(Kind.USER_HEARS)
    if heard_ms is None:
        return say("reply_result.never_heard", begin=begin)
    return say("reply_result.cut_off" if heard_ms < log.world.end_ms else "reply_result.false_start", begin=begin)
