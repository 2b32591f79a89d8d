"""What a recorder costs: under a hundredth of a core for one call."""

import time
from dataclasses import dataclass

import numpy as np

from pipeline.importers.observed.timeline import Commit, Draw, Final, Request, Synthesis
from turntempo.recorders.session import SessionLog
from turntempo.recorders.voice import Voice
from turntempo.recorders.writer import Writer

MINUTES, WINDOW_MS, TURN_MS = 4, 32.0, 8_000.0


@dataclass
class Nowhere:
    """Takes the lines, and counts them."""

    lines: int = 0

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        self.lines += len(lines)

    def close(self) -> None:
        pass


def test_a_call_of_minutes_takes_under_a_hundredth_of_a_core() -> None:
    sink = Nowhere()
    log = SessionLog(sink, "call")
    voice = Voice(log.speech, silence_ms=250.0, onset_ms=50.0)
    writer = Writer(log)
    loud = (np.sin(np.arange(512) / 8) * 8_000).astype(np.int16).tobytes()
    quiet = np.zeros(512, dtype=np.int16).tobytes()
    begun = time.process_time()
    for number in range(int(MINUTES * 60_000 / WINDOW_MS)):
        at = number * WINDOW_MS
        phase = at % TURN_MS
        speaks = phase < 2_000
        writer.note(voice.window, at, 0.95 if speaks else 0.01, loud if speaks else quiet, WINDOW_MS)
        for due, call, values in (
            (64, voice.started, (at, 64.0)),
            (2_240, voice.ended, (at, 256.0)),
            (2_400, log.add, ("finals", Final(at, 6))),
            (2_560, log.add, ("commits", Commit(at))),
            (3_200, log.agent_began, (at,)),
            (3_520, log.add, ("requests", Request(at - 900, (Draw(400.0),), at - 500, token_ms=20.0))),
            (3_840, log.add, ("syntheses", Synthesis(at - 400, (Draw(120.0),), audio_ms=2_000.0))),
            (5_600, log.agent_stopped, (at,)),
        ):
            if phase == due:
                writer.note(call, *values)
        if number % 8 == 0:
            writer.work(last=False)
    writer.work(last=True)
    took_s = time.process_time() - begun
    writer.close()
    assert sink.lines == MINUTES * 60_000 / TURN_MS
    assert took_s < 0.01 * MINUTES * 60, f"{took_s / (MINUTES * 60):.2%} of a core"
