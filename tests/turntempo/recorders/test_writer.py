"""The thread behind the recorders: nothing of it reaches the agent, and nothing that was noted is lost."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from turntempo.recorders.writer import MOST_HELD, PERIOD_S, Writer


@dataclass
class Log:
    seen: list[object] = field(default_factory=list)
    flushes: list[bool] = field(default_factory=list)
    fails: int = 0
    given_up: int = 0

    def take(self, value: object) -> None:
        if value == "bad":
            raise RuntimeError("scripted")
        self.seen.append(value)

    def flush(self, last: bool) -> None:
        self.flushes.append(last)
        if last and self.fails:
            self.fails -= 1
            raise OSError(111, "scripted")

    def give_up(self) -> None:
        self.given_up += 1


def test_what_is_noted_is_called_in_order_and_flushed_at_the_end() -> None:
    log = Log()
    writer = Writer(log)
    for number in range(1_000):
        writer.note(log.take, number)
    writer.close()
    assert log.seen == list(range(1_000))
    assert log.flushes[-1] is True


def test_an_error_in_a_call_is_counted_and_the_next_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    log = Log()
    writer = Writer(log)
    for value in ("a", "bad", "bad", "b"):
        writer.note(log.take, value)
    writer.close()
    assert log.seen == ["a", "b"]
    assert writer.failures == 2
    assert len([one for one in caplog.records if "recording failed" in one.message]) == 1


def test_notes_beyond_the_bound_are_dropped_and_counted() -> None:
    log = Log()
    writer = Writer(log)
    writer.notes.extend([(log.take, (0,))] * MOST_HELD)
    writer.note(log.take, 1)
    writer.close()
    assert writer.dropped == 1


def test_a_note_after_the_end_is_dropped_and_raises_nothing() -> None:
    log = Log()
    writer = Writer(log)
    writer.close()
    writer.note(log.take, "late")
    assert (log.seen, writer.dropped) == ([], 1)


def test_the_last_turns_of_a_call_are_tried_again_until_they_are_written() -> None:
    log = Log(fails=2)
    writer = Writer(log)
    writer.close()
    until = time.monotonic() + 20
    while log.flushes.count(True) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(3 * PERIOD_S)
    assert (log.flushes.count(True), log.given_up) == (3, 0)


def test_what_is_never_taken_is_given_up_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("turntempo.recorders.writer.GIVE_UP_S", 0.0)
    log = Log(fails=1_000)
    writer = Writer(log)
    writer.close()
    until = time.monotonic() + 20
    while not log.given_up and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(2 * PERIOD_S)
    assert (log.flushes.count(True), log.given_up) == (1, 1)


def test_what_is_noted_is_worked_on_in_another_thread_than_the_caller_s() -> None:
    threads: set[int] = set()
    writer = Writer(Log())
    for _ in range(1_000):
        writer.note(lambda: threads.add(threading.get_ident()))
    writer.close()
    assert threads
    assert threading.get_ident() not in threads


PROGRAM = """
import os, sys, time
from pathlib import Path
from pipeline.importers.observed.timeline import Commit, Final, Request, Sound
from turntempo.recorders.session import SessionLog
from turntempo.recorders.sink import sink_of
from turntempo.recorders.writer import Writer

log = SessionLog(sink_of(sys.argv[1]), "call-1")
writer = Writer(log)
for number in range(3):
    start = number * 10_000.0
    writer.note(log.speech, Sound(start, start + 1_000))
    writer.note(log.add, "finals", Final(start + 1_200, 3))
    writer.note(log.add, "commits", Commit(start + 1_500))
    writer.note(log.agent_began, start + 2_000)
    writer.note(log.agent_stopped, start + 4_000)
print("ready", flush=True)
END
"""


@pytest.mark.parametrize("end", ["time.sleep(60)", "", "raise SystemExit(3)", "os.kill(os.getpid(), 15)"])
def test_a_process_that_is_terminated_or_ends_writes_all_turns(end: str, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    program = PROGRAM.replace("END", end)
    with subprocess.Popen([sys.executable, "-c", program, str(file)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        if "sleep" in end:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert process.returncode in (-signal.SIGTERM, 0, 3)
    assert len(file.read_text().splitlines()) == 3


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_a_process_of_multiprocessing_writes_its_turns_and_none_of_its_parents(way: str, tmp_path: Path) -> None:
    child = PROGRAM.replace("print", "len").replace("END", "").replace("sys.argv[1]", "file").replace("call-1", "child")
    program = tmp_path / "program.py"
    indented = "".join(f"    {line}\n" for line in child.splitlines())
    program.write_text(
        f"import multiprocessing\n\ndef child(file):\n{indented}\n"
        f"if __name__ == '__main__':\n    import sys\n"
        f"    {PROGRAM.replace('END', '').replace(chr(10), chr(10) + '    ')}\n"
        f"    one = multiprocessing.get_context({way!r}).Process(target=child, args=(sys.argv[2],))\n"
        f"    one.start(), one.join()\n"
    )
    files = [tmp_path / "parent.jsonl", tmp_path / "child.jsonl"]
    subprocess.run([sys.executable, "-W", "ignore", str(program), *map(str, files)], check=True, capture_output=True)
    assert [len(file.read_text().splitlines()) for file in files] == [3, 3]


def test_a_handler_of_the_users_own_is_left_alone() -> None:
    program = """
import signal
own = lambda number, frame: None
signal.signal(signal.SIGTERM, own)
from turntempo.recorders.writer import Writer
class Log:
    def flush(self, last): pass
    def give_up(self): pass
Writer(Log()).close()
print(signal.getsignal(signal.SIGTERM) is own)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
