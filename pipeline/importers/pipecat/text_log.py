"""From a text log of Pipecat, as loguru writes it, to the events of a session.

Module paths and line numbers differ by version, so lines are known by their words. Text in brackets was said by
somebody, and is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from pipeline.importers.moments import stamp_ms
from pipeline.importers.observed.sessions import Sessions
from pipeline.importers.observed.timeline import Commit, Draw, Final, Measure, Request, Sound, Synthesis, Timeline
from pipeline.importers.pipecat.lags import START_MS, Stage, speech_end, speech_start, stage_of
from pipeline.importers.spoken_text import NOMINAL, NOMINAL_TOKENS

_LINE = re.compile(r"^\s*(\d{4}-\d\d-\d\d[ T][\d:.,]+)[^|]*\|\s*(\w+)\s*\|\s*(.*)$")
_SAID = re.compile(r"User (started|stopped) speaking(.*)")
_BOT = re.compile(r"Bot(?: \[[^\]]*\])? (started|stopped) speaking")
_TTFB = re.compile(r"(?<![\w#.\- ])\[?([\w#.\- ]+?)(?:\])? TTFB(?: \([^)]*\))?: ([\d.]+)s?")
_CHAT = re.compile(r"(?<![\w#.\-])([\w#.\-]++): Generating chat\b")
_VOICE = re.compile(r"(?<![\w#.\-])([\w#.\-]++): Generating TTS\b")
_WORDS = re.compile(r"\bTranscription: \[(.*)\]")
_LATENCY = re.compile(r"LATENCY FROM USER STOPPED SPEAKING TO BOT STARTED SPEAKING: ([\d.]+)", re.IGNORECASE)
_VERSION = re.compile(r"Pipecat (\d+)\.(\d+)")

SIGNS = (_SAID, _BOT, _TTFB, _CHAT, _VOICE)

_WORD_OF = (
    ("User ", _SAID),
    ("Bot", _BOT),
    ("TTFB", _TTFB),
    ("Generating chat", _CHAT),
    ("Generating TTS", _VOICE),
    ("Transcription: [", _WORDS),
)
"""The words that a line of each sign has, in the order in which signs are looked for; the latency's come third."""

COMMIT_MS = 50.0
"""The LLM is asked at most so long after the turn was closed."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of the log: its time in ms since 1970, and what it says."""

    at: float
    says: str


def line(text: str) -> Line | None:
    """The line, without its place in the code; None: it is not of loguru."""
    found = _LINE.match(text)
    if found is None or (at := stamp_ms(found[1])) is None:
        return None
    place, dash, says = found[3].partition(" - ")
    return Line(at, says if dash else place)


def may_have_sign(line: bytes) -> bool:
    """False: a line of the log has nothing that is read here, which is seen without reading it."""
    small = line.lower()
    return b"speaking" in small or b"ttfb" in small or b"generating " in small or b"transcription: [" in small


def sign_of(says: str) -> tuple[re.Pattern[str] | None, re.Match[str] | None]:
    """The first sign that a line has, and where."""
    for word, sign in _WORD_OF:
        if word == "TTFB" and (found := _LATENCY.search(says) if "SPEAKING:" in says.upper() else None):
            return _LATENCY, found
        if word in says and (found := sign.search(says)):
            return sign, found
    return None, None


def is_known(text: str) -> bool:
    """Whether a line is one of those that are read here."""
    one = line(text)
    return one is not None and any(sign.search(one.says) for sign in SIGNS)


def version(text: str) -> tuple[int, int] | None:
    """The version that Pipecat says on its start."""
    found = _VERSION.search(text)
    return (int(found[1]), int(found[2])) if found else None


@dataclass
class TextLog:
    """Puts the lines of a log into a session, in their order."""

    sessions: Sessions
    stop_ms: float
    """`stop_secs` of the VAD: "User stopped speaking" comes that much after the speech."""
    lines: int = 0
    begun: float | None = None
    """When the stretch of speech that goes on began."""
    silence: float | None = None
    speaking: float | None = None
    """Since when the agent sounds."""
    chat: Request | None = None
    voice: Synthesis | None = None

    def take(self, one: Line, session: str, where: str) -> None:
        """Add a line."""
        at, says = self.sessions.clock.ms(one.at), one.says
        sign, found = sign_of(says)
        if found is None:
            return
        self.lines += 1
        timeline = self.sessions.at(session, at, where)
        if sign is _SAID:
            self._user(timeline, at, found[1], "strategy" in found[2])
        elif sign is _BOT:
            self._bot(timeline, at, found[1])
        elif sign is _LATENCY:
            self._measured(timeline, at, _seconds(found[1]))
        elif sign is _TTFB:
            self._first(timeline, at, stage_of(found[1]), _seconds(found[2]))
        elif sign is _CHAT:
            self._chat(timeline, at)
        elif sign is _VOICE:
            self._voice(timeline, at, says)
        elif sign is _WORDS:
            timeline.finals.append(Final(at, len(found[1].split())))

    def _user(self, timeline: Timeline, at: float, what: str, closed: bool) -> None:
        """The VAD's report; with a strategy behind it "stopped" is the end of the turn, so a commit."""
        if what == "started":
            if self.begun is None:
                self.begun = speech_start(at, START_MS)
        elif closed:
            timeline.commits.append(Commit(at))
            if self.begun is not None and self.silence is not None:
                self._spoke(timeline, self.silence)
        elif self.begun is not None:
            self._spoke(timeline, speech_end(at - self.stop_ms, self.stop_ms))

    def _spoke(self, timeline: Timeline, end: float) -> None:
        if self.begun is not None and self.begun < end:
            timeline.speech.append(Sound(self.begun, end))
        self.begun = self.silence = None

    def _bot(self, timeline: Timeline, at: float, what: str) -> None:
        if what == "stopped":
            if self.speaking is not None:
                timeline.agent[-1] = replace(timeline.agent[-1], end=at)
            self.speaking = None
        elif self.speaking is None:
            self.speaking = at
            timeline.agent.append(Sound(at, None))
            if self.voice is not None and not self.voice.draws and self.voice.start is not None:
                self._put_voice(timeline, replace(self.voice, draws=(Draw(at - self.voice.start, derived=True),)))
            self.voice = self.chat = None

    def _measured(self, timeline: Timeline, at: float, latency: float) -> None:
        """The observer's own line: it counts from the VAD's report."""
        if latency > 0 and self.speaking is not None:
            timeline.measures.append(Measure(self.speaking, latency + self.stop_ms, derived=True))

    def _first(self, timeline: Timeline, at: float, stage: Stage | None, value: float) -> None:
        """The first byte of a stage; zero is what services say on their start."""
        if value <= 0:
            return
        if stage == "stt":
            self.silence = speech_end(at - value, self.stop_ms)
            if not timeline.finals or timeline.finals[-1].at < at - 5:
                timeline.finals.append(Final(at, None))
        elif stage == "llm":
            if self.chat is None:
                self._chat(timeline, at - value)
            if self.chat is not None and not self.chat.draws:
                self._put_chat(timeline, replace(self.chat, draws=(Draw(value),), first=self.chat.start + value))
        elif stage == "tts" and self.voice is not None and not self.voice.draws:
            self._put_voice(timeline, replace(self.voice, draws=(Draw(value),)))

    def _chat(self, timeline: Timeline, at: float) -> None:
        if not timeline.commits or timeline.commits[-1].at < at - COMMIT_MS:
            timeline.commits.append(Commit(at))
        self.chat = Request(start=at)
        timeline.requests.append(self.chat)

    def _voice(self, timeline: Timeline, at: float, says: str) -> None:
        """The first one of a reply shows when the first sentence was there."""
        if self.voice is not None or self.speaking is not None:
            return
        words = says[says.find("[") + 1 : says.rfind("]")].split()
        self.voice = Synthesis(at, words=len(words) or None)
        timeline.syntheses.append(self.voice)
        chat = self.chat
        if chat is not None and chat.first is not None and at > chat.first:
            self._put_chat(timeline, replace(chat, token_ms=(at - chat.first) / NOMINAL_TOKENS, tokens=NOMINAL))

    def _put_chat(self, timeline: Timeline, changed: Request) -> None:
        timeline.requests[-1] = self.chat = changed

    def _put_voice(self, timeline: Timeline, changed: Synthesis) -> None:
        timeline.syntheses[-1] = self.voice = changed


def _seconds(value: str) -> float:
    """Seconds of a line as ms; what is no number is 0."""
    try:
        return float(value) * 1000
    except ValueError:
        return 0.0
