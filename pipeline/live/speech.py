"""The voice of a live reply: its pieces of text are synthesised one after the other, the first under the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.live.context import Context
from pipeline.live.measuring import Attempts, synthesis
from pipeline.live.playout import LivePlayout
from pipeline.live.requests import Stream
from stages.arrays import Samples
from stages.audio_models.vad import RATE
from stages.policy import Request, Step


@dataclass
class _Spoken:
    """One piece of text and its sound."""

    text: str
    tokens: int
    stream: Stream[Samples]
    attempts: Attempts = field(default_factory=Attempts)
    taken: int = 0
    """How many of its parts the playout has."""
    asked: bool = False
    noted: bool = False

    @property
    def over(self) -> bool:
        """Whether all of its sound is in the playout."""
        return self.stream.done and self.taken == len(self.stream.parts)

    @property
    def ms(self) -> float:
        """The length of its sound."""
        return sum(len(one) for one in self.stream.parts) * 1000 / RATE


class Speech:
    """Has a reply's text spoken."""

    def __init__(
        self,
        reply: str,
        context: Context,
        origin_ms: float,
        playout: LivePlayout,
        watch: Callable[[Step, int | None], object],
        failed: Callable[[], object],
    ) -> None:
        self._reply, self._context, self._origin_ms, self._playout = reply, context, origin_ms, playout
        self._watch, self._failed = watch, failed
        self._pieces: list[_Spoken] = []
        self._first: Request | None = None
        self._whole = self._loaded = self._cancelled = False

    def add(self, text: str, tokens: int) -> bool:
        """A further piece of text; whether it is the first."""
        stages = self._context.stages
        fallback = stages.voice_fallback
        stream = Stream(
            lambda attempt: stages.voice.speak(text, attempt),
            None if fallback is None else lambda attempt: fallback.speak(text, attempt),
            more=self._pump,
            failed=self._context.failed,
        )
        self._pieces.append(_Spoken(text, tokens, stream))
        if self._loaded:
            self._ask_next()
        return len(self._pieces) == 1

    def whole(self) -> None:
        """No more text will come."""
        self._whole = True
        self._pump()

    def start(self) -> None:
        """Have the first piece spoken."""
        one = self._pieces[0]
        one.asked = True
        self._first = Request(
            self._context.clock,
            one.stream,
            self._context.settings.tts,
            watch=self._take_step,
            answered=self._load,
            failed=self._failed,
        )
        self._first.start()

    def cancel(self) -> None:
        """Nothing more is synthesised."""
        self._cancelled = True
        if self._first is not None:
            self._first.cancel()
        for one in self._pieces:
            one.stream.cancel()
        self.note()

    def note(self) -> None:
        """Tell of the requests that were made, once each."""
        for one in self._pieces:
            if one.asked and not one.noted:
                one.noted = True
                event = synthesis(one.attempts, self._reply, one.ms, one.tokens, not one.stream.done)
                if event is not None:
                    self._context.notes.add("syntheses", event)

    def _take_step(self, step: Step, number: int | None) -> None:
        self._pieces[0].attempts.take(step, number, self._now)
        self._watch(step, number)

    def _load(self) -> None:
        """The first audio is here."""
        self._loaded = True
        self._pump()
        self._playout.load()
        self._ask_next()

    def _ask_next(self) -> None:
        """A piece is asked for once the one before it has begun to come."""
        for before, one in zip(self._pieces, self._pieces[1:], strict=False):
            if not one.asked and (before.stream.parts or before.stream.done) and not self._cancelled:
                one.asked = True
                one.attempts.take(Step.ATTEMPT, 0, self._now)
                one.stream.attempt(0, self._answered(one), self._lost(one))

    def _answered(self, one: _Spoken) -> Callable[[], object]:
        def answered() -> None:
            one.attempts.take(Step.ANSWER, 0, self._now)
            self._pump()
            self._ask_next()

        return answered

    def _lost(self, one: _Spoken) -> Callable[[], object]:
        """The piece is left out: the reply goes on without it."""

        def lost() -> None:
            one.stream.done = True
            self._pump()
            self._ask_next()

        return lost

    def _pump(self) -> None:
        """Give the playout what sound there is, in order."""
        if not self._loaded or self._cancelled:
            return
        for one in self._pieces:
            for samples in one.stream.parts[one.taken :]:
                self._playout.push(samples)
            one.taken = len(one.stream.parts)
            if not one.stream.done:
                return
        if self._whole:
            self._playout.finish()

    @property
    def _now(self) -> float:
        """The present time of the session."""
        return self._origin_ms + self._context.clock.now
