"""One reply on its way: the LLM streams tokens into synthesis, synthesis streams audio into playout."""

from __future__ import annotations

from functools import partial

from pipeline.chunks import chunks
from pipeline.ensemble import Ensemble
from pipeline.events import Kind, Recorder
from pipeline.playout import Audio, Playout
from pipeline.world import World
from stages.clock import Clock, Timer
from stages.llm import forgets
from stages.policy import Request, Step
from stages.settings import Settings
from stages.silence import Silence


class Reply:
    """A reply to the words before one silence (timing model, section 4)."""

    def __init__(
        self,
        number: int,
        silence: Silence,
        world: World,
        settings: Settings,
        stages: Ensemble,
        clock: Clock,
        record: Recorder,
        floor_ms: float,
    ) -> None:
        self.number = number
        self.failed = False
        self.playout = Playout(
            clock, settings, down_ms=world.down_ms, floor_ms=floor_ms, last=silence.is_end, note=self._note
        )
        self._pause, self._world, self._settings, self._stages = silence.place, world, settings, stages
        self._record = record
        self._chunks = chunks(world, settings.tts)
        self._llm = Request(
            clock,
            stages.llm,
            settings.llm,
            watch=partial(self._watch, "llm"),
            answered=self._take_tokens,
            failed=self._fail_without_text,
        )
        self._tts = Request(
            clock,
            stages.tts,
            settings.tts,
            watch=partial(self._watch, "tts"),
            answered=self._take_audio,
            failed=self._fail_without_audio,
        )
        self._committed = self._has_text = self._synthesising = self._has_audio = self._has_more_text = False
        self._unwanted = False
        self._timers: list[Timer] = []

    def start(self) -> None:
        """Ask the LLM."""
        if forgets(self._world.turn.history, self._settings.llm.max_history):
            self._note(Kind.LLM_FORGETS)
        self._llm.start()

    def commit(self) -> None:
        """The turn is over: the reply may be spoken."""
        self._committed = True
        self._synthesise()
        self.playout.commit()

    def drop(self) -> None:
        """An early start that came to nothing: every request is cancelled."""
        self._llm.cancel()
        self._cut()

    def withdraw(self) -> None:
        """Nothing more of it is synthesised or spoken.

        Its LLM request runs on to its end, unheard: the model charges it in full (timing model, section 4).
        """
        self._cut()

    def had_more_to_say(self, at_ms: float) -> bool:
        """Was it not played out by then?"""
        ends_ms = self.playout.ends_ms
        return ends_ms is None or ends_ms > at_ms

    @property
    def floor_ms(self) -> float | None:
        """Until when it holds the floor; None: it makes no sound."""
        return self.playout.ends_ms if self.playout.heard else None

    @property
    def talks_from_ms(self) -> float | None:
        """When it begins to be spoken; None: it failed."""
        return None if self.failed else self.playout.starts_ms

    def _cut(self) -> None:
        self._unwanted = True
        self._tts.cancel()
        for timer in self._timers:
            timer.cancel()
        self.playout.stop()

    def _take_tokens(self) -> None:
        """The first token is here: wait for the tokens that end a piece of text."""
        if self._unwanted:
            return
        tokens = self._stages.llm.stream()
        self._timers.append(tokens.when(self._chunks.first_cut, self._take_text))
        if self._chunks.second_cut is not None:
            self._timers.append(tokens.when(self._chunks.second_cut, self._take_more_text))

    def _fail_without_text(self) -> None:
        """The error phrase is at hand already, and has no length."""
        self.failed = True
        if not self._unwanted:
            self.playout.load(Audio(ms=0))

    def _take_text(self) -> None:
        self._note(Kind.TTS_TEXT, value=self._chunks.first_cut)
        self._has_text = True
        self._synthesise()

    def _synthesise(self) -> None:
        if self._has_text and not self._synthesising and (self._committed or self._settings.eager.tts):
            self._synthesising = True
            self._tts.start()

    def _take_audio(self) -> None:
        first_ms = None if self._chunks.second_cut is None else self._chunks.first_tokens * self._world.ms_per_token
        self.playout.load(Audio(self._world.reply_ms, first_ms=first_ms))
        self._has_audio = True
        self._synthesise_more()

    def _fail_without_audio(self) -> None:
        self.failed = True
        self.playout.load(Audio(ms=0, silent=True))

    def _take_more_text(self) -> None:
        self._has_more_text = True
        self._synthesise_more()

    def _synthesise_more(self) -> None:
        """The second piece of text is sent off once the first has begun to sound in the synthesiser."""
        if self._has_audio and self._has_more_text:
            self._timers.append(self._stages.tts.next_chunk(self._take_more_audio))

    def _take_more_audio(self) -> None:
        self._note(Kind.TTS_NEXT)
        self.playout.refill()

    def _watch(self, stage: str, step: Step, number: int | None) -> None:
        self._record(Kind(f"{stage}.{step}"), self._pause, self.number, number)

    def _note(self, kind: Kind, *, value: float | None = None) -> None:
        self._record(kind, self._pause, self.number, value=value)
