"""VADs of the frameworks that take all loud sound for speech: the same in every run, and without a model."""

from __future__ import annotations

import asyncio

import numpy as np

RATE, WINDOW, WINDOW_MS = 16_000, 512, 32.0


def tone(ms: float, place: int = 0) -> np.ndarray:
    """So much loud sound."""
    count = int(ms * RATE / 1000)
    return (9_000 * np.sin(2 * np.pi * 300 * np.arange(count) / RATE)).astype(np.int16)


def is_loud(samples: np.ndarray) -> bool:
    """Whether more than a third of a window is sound."""
    return float(np.sqrt(np.square(samples.astype(np.float64)).mean())) > 2_000


def livekit_vad(min_speech: float = 0.05, min_silence: float = 0.25):
    """One of LiveKit's kind, with the events of its own."""
    from livekit import rtc
    from livekit.agents import vad
    from livekit.agents.inference.vad import VAD

    class Loudness(VAD):
        def stream(self):
            return Stream(self)

    class Stream(vad.VADStream):
        async def _main_task(self) -> None:
            held = np.zeros(0, dtype=np.int16)
            speaking, speech, silence, spoken = False, 0.0, 0.0, 0.0
            async for frame in self._input_ch:
                if not isinstance(frame, rtc.AudioFrame):
                    held, speaking, speech, silence, spoken = held[:0], False, 0.0, 0.0, 0.0
                    continue
                held = np.concatenate([held, np.frombuffer(frame.data, dtype=np.int16)])
                while len(held) >= WINDOW:
                    window, held = held[:WINDOW], held[WINDOW:]
                    loud = is_loud(window)
                    spoken += 0.032 if speaking else 0.0
                    self._send("INFERENCE_DONE", speaking, spoken, silence, 0.95 if loud else 0.02, window, speech)
                    speech, silence = (speech + 0.032, 0.0) if loud else (0.0, silence + 0.032)
                    if loud and not speaking and speech >= min_speech:
                        speaking, spoken = True, speech
                        self._send("START_OF_SPEECH", True, spoken, 0.0)
                    elif speaking and silence >= min_silence:
                        speaking = False
                        self._send("END_OF_SPEECH", False, spoken - silence, silence)
                        spoken = 0.0
                await asyncio.sleep(0)

        def _send(self, kind, speaking, spoken, silence, probability=0.0, window=None, speech=0.0) -> None:
            frames = []
            if window is not None:
                frames = [rtc.AudioFrame(window.tobytes(), RATE, 1, len(window))]
            self._event_ch.send_nowait(
                vad.VADEvent(
                    type=vad.VADEventType[kind],
                    samples_index=0,
                    timestamp=0.0,
                    speech_duration=spoken,
                    silence_duration=silence,
                    frames=frames,
                    probability=probability,
                    speaking=speaking,
                    raw_accumulated_silence=silence,
                    raw_accumulated_speech=speech,
                )
            )

    return Loudness(min_speech_duration=min_speech, min_silence_duration=min_silence)


def pipecat_vad(start_secs: float = 0.2, stop_secs: float = 0.2):
    """One of Pipecat's kind."""
    from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams

    class Loudness(VADAnalyzer):
        def num_frames_required(self) -> int:
            return WINDOW

        def voice_confidence(self, buffer: bytes) -> float:
            return 0.95 if is_loud(np.frombuffer(buffer, dtype=np.int16)) else 0.02

    return Loudness(params=VADParams(start_secs=start_secs, stop_secs=stop_secs, min_volume=0.0))
