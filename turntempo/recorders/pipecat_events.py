"""From the frames of a Pipecat pipeline to the events of a timeline. All of it runs on the writer's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from msgspec.structs import replace
from pipecat import __version__

from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Score, Synthesis, Tool
from pipeline.importers.pipecat.lags import stage_of
from pipeline.importers.spoken_text import tokens_in
from turntempo.recorders.pipecat_settings import WINDOW_MS, in_windows, settings_of
from turntempo.recorders.session import SessionLog
from turntempo.recorders.voice import Voice


@dataclass
class _Answer:
    """A response of the LLM that is under way."""

    start: float
    reply: str
    first: float | None = None
    last: float | None = None
    said: list[str] = field(default_factory=list)
    called: bool = False


@dataclass
class _Spoken:
    """The synthesis of a reply: when it began, its first audio, and all the audio that came."""

    start: float
    reply: str
    first: float | None = None
    audio_ms: float = 0.0


@dataclass
class PipecatEvents:
    """The events of one pipeline; `at` is when a frame was pushed, in ms on the monotonic clock."""

    log: SessionLog
    _voice: Voice = field(init=False)
    _linked: Sequence[Any] = ()
    _vad: Any = None
    _p99_s: float | None = None
    _reports: bool = False
    """Whether the VAD reports by itself."""
    _replies: int = 0
    _answer: _Answer | None = None
    _spoken: _Spoken | None = None
    _stages: dict[str, str] = field(default_factory=dict)
    """Processor -> the stage that it was seen to be."""
    _tools: dict[str, float] = field(default_factory=dict)
    _metrics: dict[str, Callable[[float, Any], None]] = field(init=False)

    def __post_init__(self) -> None:
        """Begins to listen."""
        sound = self.log.sound
        self._voice = Voice(self.log.speech, passed_over=self.log.brief, sound=sound.user if sound else None)
        self._metrics = {
            "TTFBMetricsData": self._first_byte,
            "TurnMetricsData": self._scored,
            "SmartTurnMetricsData": self._scored,
        }

    @property
    def _reply(self) -> str:
        return f"reply-{self._replies}"

    def attached(self, linked: Sequence[Any], vad: Any) -> None:
        """The processors and the VAD are known."""
        self._linked, self._vad = linked, vad
        self._voice.silence_ms = in_windows(vad.params.stop_secs)
        self._voice.onset_ms = in_windows(vad.params.start_secs)
        self._read_settings()

    def p99(self, at: float, seconds: float | None) -> None:
        """The recogniser says how late its finals come."""
        self._p99_s = seconds
        if self._vad is not None:
            self._read_settings()

    def _read_settings(self) -> None:
        found = settings_of(self._linked, self._vad, self._p99_s, __version__)
        if found is not None:
            self.log.settings = found
            self.log.timeline.lookahead_tokens = found.tts.lookahead_tokens

    # The user

    def window(self, at: float, confidence: Any, samples: bytes) -> None:
        """The VAD's model answered for a window of audio: with a number, or an array of one."""
        rate = getattr(self._vad, "sample_rate", 0)
        window_ms = len(samples) / 2 / rate * 1000 if rate else WINDOW_MS
        self._voice.window(at, float(np.ravel(confidence)[0]), samples, window_ms)

    def speech_started(self, at: float) -> None:
        """The VAD reports speech."""
        self._reports = True
        self._voice.started(at)

    def speech_ended(self, at: float) -> None:
        """The VAD reports the end of speech."""
        self._voice.ended(at)

    def interim(self, at: float, text: str) -> None:
        """An interim transcript; only its words are counted."""
        self.log.add("interims", Final(at, len(text.split())))

    def final(self, at: float, text: str) -> None:
        """A final transcript: its words are counted, and its text is kept only where that was asked for."""
        self.log.add("finals", Final(at, len(text.split())))
        self.log.user_said(at, text)

    def turn_began(self, at: float) -> None:
        """The user's turn begins: all there is where the VAD does not report by itself (older versions, or none)."""
        if not self._reports:
            self.log.timeline.ends_known = self._vad is not None
            self._voice.started(at)

    def turn_ended(self, at: float) -> None:
        """The agent took the turn for ended."""
        if not self._reports:
            self._voice.ended(at)
        self._replies += 1
        self.log.add("commits", Commit(at, self._reply))

    # The agent

    def llm_began(self, at: float, processor: str) -> None:
        """The LLM of this name is asked."""
        self._stages[processor] = "llm"
        self._over(at, cancelled=True)
        self._answer = _Answer(at, self._reply)

    def llm_text(self, at: float, text: str) -> None:
        """A token came, or some."""
        if self._answer is not None:
            self._answer.first = at if self._answer.first is None else self._answer.first
            self._answer.last = at
            self._answer.said.append(text)

    def llm_ended(self, at: float) -> None:
        """The LLM has answered."""
        self._over(at, cancelled=False)

    def _over(self, at: float, cancelled: bool) -> None:
        """The response is over: of its text only the counts are kept."""
        one, self._answer = self._answer, None
        if one is None:
            return
        self.log.agent_said("".join(one.said), one.start)
        counted = tokens_in(one.said)
        pace = None
        if one.first is not None and one.last is not None and len(one.said) > 1:
            pace = (one.last - one.first) / (len(one.said) - 1)
        if cancelled and counted:  # what came of it is no whole reply
            counted = replace(counted, reply=None)
        self.log.add(
            "requests",
            Request(
                start=one.start,
                draws=() if one.first is None else (Draw(one.first - one.start),),
                first=one.first,
                reply=one.reply,
                token_ms=pace,
                tokens=counted,
                calls_tools=one.called,
                cancelled=cancelled and one.first is None,
            ),
        )

    def interrupted(self, at: float) -> None:
        """What is under way is cancelled."""
        self._over(at, cancelled=True)
        self._spoken_over(cancelled=True)

    def tts_asked(self, at: float, processor: str) -> None:
        """A piece of text goes to synthesis; the first of a reply is what it waits for."""
        self._stages[processor] = "tts"
        if self._spoken is None or self._spoken.reply != self._reply:
            self._spoken_over(cancelled=False)
            self._spoken = _Spoken(at, self._reply)

    def tts_audio(self, at: float, ms: float) -> None:
        """Audio came."""
        if self._spoken is not None:
            self._spoken.first = at if self._spoken.first is None else self._spoken.first
            self._spoken.audio_ms += ms

    def _spoken_over(self, cancelled: bool) -> None:
        one, self._spoken = self._spoken, None
        if one is not None:
            draws = () if one.first is None else (Draw(one.first - one.start),)
            self.log.add("syntheses", Synthesis(one.start, draws, one.reply, one.audio_ms or None, cancelled=cancelled))

    def agent_began(self, at: float) -> None:
        """The agent's sound begins."""
        self.log.agent_began(at, self._reply)

    def agent_stopped(self, at: float) -> None:
        """The agent falls silent."""
        self._spoken_over(cancelled=False)
        self.log.agent_stopped(at)

    def tool_started(self, at: float, call: str) -> None:
        """A tool was called."""
        self._tools[call] = at
        if self._answer is not None:
            self._answer.called = True
            self._answer.first = at if self._answer.first is None else self._answer.first
            return
        requests = self.log.timeline.requests
        if requests and not requests[-1].tokens:  # the call comes as the response is over
            last = requests[-1]
            first = at if last.first is None else last.first
            draws = last.draws or (Draw(first - last.start),)
            requests[-1] = replace(last, calls_tools=True, first=first, draws=draws, cancelled=False)

    def tool_ended(self, at: float, call: str) -> None:
        """It gave its result."""
        if (start := self._tools.pop(call, None)) is not None:
            self.log.add("tools", Tool(start, at, self._reply))

    def agent_sound(self, at: float, sound: bytes, rate: int, channels: int) -> None:
        """The output played this until now."""
        if self.log.sound is not None:
            self.log.sound.agent(at - len(sound) / 2 / channels / rate * 1000, sound, rate, channels)

    def metrics(self, at: float, held: Sequence[Any]) -> None:
        """Metrics of a stage."""
        for one in held:
            if (take := self._metrics.get(type(one).__name__)) is not None:
                take(at, one)

    def _first_byte(self, at: float, one: Any) -> None:
        """A stage's own time to its first byte: it knows best when it was asked."""
        if one.value <= 0:
            return
        match self._stages.get(one.processor) or stage_of(one.processor):
            case "llm" if self._answer is not None and self._answer.first is None:
                self._answer.start, self._answer.first = at - one.value * 1000, at
            case "tts" if self._spoken is not None and self._spoken.first is None:
                self._spoken.start, self._spoken.first = at - one.value * 1000, at

    def _scored(self, at: float, one: Any) -> None:
        if 0 <= one.probability <= 1:
            self.log.add("scores", Score(at, one.probability, one.e2e_processing_time_ms))

    def ending(self, at: float) -> None:
        """The pipeline ends."""
        self._voice.close(at)

    def closed(self, at: float) -> None:
        """Nothing follows."""
        self._voice.close(at)
        self._over(at, cancelled=True)
        self._spoken_over(cancelled=False)

    def flush(self, last: bool) -> None:
        """Write the turns that are over."""
        self.log.flush(last)

    def give_up(self) -> None:
        """Count what was not written as lost."""
        self.log.give_up()
