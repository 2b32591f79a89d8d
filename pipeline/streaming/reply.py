"""One reply on its way: the LLM streams tokens into synthesis, synthesis streams audio into playout."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from pipeline.streaming.answer import Answer
from pipeline.streaming.chunks import chunks
from pipeline.streaming.ensemble import Ensemble
from pipeline.streaming.events import Kind, Recorder
from pipeline.streaming.gate import Gate
from pipeline.streaming.playout import Audio, Playout
from stages.clock import Priority, Timer
from stages.latency.llm import Tokens, forgets
from stages.policy import Request, Step
from stages.silence import Silence


class Answering(Protocol):
    """A reply on its way."""

    number: int

    def start(self) -> None:
        """Ask the LLM."""

    def commit(self) -> None:
        """The turn is over: the reply may be spoken."""

    def drop(self) -> None:
        """A reply without a commit: every request is cancelled."""

    def withdraw(self) -> None:
        """Nothing more of it is spoken."""

    def had_more_to_say(self, at_ms: float) -> bool:
        """Was it not played out by then?"""


AnyReply = TypeVar("AnyReply", bound=Answering)


class Replies(Protocol[AnyReply]):
    """Makes replies, and ends those that the user speaks over."""

    def new(self, number: int, silence: Silence, record: Recorder, floor_ms: float) -> AnyReply:
        """The reply of this number to the words before a silence; `floor_ms`: when the one before was played out."""

    def speak_over(self, reply: AnyReply, silence: Silence) -> None:
        """The user goes on after this silence: the reply is withdrawn, or kept back for a while."""


class Reply:
    """A reply to the words before one silence (timing model, section 4)."""

    def __init__(self, number: int, silence: Silence, play: Ensemble, floor_ms: float) -> None:
        """`floor_ms`: when the reply before it has been played out."""
        self.number = number
        self.failed = False
        self.playout = Playout(play, floor_ms=floor_ms, last=silence.is_end, note=self._note)
        self._play, self._pause = play, silence.place
        self._chunks = chunks(play.world, play.settings.tts)
        self._llm = Answer(
            play.clock,
            play.settings.llm,
            play.llms.__getitem__,
            play.application,
            watch=partial(self._watch, "llm"),
            note=self._note_round,
            answered=self._take_tokens,
            failed=self._fail_without_text,
        )
        self._tts = Request(
            play.clock,
            play.tts,
            play.settings.tts,
            watch=partial(self._watch, "tts"),
            answered=self._take_audio,
            failed=self._fail_without_audio,
        )
        self._text = Gate("text", *(() if play.settings.eager.tts else ("ask",)), opened=self._tts.start)
        self._more_text = Gate("text", "audio", opened=self._synthesise_more)
        self._begun = self._unwanted = False
        self._timers: list[Timer] = []

    @property
    def floor_ms(self) -> float | None:
        """Until when it holds the floor; None: it makes no sound."""
        return self.playout.ends_ms if self.playout.heard else None

    @property
    def talks_from_ms(self) -> float | None:
        """When it begins to be spoken; None: it failed."""
        return None if self.failed else self.playout.starts_ms

    def start(self) -> None:
        """Ask the LLM."""
        self._begun = True
        if forgets(self._play.world.turn.history, self._play.settings.llm.max_history):
            self._note(Kind.LLM_FORGETS)
        self._llm.start()

    def commit(self) -> None:
        """The turn is over: once the application has done its own work, the reply may be spoken."""
        self.playout.commit()
        self._play.application.prepare(self._ask)

    def drop(self) -> None:
        """A preemptive reply without a commit: every request is cancelled."""
        self._llm.cancel()
        self.withdraw()

    def withdraw(self) -> None:
        """Nothing more of it is synthesised or spoken.

        The LLM's policy runs on, unheard: the model charges a committed reply in full (timing model, section 4).
        """
        self._unwanted = True
        self._tts.cancel()
        for timer in self._timers:
            timer.cancel()
        self.playout.stop()

    def hold_back(self, until_ms: float, ends_ms: float) -> None:
        """The user speaks, but shortly: nothing sounds until then, and at `ends_ms` the reply is over."""
        self.playout.hold_back(until_ms)
        self._play.clock.at(ends_ms, Priority.TRANSCRIPT, self.withdraw)

    def had_more_to_say(self, at_ms: float) -> bool:
        """Was it not played out by then?"""
        ends_ms = self.playout.ends_ms
        return ends_ms is None or ends_ms > at_ms

    def _ask(self) -> None:
        if self._play.world.turn.llm.lead_ms:
            self._note(Kind.REPLY_ASKS)
        if not self._begun:
            self.start()
        self._llm.ask()
        if not self._unwanted:
            self._text.has("ask")
            self.playout.ask()

    def _take_tokens(self, tokens: Tokens) -> None:
        """The first token is here: wait for those that end a piece of text."""
        if self._unwanted:
            return
        self._timers.append(tokens.when(self._chunks.first_cut, self._take_text))
        if self._chunks.second_cut is not None:
            more = tokens.when(self._chunks.second_cut, lambda: self._more_text.has("text"))
            self._timers.append(more)

    def _fail_without_text(self) -> None:
        """The error phrase is at hand already, and has no length."""
        self.failed = True
        if not self._unwanted:
            self.playout.load(Audio(ms=0))

    def _take_text(self) -> None:
        self._note(Kind.TTS_TEXT, value=self._chunks.first_cut)
        self._text.has("text")

    def _take_audio(self) -> None:
        world = self._play.world
        first_ms = None if self._chunks.second_cut is None else self._chunks.first_tokens * world.ms_per_token
        self.playout.load(Audio(world.reply_ms, first_ms=first_ms))
        self._more_text.has("audio")

    def _fail_without_audio(self) -> None:
        self.failed = True
        self.playout.load(Audio(ms=0, silent=True))

    def _synthesise_more(self) -> None:
        """The second piece of text follows once the first has begun to sound."""
        self._timers.append(self._play.tts.next_chunk(self._take_more_audio))

    def _take_more_audio(self) -> None:
        self._note(Kind.TTS_NEXT)
        self.playout.refill()

    def _watch(self, stage: str, step: Step, number: int | None) -> None:
        self._play.record(Kind(f"{stage}.{step}"), self._pause, self.number, number)

    def _note_round(self, kind: Kind, number: int) -> None:
        self._play.record(kind, self._pause, self.number, number)

    def _note(self, kind: Kind, *, value: float | None = None) -> None:
        self._play.record(kind, self._pause, self.number, value=value)


class ModelledReplies:
    """Replies of a turn whose future is known."""

    def __init__(self, play: Ensemble) -> None:
        self._play = play

    def new(self, number: int, silence: Silence, record: Recorder, floor_ms: float) -> Reply:
        return Reply(number, silence, replace(self._play, record=record), floor_ms)

    def speak_over(self, reply: Reply, silence: Silence) -> None:
        if reply.playout.heard or not self._is_short(silence.talk_ms):
            reply.withdraw()
        else:
            self._hold_back(reply, silence)

    def _is_short(self, talk_ms: float) -> bool:
        """Is that too little speech to stop an agent that goes on after a stop without words?"""
        rules, hangover_ms = self._play.settings.barge_in, self._play.settings.vad.silence_ms
        return rules.resume_ms is not None and talk_ms + hangover_ms < rules.min_speech_ms

    def _hold_back(self, reply: Reply, silence: Silence) -> None:
        """The reply comes back once the VAD reports the next silence, unless the words before that come first."""
        world = self._play.world
        after = world.silences[silence.place + 1]
        mouth_ms = after.at_ms + world.up_ms
        self._play.record(Kind.REPLY_HELD, silence.place, reply.number)
        reply.hold_back(mouth_ms + after.release_ms + self._play.settings.vad.silence_ms, mouth_ms + world.final_ms)
