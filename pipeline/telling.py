"""The events of a log in words."""

from __future__ import annotations

from pipeline.events import Event, Kind
from stages.turn import Overlap

WORDS: dict[Kind, str] = {
    Kind.USER_SPEAKS: "speaks",
    Kind.USER_PAUSES: "pauses",
    Kind.USER_DONE: "is done: the true end of the turn",
    Kind.USER_HEARS: "hears the agent",
    Kind.USER_HEARS_STOP: "hears the agent stop",
    Kind.USER_HEARS_ON: "hears the agent go on",
    Kind.USER_HEARS_LAST: "has heard the last of it",
    Kind.VAD_QUIET: "hears silence begin",
    Kind.VAD_REPORT: "reports the silence",
    Kind.VAD_SPEECH: "hears speech again",
    Kind.VAD_SMOOTHS: "hears speech again, before it reported the pause",
    Kind.ASR_INTERIM: "interim transcript of the last word",
    Kind.ASR_FINAL: "final transcript",
    Kind.TURN_SCORE: "end-of-turn score {value:g}",
    Kind.TURN_ENDPOINT: "endpoint: {value:g} ms of silence",
    Kind.TURN_COMMIT: "commit: the agent may answer",
    Kind.TURN_PARTIAL: "... without the last words: no transcript yet",
    Kind.TURN_USER_BACK: "the user has gone on for long enough to count",
    Kind.TURN_RESTART: "its last words come: the reply is over",
    Kind.TURN_DROPS: "what the user begins to say now is dropped",
    Kind.TURN_LOST: "lost: nothing is left to answer",
    Kind.REPLY_EARLY: "begun before the commit",
    Kind.REPLY_DROPPED: "thrown away: no commit came",
    Kind.REPLY_WITHDRAWN: "withdrawn: the user goes on",
    Kind.LLM_FORGETS: "the user refers back beyond the context",
    Kind.LLM_ATTEMPT: "{which} begins",
    Kind.LLM_TIMEOUT: "{which} has not answered in time",
    Kind.LLM_CANCEL: "{which} is cancelled",
    Kind.LLM_FALLBACK: "the fallback is asked",
    Kind.LLM_ANSWER: "first token from {which}",
    Kind.LLM_FAILED: "gives up: the error phrase will be played",
    Kind.TTS_TEXT: "first piece of text, after {value:g} tokens",
    Kind.TTS_ATTEMPT: "{which} begins",
    Kind.TTS_TIMEOUT: "{which} has not answered in time",
    Kind.TTS_CANCEL: "{which} is cancelled",
    Kind.TTS_FALLBACK: "the fallback is asked",
    Kind.TTS_ANSWER: "first audio from {which}",
    Kind.TTS_FAILED: "gives up: there will be nothing to hear",
    Kind.TTS_NEXT: "audio of the second piece of text",
    Kind.AGENT_READY: "is ready to speak",
    Kind.AGENT_FLOOR: "has the floor",
    Kind.AGENT_FILLER: "plays a filler of {value:g} ms",
    Kind.AGENT_SPEAKS: "speaks, for {value:g} ms",
    Kind.AGENT_SILENT: "has nothing to say: synthesis failed",
    Kind.AGENT_DRY: "runs dry: the second piece is not there yet",
    Kind.AGENT_ON: "goes on with the second piece",
    Kind.AGENT_DONE: "is done",
    Kind.AGENT_STOPS: "stops",
    Kind.AGENT_RESUMES: "goes on: there were no words behind it",
    Kind.OVERLAP_BEGINS: "{overlap} begins while the agent is heard",
    Kind.OVERLAP_ENDS: "{overlap} ends",
    Kind.OVERLAP_VOICE: "{overlap}: voice for long enough",
    Kind.OVERLAP_WORDS: "{overlap}: words enough",
    Kind.OVERLAP_IGNORED: "{overlap}: the agent talks on",
}


def tell(event: Event, overlaps: tuple[Overlap, ...]) -> str:
    """What happened, in words; `overlaps` are the turn's."""
    which = "the fallback" if event.number is None else f"attempt {event.number + 1}"
    about_overlap = event.kind.startswith("overlap.") and event.number is not None
    overlap = overlaps[event.number].kind if about_overlap and event.number is not None else ""
    return WORDS[event.kind].format(which=which, value=event.value, overlap=overlap)
