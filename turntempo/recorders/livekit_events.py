"""From the events of a LiveKit session to those of a timeline. All of it runs on the writer's thread."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from livekit.agents import __version__
from msgspec.structs import replace

from pipeline.importers.livekit.metrics import token_ms
from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Score, Sound, Synthesis, Tool
from pipeline.importers.spoken_text import Tokens, tokens
from turntempo.recorders.livekit_settings import settings_of
from turntempo.recorders.session import SessionLog
from turntempo.recorders.voice import Voice

WINDOW_MS = 32.0
"""Of Silero, LiveKit's VAD."""

FIRST_GAP_S = 0.1
"""What LiveKit waits before the first retry; before later ones the `retry_interval` of its options, 2 s."""


@dataclass
class LiveKitEvents:
    """The events of one session; `at` is when each came, in ms since 1970."""

    log: SessionLog
    _voice: Voice = field(init=False)
    _shows_windows: bool = False
    _session: Any = None
    _activity: Any = None
    _threshold: float | None = None
    _failed: dict[tuple[str, str | None], list[float]] = field(default_factory=lambda: defaultdict(list))
    """(Stage, reply) -> when an attempt failed."""
    _tools: dict[str, float] = field(default_factory=dict)
    _ended: deque[str] = field(default_factory=lambda: deque(maxlen=64))
    _spoke: float | None = None
    _sounding: str | None = None

    def __post_init__(self) -> None:
        """Begins to listen."""
        sound = self.log.sound
        self._voice = Voice(self.log.speech, passed_over=self.log.brief, sound=sound.user if sound else None)

    def attached(self, session: Any, activity: Any, shows_windows: bool) -> None:
        """An agent of the session begins."""
        self._session, self._activity, self._shows_windows = session, activity, shows_windows
        self._read_settings()

    def _read_settings(self) -> None:
        found = settings_of(self._session, self._activity, __version__, self._threshold)
        if self.log.settings is None or found is None or self._threshold is not None:
            self.log.settings = found or self.log.settings
        if found is not None:
            self._voice.silence_ms, self._voice.onset_ms = found.vad.silence_ms, found.endpointing.onset_ms
            self.log.timeline.deaf_ms = found.barge_in.guard_first_ms
            self.log.timeline.lookahead_tokens = found.tts.lookahead_tokens

    # The user

    def window(self, at: float, probability: float, inference_s: float, frame: Any) -> None:
        """The VAD's model answered for a window of audio."""
        samples = None if frame is None else bytes(frame.data)
        self._voice.window(at - inference_s * 1000, probability, samples, WINDOW_MS)

    def speech_started(self, at: float, speech_s: float, inference_s: float) -> None:
        """The VAD reports speech."""
        self._voice.started(at, (speech_s + inference_s) * 1000)

    def speech_ended(self, at: float, silence_s: float, inference_s: float) -> None:
        """The VAD reports the end of speech."""
        self._voice.ended(at, (silence_s + inference_s) * 1000)

    def user_state(self, at: float, state: str, since: float) -> None:
        """The user speaks or not: all there is where the VAD's own reports are not shown."""
        if self._shows_windows:
            return
        if state == "speaking":
            self._spoke = since
        elif self._spoke is not None:
            self.log.speech(Sound(self._spoke, since))
            self._spoke = None

    def transcribed(self, at: float, text: str, is_final: bool) -> None:
        """A transcript: its words are counted, and its text is kept only where that was asked for."""
        self.log.add("finals" if is_final else "interims", Final(at, len(text.split())))
        if is_final:
            self.log.user_said(at, text)

    def score(self, at: float, probability: float, threshold: float, delay_s: float, inference_s: float) -> None:
        """The end-of-turn model answered."""
        self.log.add("scores", Score(at, probability, inference_s * 1000 if inference_s > 0 else None))
        if threshold != self._threshold:
            self._threshold = threshold
            self._read_settings()

    def believed(self, at: float, probability: float) -> None:
        """The model of adaptive interruption judged speech over the agent."""
        if 0 <= probability <= 1:
            self.log.add("beliefs", Score(at, probability))

    def turn_ended(self, at: float) -> None:
        """The agent took the turn for ended."""
        self.log.add("commits", Commit(at))

    # The agent

    def agent_state(self, at: float, state: str, speech: str | None, since: float) -> None:
        """The agent's sound begins or ends."""
        if state == "speaking":
            self._sounding = speech
            self.log.agent_began(since, speech)
        else:
            self.log.agent_stopped(since)

    def agent_frame(self, at: float, frame: Any) -> None:
        """More of the agent's sound is to be played."""
        if self.log.sound is not None:
            self.log.sound.agent(at, bytes(frame.data), frame.sample_rate, frame.num_channels)

    def agent_whole(self, at: float) -> None:
        """All of a reply's sound has come."""
        if self.log.sound is not None:
            self.log.sound.agent_whole()

    def agent_dropped(self, at: float) -> None:
        """What was not played is dropped."""
        if self.log.sound is not None:
            self.log.sound.agent_dropped()

    def metrics(self, at: float, one: Any) -> None:
        """Metrics of a stage, as it is done."""
        match one.type:
            case "llm_metrics":
                self._llm(one)
            case "tts_metrics":
                self._tts(one)
            case "eou_metrics":
                self._eou(one)
            case "realtime_model_metrics":
                self._realtime(one)

    def _eou(self, one: Any) -> None:
        """The commit before it is that of this reply."""
        commits = self.log.timeline.commits
        lead = max(one.on_user_turn_completed_delay, 0.0) * 1000
        if commits and commits[-1].reply is None:
            commits[-1] = replace(commits[-1], reply=one.speech_id, lead_ms=lead)

    def _llm(self, one: Any) -> None:
        start, ttft = (one.timestamp - one.duration) * 1000, one.ttft * 1000
        came, reply = one.ttft >= 0, one.speech_id
        self._called_tools(reply, start)
        total = one.completion_tokens or None
        whole = not one.cancelled
        self.log.add(
            "requests",
            Request(
                start=start,
                draws=self._draws("llm", reply, start, ttft if came else None),
                first=start + ttft if came else None,
                reply=reply,
                token_ms=token_ms(ttft, one.duration * 1000, total) if whole and came else None,
                reply_tokens=total if whole else None,
                cancelled=not whole and not came,
            ),
        )

    def _tts(self, one: Any) -> None:
        start, came = (one.timestamp - one.duration) * 1000, one.ttfb >= 0
        self.log.add(
            "syntheses",
            Synthesis(
                start=start,
                draws=self._draws("tts", one.speech_id, start, one.ttfb * 1000 if came else None),
                reply=one.speech_id,
                audio_ms=one.audio_duration * 1000 or None,
                cancelled=one.cancelled,
            ),
        )

    def _realtime(self, one: Any) -> None:
        """A model that hears and speaks: its first token is its first audio, and nothing waits for a transcript."""
        start, came = one.timestamp * 1000, one.ttft >= 0
        self.log.timeline.hears_audio = True
        draws = (Draw(one.ttft * 1000),) if came else ()
        first = start + one.ttft * 1000 if came else None
        self.log.add("requests", Request(start, draws, first, cancelled=one.cancelled and not came))
        self.log.add("syntheses", Synthesis(first, (Draw(0.0, derived=True),) if came else ()))

    def _draws(self, stage: str, reply: str | None, start: float, first: float | None) -> tuple[Draw, ...]:
        """The attempts: those that failed lasted at least so long, the last one is what is left."""
        found, begun = [], start
        for place, failed in enumerate(self._failed.pop((stage, reply), [])):
            if first is not None and start <= failed <= start + first:
                found.append(Draw(max(failed - begun, 0.0), bound=True))
                begun = failed + self._gap_ms(stage, place)
        if first is not None:
            found.append(Draw(max(start + first - begun, 0.0)))
        return tuple(found)

    def _gap_ms(self, stage: str, place: int) -> float:
        held = getattr(getattr(self._session, "conn_options", None), f"{stage}_conn_options", None)
        return 1000 * (FIRST_GAP_S if place == 0 else float(getattr(held, "retry_interval", 2.0)))

    def error(self, at: float, kind: str, recoverable: bool, reply: str | None) -> None:
        """An attempt of a stage failed; the last one too, where it is not recoverable."""
        stage = kind.removesuffix("_error")
        if stage not in ("llm", "tts"):
            return
        self._failed[stage, reply].append(at)
        if recoverable:
            return
        failures = self._failed.pop((stage, reply))
        commit = next((one for one in reversed(self.log.timeline.commits) if one.reply in (reply, None)), None)
        if stage == "llm" and commit is not None:
            begun = commit.at + (commit.lead_ms or 0.0)
            draws = []
            for place, failed in enumerate(failures):
                draws.append(Draw(max(failed - begun, 0.0), bound=True))
                begun = failed + self._gap_ms(stage, place)
            self.log.add("requests", Request(commit.at, tuple(draws), reply=reply))

    def item(self, at: float, item: Any) -> None:
        """A message of the conversation: of a reply, its tokens to the first clause and sentence are counted."""
        if getattr(item, "role", None) != "assistant" or self._sounding is None:
            return
        self.log.agent_said(item.text_content or "")
        counted = tokens(item.text_content or "")
        if counted is None:
            return
        if item.interrupted:  # the text ends where the user stopped it
            clause, sentence = (None if n == counted.reply else n for n in (counted.clause, counted.sentence))
            counted = Tokens(clause, sentence, None)
        requests = self.log.timeline.requests
        for place, one in enumerate(requests):
            if one.reply == self._sounding and one.tokens is None:
                requests[place] = replace(one, tokens=counted)

    def _called_tools(self, reply: str | None, until: float) -> None:
        """Mark the request of this reply before whose answer was a call of tools: one ended since."""
        requests = self.log.timeline.requests
        for place in range(len(requests) - 1, -1, -1):
            one = requests[place]
            if one.reply == reply and reply is not None and one.start < until:
                ran = any(one.start <= tool.end <= until for tool in self.log.timeline.tools)
                requests[place] = replace(one, calls_tools=ran)
                return

    def tool_started(self, at: float, call: str) -> None:
        """A tool was called."""
        self._tools[call] = at

    def tool_ended(self, at: float, call: str) -> None:
        """It gave its result; an older version says no more than that."""
        if call not in self._ended:
            self._ended.append(call)
            self.log.add("tools", Tool(self._tools.pop(call, at), at))

    def tools_done(self, at: float, calls: list[str]) -> None:
        """A round of tools is over."""
        for call in calls:
            self.tool_ended(at, call)

    def closed(self, at: float) -> None:
        """The session is over."""
        self._voice.close(at)

    def flush(self, last: bool) -> None:
        """Write the turns that are over."""
        self.log.flush(last)

    def give_up(self) -> None:
        """Count what was not written as lost."""
        self.log.give_up()
