"""A disk that is slow or fails for a while, and a wall clock that is set, under a collector that runs.

strace delays or fails the collector's own calls of fdatasync; libfaketime sets the clock that it reads. Both are
Debian's packages, installed by `.ci/run`.
"""

from __future__ import annotations

import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fleet.processes import Fleet, Process, report, wait_for
from tests.fleet.test_faults import all_stored

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
needs_faketime = pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime")


def traced(fleet: Fleet, what: str) -> tuple[Process, Path]:
    """A collector whose calls of fdatasync strace changes, and strace's own log. -D: its process is the collector."""
    log, plain = fleet.folder / "strace.log", fleet.collector()
    strace = ["strace", "-D", "-f", "-qq", "-e", "trace=fdatasync", "-e", f"inject=fdatasync:{what}", "-o", str(log)]
    made = replace(plain, arguments=[*strace, *plain.arguments])
    fleet.started.append(made)
    return made, log


@needs_strace
def test_a_disk_that_takes_a_quarter_of_a_second_for_each_write_loses_none_and_memory_stays_bounded(
    fleet: Fleet,
) -> None:
    slow, log = traced(fleet, "delay_enter=250000")
    collector = fleet.listening(slow)
    load = fleet.load(4_000, "--batch", "1")
    assert report(load)["dropped"] == 0
    all_stored(fleet, 4_000)
    assert log.read_text().count("(DELAYED)") >= 8  # a transaction takes 500 messages at most
    assert collector.peak_kb < 200_000


@needs_strace
def test_a_disk_that_fails_for_a_while_stores_each_turn_once_and_the_broker_keeps_what_it_did_not_take(
    fleet: Fleet,
) -> None:
    assert fleet.listening(fleet.collector()).kill(signal.SIGTERM) == 0  # to make a store takes many calls
    failing, log = traced(fleet, "error=EIO:when=12..13")
    collector = fleet.listening(failing)
    assert report(fleet.load(6_000, "--batch", "1"))["dropped"] == 0
    all_stored(fleet, 6_000)
    assert log.read_text().count("(INJECTED)") >= 2
    assert "nothing is acknowledged" in collector.says()
    assert "trying again" in collector.says()


@needs_faketime
def test_a_wall_clock_that_is_set_forth_and_back_is_said_and_loses_no_turn(fleet: Fleet) -> None:
    clock = fleet.folder / "clock"
    clock.write_text("+0s\n")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    plain = fleet.collector("fleet.db", "--keep", "1h")
    made = replace(plain, environment=faked)
    fleet.started.append(made)
    collector = fleet.listening(made)
    for number, (step, said) in enumerate((("+0s", ""), ("+7200s", "+7,200 s"), ("-3600s", "-10,800 s"))):
        clock.write_text(f"{step}\n")
        assert report(fleet.load(500, "--name", f"toy{number}"))["dropped"] == 0
        all_stored(fleet, 500 * (number + 1))
        wait_for(lambda said=said: said in collector.says())  # type: ignore[misc]
    apart = fleet.asked("SELECT (MAX(received_ms) - MIN(received_ms)) / 1000 FROM turns")
    assert 10_000 < apart < 12_000  # the turns carry the times that the clock showed
    assert "no turns are removed by age" in collector.says()
    assert collector.kill(signal.SIGTERM) == 0
