"""The ear: sound of a microphone becomes speech, silence and words, as a VAD and a recogniser hear them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import numpy as np

from pipeline.live.conversation import Conversation
from stages.arrays import Samples
from stages.audio_models.vad import RATE
from stages.clock import Clock
from stages.errors import StageError
from stages.live.parts import Recogniser, SpeechDetector

VOICE, NO_VOICE = 0.5, 0.35
"""Voice begins at the one probability and ends below the other, as Silero's own iterator has it."""

WINDOWS = 2
"""So many windows in a row make speech, and silence: one may be a click, or the closure of a consonant."""

FINAL_SILENCE_MS = 200.0
"""The recogniser is asked for a final transcript after so much silence, whatever the settings wait for."""

BEFORE_S, KEPT_S = 0.3, 10.0
"""The recogniser gets so much sound from before the speech; so much is kept for the end-of-turn model."""

TURN_BEFORE_MS = 500.0
"""The end-of-turn model hears so much from before the turn."""

Window = Callable[[float, float, Samples], object]


class Ear:
    """Listens for a conversation. `window` is told of each window: when it was heard, its probability, its sound."""

    def __init__(
        self,
        clock: Clock,
        talk: Conversation,
        detector: SpeechDetector,
        recogniser: Recogniser,
        window: Window,
        failed: Callable[[str], object],
    ) -> None:
        self._clock, self._talk, self._detector, self._recogniser = clock, talk, detector, recogniser
        self._window, self._failed = window, failed
        self._rest = np.zeros(0, np.float32)
        count = int(KEPT_S * RATE / detector.window)
        self._kept: deque[tuple[float, Samples]] = deque(maxlen=count)
        """The last windows, and when each ended."""
        self._voiced = self._speaking = False
        self._run = 0
        """Windows in a row that say otherwise than what is taken to be so."""
        self._run_began_ms = 0.0
        self._stretch = -1
        self._shown = ""
        self._silent_ms = 0.0
        self._wants_final = False
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, samples: Samples) -> None:
        """Take what the microphone has picked up until now."""
        self._rest = np.concatenate([self._rest, samples])
        size = self._detector.window
        while len(self._rest) >= size:
            window, self._rest = self._rest[:size], self._rest[size:]
            self._take(window, self._clock.now - len(self._rest) * 1000 / RATE)

    def since(self, ms: float) -> Samples:
        """What was heard from half a second before this moment on, as far as it is kept."""
        found = [window for end, window in self._kept if end > ms - TURN_BEFORE_MS]
        return np.concatenate(found) if found else np.zeros(0, np.float32)

    def _take(self, window: Samples, end_ms: float) -> None:
        length_ms = len(window) * 1000 / RATE
        self._kept.append((end_ms, window))
        probability = self._detector.probability(window)
        self._window(self._clock.now, probability, window)
        self._voiced = probability >= (NO_VOICE if self._voiced else VOICE)
        if self._voiced == self._speaking:
            self._run = 0
        else:
            self._run_began_ms = end_ms - length_ms if not self._run else self._run_began_ms
            self._run += 1
            if self._run >= WINDOWS:
                self._turn_over()
        self._recognise(window, end_ms)

    def _turn_over(self) -> None:
        """Speech, or silence, has lasted long enough to be believed."""
        self._run, self._speaking = 0, not self._speaking
        if self._speaking:
            before = int(BEFORE_S * RATE / self._detector.window)
            if not self._wants_final:
                for _, window in list(self._kept)[-before - WINDOWS : -1]:
                    self._recogniser.hear(window)
            self._wants_final, self._shown = True, ""
            self._stretch = self._talk.speech(self._run_began_ms)
        else:
            self._silent_ms = self._run_began_ms
            self._talk.quiet(self._run_began_ms)

    def _recognise(self, window: Samples, end_ms: float) -> None:
        if not self._wants_final:
            return
        self._recogniser.hear(window)
        text = self._recogniser.so_far()
        if text and text != self._shown:
            self._shown = text
            self._talk.interim(self._stretch, text)
        if not self._speaking and end_ms - self._silent_ms >= FINAL_SILENCE_MS:
            self._wants_final = False
            task = asyncio.get_running_loop().create_task(self._finish(self._stretch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _finish(self, stretch: int) -> None:
        try:
            text = await self._recogniser.final()
        except StageError as error:
            self._failed(str(error))
            return
        if text:
            self._talk.final(stretch, text)
