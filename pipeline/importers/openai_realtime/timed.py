"""From a Realtime session to its events on the client's clock, or to its exchanges where the client wrote no times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.importers.json_values import number, text
from pipeline.importers.observed.exchange import Observed, derived
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Sound, Synthesis, Timeline, Tool
from pipeline.importers.openai_realtime.session import (
    SERVER_PREFIX_MS,
    SERVER_SILENCE_MS,
    Response,
    Session,
    Speech,
    detection_of,
)
from pipeline.importers.spoken_text import tokens
from stages.turn import Pause


@dataclass(frozen=True)
class Detection:
    """What the server's turn detection adds to speech, in ms; `silence_ms` None: not known."""

    silence_ms: float | None
    prefix_ms: float

    @classmethod
    def of(cls, session: Session, named_ms: float | None) -> Detection:
        """That of a session; `named_ms`: what the user named for a silence that the log does not say."""
        held = None if session.config is None else detection_of(session.config)
        if held is None or text(held, "type") not in (None, "server_vad"):
            return cls(named_ms, 0.0)
        silence, prefix = number(held, "silence_duration_ms"), number(held, "prefix_padding_ms")
        return cls(
            SERVER_SILENCE_MS if silence is None or silence < 0 else silence,
            SERVER_PREFIX_MS if prefix is None or prefix < 0 else prefix,
        )

    def spoken_ms(self, speech: Speech) -> float | None:
        """The length of a stretch of speech, without padding and silence."""
        whole = speech.reported_ms
        return None if whole is None else max(whole - self.prefix_ms - (self.silence_ms or 0.0), 1.0)


def timeline(session: Session, detection: Detection) -> Timeline:
    """The events, by receive times: speech ended the silence before the client received the event that says so.

    A response that only called tools has the name of the one that is heard after it.
    """
    made, clock = Timeline(session.name, ends_known=detection.silence_ms is not None, hears_audio=True), Clock()
    for speech in session.speech:
        _speech(made, clock, speech, detection)
    name = None
    for place, response in reversed(list(enumerate(session.responses))):
        name = name if response.calls and not response.sounds else f"response-{place}"
        _response(made, clock, response, name)
    return made


def _speech(made: Timeline, clock: Clock, speech: Speech, detection: Detection) -> None:
    length = detection.spoken_ms(speech)
    if speech.stopped is not None and length is not None:
        end = clock.ms(speech.stopped) - (detection.silence_ms or 0.0)
        made.speech.append(Sound(end - length, end))
    elif speech.begun is not None and speech.stopped is None:
        made.speech.append(Sound(clock.ms(speech.begun), None))
    if speech.committed is not None:
        made.commits.append(Commit(clock.ms(speech.committed)))
    if speech.final is not None:
        made.finals.append(Final(clock.ms(speech.final), speech.words))


def _response(made: Timeline, clock: Clock, response: Response, name: str | None) -> None:
    sounding = response.first_audio if response.playing is None else response.playing
    created = response.created
    if created is not None:
        first = response.called if response.calls and response.first_audio is None else response.first_audio
        took = None if first is None or first < created else first - created
        made.requests.append(
            Request(
                start=clock.ms(created),
                draws=() if took is None else (Draw(took),),
                first=None if first is None else clock.ms(first),
                reply=name,
                tokens=tokens(response.said),
                calls_tools=response.calls and not response.sounds,
                cancelled=response.status == "cancelled" and not response.sounds,
            )
        )
    if response.calls and response.called is not None and response.result is not None:
        made.tools.append(Tool(clock.ms(response.called), clock.ms(response.result)))
    if sounding is None or not response.sounds:
        return
    start = clock.ms(sounding)
    made.agent.append(Sound(start, _end(clock, response, start), name))
    made.syntheses.append(Synthesis(None, (Draw(0.0, derived=True),), name, response.audio_ms or None))


def _end(clock: Clock, response: Response, start: float) -> float | None:
    """When a response fell silent: cut off, played, cancelled, or after the length of its audio."""
    if response.truncated_ms is not None:
        return start + response.truncated_ms
    if response.played is not None:
        return max(clock.ms(response.played), start)
    length = start + response.audio_ms if response.audio_ms else None
    if response.status == "cancelled" and response.done is not None:
        cancelled = max(clock.ms(response.done), start)
        return cancelled if length is None else min(cancelled, length)
    return length


def observed_without_times(session: Session, detection: Detection) -> Iterator[Observed]:
    """The exchanges by the order of events: what was said since the response before that was heard."""
    answered = spoken = 0
    for response in session.responses:
        if not response.sounds or (response.status == "cancelled" and not response.said.strip()):
            continue
        said = [one for one in session.speech[answered : response.after] if one.reported_ms is not None]
        answered = max(answered, response.after)
        if said:
            yield _exchange(session.name, said, response, detection, spoken)
        spoken += 1


def _exchange(name: str, said: list[Speech], response: Response, detection: Detection, spoken: int) -> Observed:
    known = detection.silence_ms is not None
    counted = tokens(response.said)
    lengths = [detection.spoken_ms(one) or 0.0 for one in said]
    begins = [(one.begun_audio or 0.0) + detection.prefix_ms for one in said]
    ends = [begin + length for begin, length in zip(begins, lengths, strict=True)]
    pauses = [
        Pause(at_ms=round(end - begins[0], 3), ms=round(begin - end, 3))
        for end, begin in zip(ends[:-1], begins[1:], strict=True)
        if begin - end > 1 and end >= begins[0]
    ]
    pace = None
    if response.audio_ms and counted and counted.reply and response.status != "cancelled":
        pace = response.audio_ms / counted.reply
    return Observed(
        session=name,
        place=response.name or "",
        index=spoken,
        at_ms=begins[0],
        speech_ms=derived(max(ends[-1] - begins[0], 1.0)),
        pauses=tuple(pauses) if known else None,
        final_ms=derived(0.0),
        tokens=counted,
        ttfb_ms=(derived(0.0),),
        ms_per_token=derived(pace),
    )
