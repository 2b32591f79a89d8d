"""A recorder's session in a process of its own, without a framework: calls whose turns go to a broker."""

from __future__ import annotations

import sys
import time

from pipeline.importers.observed.timeline import Commit, Final, Sound
from stages.settings import Settings
from turntempo.recorders.mqtt import MqttSink
from turntempo.recorders.session import SessionLog
from turntempo.recorders.writer import Writer


def main(url: str, agent: str, calls: int, linger_s: float) -> None:
    """So many calls of three turns each, one after the other, into one sink."""
    sink = MqttSink(url, agent=agent)
    for call in range(calls):
        log = SessionLog(sink, f"call-{call}", settings=Settings())
        writer = Writer(log)
        for number in range(3):
            start = number * 10_000.0
            writer.note(log.speech, Sound(start, start + 1_000))
            writer.note(log.add, "finals", Final(start + 1_200, 3))
            writer.note(log.add, "commits", Commit(start + 1_500))
            writer.note(log.agent_began, start + 2_000)
            writer.note(log.agent_stopped, start + 4_000)
        writer.close()
    time.sleep(linger_s)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
