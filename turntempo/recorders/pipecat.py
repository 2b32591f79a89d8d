"""`TurnRecorder("calls.jsonl")`: an observer that records the turns of a Pipecat pipeline (0.0.60 and later).

It sees each frame when it is first pushed, and looks on at the answers of the VAD's model. What an older version does
not push is not recorded. Sources: pipecat-ai 1.14.0, observers/base_observer.py, frames/frames.py, audio/vad,
metrics/metrics.py.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipecat import __version__
from pipecat.observers.base_observer import BaseObserver

from turntempo.recorders.pipecat_events import PipecatEvents
from turntempo.recorders.pipecat_settings import made_ready, processors, vad_of
from turntempo.recorders.session import SessionLog, session_name
from turntempo.recorders.sink import Sink, sink_of
from turntempo.recorders.sound import sound_of
from turntempo.recorders.taps import tap_result
from turntempo.recorders.texts import texts_of
from turntempo.recorders.versions import need
from turntempo.recorders.writer import Writer

LOG = logging.getLogger("turntempo.recorders")

need("pipecat-ai", __version__, "0.0.60")
made_ready(__version__)

AUDIO_IN = "InputAudioRawFrame"
"""The commonest frame: it is looked at no further."""

AUDIO_OUT = "TTSAudioRawFrame"
"""From an output transport: what it has played."""


class TurnRecorder(BaseObserver):  # type: ignore[misc] # Pipecat's types are not seen from here
    """Records every turn of one pipeline, from its start to its end. Give it to the worker's `observers`.

    `where`: a file that ends in .jsonl, a folder, or a sink of your own. `name`: the call's name, to which a random
    end is added. `tags`: words by which turns are compared later. `vad_analyzer`: yours, where the recorder cannot find
    it by itself. `text`: whether what is said is written too, beside the recording or into a folder that is named;
    `audio`: the same of the sound. It never raises into the pipeline.
    """

    def __init__(
        self,
        where: str | Path | Sink,
        *,
        name: str | None = None,
        tags: Mapping[str, str] | None = None,
        vad_analyzer: Any = None,
        text: bool | str | Path = False,
        audio: bool | str | Path = False,
    ) -> None:
        try:
            super().__init__(observe_every_push=False)
        except TypeError:  # versions that show every push
            super().__init__()
        sink, called = sink_of(where), session_name(name)
        self.log = SessionLog(sink, called, tags or {}, texts_of(text, sink, called), sound_of(audio, sink, called))
        self._events = PipecatEvents(self.log)
        self._writer = Writer(self._events)
        self._vad: Any = None
        self._given = vad_analyzer
        self._offset_ms: float | None = None
        self._linked: list[Any] = []
        self._last: int | None = None
        self._takes: dict[str, Callable[[Any, Any], tuple[Any, ...] | None]] = dict(TAKES)

    async def on_push_frame(self, data: Any, *older: Any) -> None:
        """Note what a frame says. Older versions give source, destination, frame, direction and time one by one."""
        if older:
            data = SimpleNamespace(source=data, frame=older[1], timestamp=older[3])
        frame = data.frame
        kind = type(frame).__name__
        if kind == AUDIO_IN and self._vad is not None:
            return
        try:
            self._see(data, kind, frame)
        except Exception as error:  # noqa: BLE001 - the pipeline goes on, whatever fails here
            LOG.debug("turntempo: a frame was not recorded: %r", error)

    async def cleanup(self) -> None:
        """Write what is left, as the pipeline ends."""
        self.close(wait=False)
        await super().cleanup()

    def close(self, wait: bool = True) -> None:
        """The same, and wait until it is done."""
        if not self._writer.closed:
            self._writer.note(self._events.closed, self._now())
        self._writer.close(wait)

    def _see(self, data: Any, kind: str, frame: Any) -> None:
        if self._vad is None:
            self._look_for_vad(data.source)
        if kind == AUDIO_OUT and self.log.sound is not None and hasattr(data.source, "write_audio_frame"):
            if frame.id != self._last:
                self._last = frame.id
                played = (frame.audio, frame.sample_rate, frame.num_channels)
                self._writer.note(self._events.agent_sound, self._time(data), *played)
            return
        take = self._takes.get(kind)
        if take is None or frame.id == self._last:  # older versions show each push of a frame
            return
        if (values := take(frame, data)) is not None:
            self._last = frame.id
            self._writer.note(getattr(self._events, EVENTS[kind]), self._time(data), *values)

    def _time(self, data: Any) -> float:
        """When the frame was pushed, in ms on the monotonic clock."""
        if self._offset_ms is None:
            clock = data.source.get_clock()
            self._offset_ms = self._now() - clock.get_time() / 1e6
        return float(self._offset_ms + data.timestamp / 1e6)

    @staticmethod
    def _now() -> float:
        return time.monotonic_ns() / 1e6

    def _look_for_vad(self, source: Any) -> None:
        """Find the analyzer among the processors, and look on at its model's answers."""
        linked = list(processors(source))
        found = self._given or next((vad for one in linked if (vad := vad_of(one)) is not None), None)
        if found is None or not getattr(found, "sample_rate", 0):
            return
        self._vad, self._linked = found, linked
        if not tap_result(found, "voice_confidence", self._window):
            LOG.info("turntempo: this VAD does not show its model's answers: short pauses are not recorded")
        self._writer.note(self._events.attached, linked, found)

    def _window(self, confidence: Any, samples: bytes, *rest: Any) -> None:
        """Called on the VAD's own thread."""
        self._writer.note(self._events.window, self._now(), confidence, samples)


def _own(frame: Any, data: Any) -> tuple[Any, ...]:
    return ()


def _source(frame: Any, data: Any) -> tuple[Any, ...]:
    return (data.source.name,)


def _text(frame: Any, data: Any) -> tuple[Any, ...]:
    return (frame.text,)


def _audio(frame: Any, data: Any) -> tuple[Any, ...] | None:
    """The length of a synthesis' audio; an output transport cuts it into frames of its own."""
    if hasattr(data.source, "write_audio_frame"):
        return None
    return (len(frame.audio) / (2 * frame.num_channels * frame.sample_rate) * 1000,)


def _metrics(frame: Any, data: Any) -> tuple[Any, ...]:
    return (frame.data,)


def _call(frame: Any, data: Any) -> tuple[Any, ...]:
    return (frame.tool_call_id,)


def _p99(frame: Any, data: Any) -> tuple[Any, ...]:
    return (frame.ttfs_p99_latency,)


TAKES: Mapping[str, Callable[[Any, Any], tuple[Any, ...] | None]] = {
    "VADUserStartedSpeakingFrame": _own,
    "VADUserStoppedSpeakingFrame": _own,
    "UserStartedSpeakingFrame": _own,
    "UserStoppedSpeakingFrame": _own,
    "InterimTranscriptionFrame": _text,
    "TranscriptionFrame": _text,
    "LLMFullResponseStartFrame": _source,
    "LLMTextFrame": _text,
    "LLMFullResponseEndFrame": _own,
    "InterruptionFrame": _own,
    "StartInterruptionFrame": _own,
    "AggregatedTextFrame": _source,
    "TTSAudioRawFrame": _audio,
    "BotStartedSpeakingFrame": _own,
    "BotStoppedSpeakingFrame": _own,
    "FunctionCallInProgressFrame": _call,
    "FunctionCallResultFrame": _call,
    "MetricsFrame": _metrics,
    "STTMetadataFrame": _p99,
    "EndFrame": _own,
    "CancelFrame": _own,
}
"""Frame -> what is taken of it."""

EVENTS: Mapping[str, str] = {
    "VADUserStartedSpeakingFrame": "speech_started",
    "VADUserStoppedSpeakingFrame": "speech_ended",
    "UserStartedSpeakingFrame": "turn_began",
    "UserStoppedSpeakingFrame": "turn_ended",
    "InterimTranscriptionFrame": "interim",
    "TranscriptionFrame": "final",
    "LLMFullResponseStartFrame": "llm_began",
    "LLMTextFrame": "llm_text",
    "LLMFullResponseEndFrame": "llm_ended",
    "InterruptionFrame": "interrupted",
    "StartInterruptionFrame": "interrupted",
    "AggregatedTextFrame": "tts_asked",
    "TTSAudioRawFrame": "tts_audio",
    "BotStartedSpeakingFrame": "agent_began",
    "BotStoppedSpeakingFrame": "agent_stopped",
    "FunctionCallInProgressFrame": "tool_started",
    "FunctionCallResultFrame": "tool_ended",
    "MetricsFrame": "metrics",
    "STTMetadataFrame": "p99",
    "EndFrame": "ending",
    "CancelFrame": "ending",
}
"""Frame -> the event that it is."""
