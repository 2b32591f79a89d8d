"""VAD, recognition and end-of-turn model as an exchange meets them, fed with what is heard as it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipeline.importers.observed.timeline import Score
from pipeline.live.notes import Notes
from stages.clock import Clock, Priority, Timer
from stages.silence import Silence

Action = Callable[[], object]


@dataclass
class _Listener:
    report: Timer
    speech: Action
    reported: bool = False
    over: bool = False


class LiveVad:
    """Reports a silence once it has lasted; whether it will is not known as it begins."""

    def __init__(self, clock: Clock, silence_ms: float, reported: Action) -> None:
        self._clock, self._silence_ms, self._reported = clock, silence_ms, reported
        self._listeners: dict[int, _Listener] = {}

    def notices(self, silence: Silence) -> bool:
        """Whether it reports the silence, or may still do so."""
        listener = self._listeners.get(silence.place)
        return listener is None or listener.reported or not listener.over

    def listen(self, silence: Silence, *, quiet: Action, report: Action, speech: Action) -> None:
        """The silence begins now."""

        def reports() -> None:
            listener.reported = True
            self._reported()
            report()

        self._clock.at(self._clock.now, Priority.VAD, quiet)
        timer = self._clock.at(self._clock.now + self._silence_ms, Priority.VAD, reports)
        listener = self._listeners[silence.place] = _Listener(timer, speech)

    def speech(self, place: int) -> None:
        """The user speaks again after this silence."""
        listener = self._listeners[place]
        listener.over = True
        if not listener.reported:
            listener.report.cancel()
        self._clock.at(self._clock.now, Priority.USER, listener.speech)


class LiveAsr:
    """Transcripts, by the silence that their words come before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._interims: dict[int, list[Action]] = {}
        self._finals: dict[int, list[Action]] = {}
        self._shown = self._done = -1
        """The last silence before which all words are shown, and are final."""

    def interim(self, words: Silence, action: Action) -> None:
        """Calls `action` when the last word before this silence is in an interim transcript."""
        self._wait(words.place, self._shown, self._interims, action)

    def final(self, words: Silence, action: Action) -> None:
        """Calls `action` when the final transcript of the words before this silence comes."""
        self._wait(words.place, self._done, self._finals, action)

    def is_final(self, place: int) -> bool:
        """Whether the final transcript of the words before this silence is there."""
        return place <= self._done

    def take_interim(self, place: int) -> None:
        """An interim transcript shows the words before this silence."""
        if place > self._shown:
            self._shown = place
            self._call(place, self._interims)

    def take_final(self, place: int) -> None:
        """The final transcript has come; of the words before it too, where they had none of their own."""
        if place > self._done:
            self._done = place
            self._call(place, self._finals)
        self.take_interim(place)

    def _wait(self, place: int, done: int, waiting: dict[int, list[Action]], action: Action) -> None:
        if place <= done:
            self._soon(action)
        else:
            waiting.setdefault(place, []).append(action)

    def _call(self, place: int, waiting: dict[int, list[Action]]) -> None:
        for earlier in sorted(one for one in waiting if one <= place):
            for action in waiting.pop(earlier):
                self._soon(action)

    def _soon(self, action: Action) -> None:
        self._clock.at(self._clock.now, Priority.TRANSCRIPT, action)


class LiveEndOfTurn:
    """Asks an end-of-turn model about what was said so far; without one no score is known."""

    def __init__(self, clock: Clock, score: Callable[[], Awaitable[float]] | None, notes: Notes, origin: float) -> None:
        self._clock, self._score, self._notes, self._origin = clock, score, notes, origin
        self._tasks: set[asyncio.Task[None]] = set()

    def knows(self, silence: Silence) -> bool:
        """Whether it will have an answer."""
        return self._score is not None

    def ask(self, silence: Silence, answer: Callable[[float], object]) -> None:
        """Calls `answer` with the score."""
        if self._score is not None:
            task = asyncio.get_running_loop().create_task(self._ask(self._score, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask(self, score: Callable[[], Awaitable[float]], answer: Callable[[float], object]) -> None:
        asked = self._clock.now
        found = await score()
        self._notes.add("scores", Score(self._origin + self._clock.now, found, self._clock.now - asked))
        self._clock.at(self._clock.now, Priority.SCORE, lambda: answer(found))
