"""A live turn: the user's silences as they come, an exchange each, up to the reply that is listened to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pipeline.live.clock import TurnClock
from pipeline.live.context import Context
from pipeline.live.hearing import LiveAsr, LiveEndOfTurn, LiveVad
from pipeline.live.reply import LiveReply
from pipeline.streaming.ensemble import Listeners
from pipeline.streaming.events import Kind, Recorder
from pipeline.streaming.exchange import Exchange, Standing
from stages.clock import Priority, Timer
from stages.silence import Silence


class LiveTurn:
    """Decides when the user is done, by the same exchanges as a modelled turn."""

    def __init__(
        self,
        context: Context,
        origin_ms: float,
        *,
        sounds: Callable[[LiveReply], object],
        over: Callable[[LiveReply], object],
        settled: Callable[[LiveReply], object],
    ) -> None:
        """`origin_ms`: when the user's first speech of the turn began."""
        self.clock = TurnClock(context.clock, origin_ms)
        self._context, self._origin_ms, self._settings = context.at(self.clock), origin_ms, context.settings
        self._sounds, self._over, self._settled = sounds, over, settled
        scorer = context.stages.scorer
        self._record = Recorder(self.clock)
        self._vad = LiveVad(self.clock, context.settings.vad.silence_ms, self._reported)
        self._asr = LiveAsr(self.clock)
        self._listeners = Listeners(
            context.settings,
            self.clock,
            self._record,
            self._vad,
            self._asr,
            LiveEndOfTurn(self.clock, None if scorer is None else self._score, context.notes, origin_ms),
            0.0,
        )
        self._standing = Standing()
        self._silences: list[Silence] = []
        self._exchanges: list[Exchange[LiveReply]] = []
        self._words: dict[int, str] = {}
        """The words before each silence, or of the stretch that goes on."""
        self._held: LiveReply | None = None
        self._held_until: Timer | None = None
        self._spoke_ms = 0.0
        self.closed = False

    @property
    def place(self) -> int:
        """The silence that comes next, or the one that goes on."""
        return len(self._silences)

    @property
    def last_reply(self) -> LiveReply | None:
        """The reply to all that was said."""
        return self._exchanges[-1].reply if self._exchanges else None

    @property
    def text(self) -> str:
        """What the user said."""
        return " ".join(self._words[place] for place in sorted(self._words) if self._words[place]).strip()

    # What is heard.

    def speech(self) -> None:
        """The user goes on."""
        if self._silences:
            self._spoke_ms = self.clock.now
            self._vad.speech(self._silences[-1].place)

    def quiet(self, sound_ms: float) -> None:
        """Silence begins; the sound before it ended at `sound_ms` of the session."""
        if self._exchanges:
            self._exchanges[-1].speech_ended()
        self._let_go_soon()
        at_ms = sound_ms - self._origin_ms
        inf = float("inf")
        silence = Silence(len(self._silences), at_ms, inf, inf, None, max(self.clock.now - at_ms, 0.0), 0.0)
        self._silences.append(silence)
        exchange = Exchange(silence, self._standing, self._listeners, self)
        self._exchanges.append(exchange)
        exchange.begin()
        if self._words.get(silence.place):
            self._asr.take_interim(silence.place)  # the last word may be in it

    def interim(self, place: int, text: str) -> None:
        """An interim transcript of the words before this silence."""
        if not self._asr.is_final(place):
            self._words[place] = text
            if place < len(self._silences):
                self._asr.take_interim(place)

    def final(self, place: int, text: str) -> None:
        """The final one."""
        if self.closed:
            return
        self._words[place] = text
        self._asr.take_final(place)
        if self._held is not None and place > self._held.pause:
            self._withdraw_held()

    def close(self) -> None:
        """The reply is being listened to: what the user says from now on is no part of this turn."""
        self.closed = True

    # Replies, as an exchange asks for them.

    def new(self, number: int, silence: Silence, record: Recorder, floor_ms: float) -> LiveReply:
        """The reply to the words before this silence."""
        return LiveReply(
            number,
            silence.place,
            self._context,
            record,
            origin_ms=self._origin_ms,
            text=lambda: self.text,
            transcribed=lambda: self._asr.is_final(silence.place),
            sounds=self._sounds,
            over=self._over,
            settled=self._settled,
        )

    def speak_over(self, reply: LiveReply, silence: Silence) -> None:
        """The user goes on: the reply is withdrawn, or kept back while the speech may turn out to be short."""
        rules, hangover_ms = self._settings.barge_in, self._settings.vad.silence_ms
        left_ms = self._spoke_ms + rules.min_speech_ms - hangover_ms - self.clock.now
        short = rules.resume_ms is not None and not reply.playout.heard and left_ms > 0
        if not short:
            reply.withdraw()
            return
        self._record(Kind.REPLY_HELD, silence.place, reply.number)
        reply.playout.keep_back()
        self._held = reply
        self._held_until = self.clock.at(self.clock.now + left_ms, Priority.BARGE_IN, self._withdraw_held)

    def _let_go_soon(self) -> None:
        """The speech was short: the reply that was kept back comes once this silence is reported."""
        if self._held is None or self._held_until is None:
            return
        self._held_until.cancel()
        reply = self._held
        when_ms = self.clock.now + self._settings.vad.silence_ms
        self._held_until = self.clock.at(when_ms, Priority.SOUND, reply.playout.let_go)

    def _withdraw_held(self) -> None:
        reply, self._held = self._held, None
        if self._held_until is not None:
            self._held_until.cancel()
        if reply is not None:
            reply.withdraw()

    def _score(self) -> Awaitable[float]:
        """The end-of-turn model hears the turn so far."""
        scorer = self._context.stages.scorer
        if scorer is None:
            raise RuntimeError("asked for a score without a model")
        return scorer.score(self._context.heard_so_far(self._origin_ms))

    def _reported(self) -> None:
        self._context.notes.speech_ended(self._origin_ms + self.clock.now)
