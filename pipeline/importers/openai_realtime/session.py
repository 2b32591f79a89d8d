"""From the events of one Realtime session to what was said and answered.

Source: openai 3.54.0, types/realtime. Offsets of speech are ms of the audio sent; `audio_start_ms` contains
`prefix_padding_ms`, `audio_end_ms` the silence that was waited for. Other times are the client's receive times.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from pipeline.importers.json_values import Object, count, entries, group, number, text

AUDIO = ("response.output_audio.delta", "response.audio.delta")
WORDS = (
    "response.output_audio_transcript.delta",
    "response.audio_transcript.delta",
    "response.output_text.delta",
    "response.text.delta",
)
SAID = ("response.output_audio_transcript.done", "response.audio_transcript.done")
SERVER_SILENCE_MS, SERVER_PREFIX_MS = 500.0, 300.0
"""The defaults of `server_vad`."""

BYTES_A_MS = {
    "pcm16": 48.0,
    "audio/pcm": 48.0,
    "g711_ulaw": 8.0,
    "g711_alaw": 8.0,
    "audio/pcmu": 8.0,
    "audio/pcma": 8.0,
}
"""Of the agent's audio: 24 kHz with 16 bits, or 8 kHz with 8."""


@dataclass
class Speech:
    """A stretch of the user's speech as the server reports it; times in ms, None: not known."""

    item: str | None
    begun_audio: float | None = None
    begun: float | None = None
    """When the client received that it began; `stopped`: that it stopped."""
    stopped_audio: float | None = None
    stopped: float | None = None
    committed: float | None = None
    final: float | None = None
    words: int | None = None

    @property
    def reported_ms(self) -> float | None:
        """From its begin to its end as reported, padding and silence included."""
        if self.begun_audio is None or self.stopped_audio is None or self.stopped_audio < self.begun_audio:
            return None
        return self.stopped_audio - self.begun_audio


@dataclass
class Response:
    """A response of the model; times are receive times."""

    name: str | None
    created: float | None = None
    after: int = 0
    """How many stretches of speech had stopped before it."""
    first_words: float | None = None
    first_audio: float | None = None
    sounds: bool = False
    audio_ms: float | None = 0.0
    """Length of the audio; None: the log leaves the audio out."""
    playing: float | None = None
    """When the server began to send it to the client's ears, of WebRTC and SIP; `played`: when it was all played."""
    played: float | None = None
    truncated_ms: float | None = None
    done: float | None = None
    status: str | None = None
    said: str = ""
    output_tokens: int | None = None
    calls: bool = False
    called: float | None = None
    result: float | None = None
    items: set[str] = field(default_factory=set)


@dataclass
class Session:
    """All of a session; `timed`: the client wrote when it received events."""

    name: str
    config: Object | None = None
    speech: list[Speech] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    idle: int = 0
    """How often the server spoke up since nobody did."""
    timed: bool = False
    changed: bool = False
    """Whether the detection was changed after somebody spoke."""
    stopped: int = 0

    def take(self, event: Object, at: float | None) -> None:
        """Add an event."""
        self.timed = self.timed or at is not None
        kind = text(event, "type") or ""
        if kind in ("session.created", "session.updated"):
            self._configured(group(event, "session"))
        elif kind.startswith("input_audio_buffer."):
            self._heard(kind.removeprefix("input_audio_buffer."), event, at)
        elif kind == "conversation.item.input_audio_transcription.completed":
            if (speech := self._spoken(text(event, "item_id"))) is not None:
                speech.final, speech.words = at, len((text(event, "transcript") or "").split())
        elif kind.startswith("conversation.item."):
            self._item(kind, event, at)
        elif kind.startswith(("response.", "output_audio_buffer.")):
            self._answered(kind, event, at)

    def _configured(self, session: Object) -> None:
        detection = detection_of(session)
        if detection is None:
            return
        if self.config is not None and self.speech:
            self.changed = self.changed or detection_of(self.config) != detection
            return
        self.config = session

    def _heard(self, what: str, event: Object, at: float | None) -> None:
        item = text(event, "item_id")
        if what == "speech_started":
            self.speech.append(Speech(item, _offset(event, "audio_start_ms"), at))
        elif what == "speech_stopped":
            speech = self._spoken(item)
            if speech is not None and speech.stopped_audio is None:
                speech.stopped_audio, speech.stopped = _offset(event, "audio_end_ms"), at
                self.stopped += 1
        elif what == "committed":
            if (speech := self._spoken(item)) is not None:
                speech.committed = at
        elif what == "timeout_triggered":
            self.idle += 1

    def _spoken(self, item: str | None) -> Speech | None:
        """The stretch of an item; the last one where the log leaves the names out."""
        for speech in reversed(self.speech[-8:]):
            if speech.item == item:
                return speech
        return self.speech[-1] if item is None and self.speech else None

    def _item(self, kind: str, event: Object, at: float | None) -> None:
        """A tool's result, or audio that was cut off."""
        if kind in ("conversation.item.truncated", "conversation.item.truncate"):
            item = text(event, "item_id")
            for one in reversed(self.responses[-8:]):
                if item in one.items:
                    one.truncated_ms = _offset(event, "audio_end_ms")
                    return
        elif text(group(event, "item"), "type") == "function_call_output":
            for one in reversed(self.responses[-8:]):
                if one.calls and one.result is None:
                    one.result = at
                    return

    def _answered(self, kind: str, event: Object, at: float | None) -> None:
        name = text(event, "response_id") or text(group(event, "response"), "id")
        if kind == "response.created":
            self.responses.append(Response(name, created=at, after=self.stopped))
            return
        response = self._response(name)
        if response is None:
            return
        if kind in AUDIO:
            self._audio(response, event, at)
        elif kind in WORDS:
            response.first_words = at if response.first_words is None else response.first_words
        elif kind in SAID:
            response.said += f" {text(event, 'transcript') or ''}"
        elif kind == "response.done":
            _done(response, group(event, "response"), at)
        elif kind in ("response.output_item.added", "response.function_call_arguments.done"):
            item = group(event, "item")
            if (held := text(item, "id")) is not None:
                response.items.add(held)
            if kind.endswith("arguments.done") or text(item, "type") == "function_call":
                response.calls, response.called = True, at
        elif kind == "output_audio_buffer.started":
            response.playing, response.sounds = at, True
        elif kind in ("output_audio_buffer.stopped", "output_audio_buffer.cleared"):
            response.played = at

    def _response(self, name: str | None) -> Response | None:
        for one in reversed(self.responses[-8:]):
            if one.name == name:
                return one
        return self.responses[-1] if name is None and self.responses else None

    def _audio(self, response: Response, event: Object, at: float | None) -> None:
        response.sounds = True
        if (item := text(event, "item_id")) is not None:
            response.items.add(item)
        response.first_audio = at if response.first_audio is None else response.first_audio
        length = _length_ms(text(event, "delta"), self.config)
        response.audio_ms = None if response.audio_ms is None or length is None else response.audio_ms + length


def detection_of(session: Object) -> Object | None:
    """The turn detection of a session, in its form of today or of the beta; None: it has none."""
    now = group(group(session, "audio"), "input")
    if isinstance(now.get("turn_detection"), dict):
        return group(now, "turn_detection")
    held = session.get("turn_detection")
    return held if isinstance(held, dict) else None


def _done(response: Response, held: Object, at: float | None) -> None:
    response.done, response.status = at, text(held, "status")
    response.output_tokens = count(group(group(held, "usage"), "output_token_details"), "text_tokens")
    for item in entries(held, "output"):
        if text(item, "type") == "function_call":
            response.calls = True
        for part in entries(item, "content"):
            if not response.said.strip() and text(part, "transcript"):
                response.said = text(part, "transcript") or ""
            response.sounds = response.sounds or text(part, "type") in ("audio", "output_audio")


def _offset(event: Object, key: str) -> float | None:
    value = number(event, key)
    return value if value is not None and 0 <= value < 1e10 else None


def _length_ms(delta: str | None, session: Object | None) -> float | None:
    """The length of a piece of audio; None where the log left it out or cut it."""
    if not delta or len(delta) % 4:
        return None
    try:
        size = len(base64.b64decode(delta, validate=True))
    except ValueError:
        return None
    made = group(group(group(session, "audio"), "output"), "format")
    name = text(made, "type") or text(session, "output_audio_format") or "pcm16"
    rate = BYTES_A_MS.get(name)
    return size / rate if rate else None
