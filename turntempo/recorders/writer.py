"""The thread behind the recorders of a process: it turns what the agent's loop noted into turns, and writes them.

The agent's loop only appends to a queue. The thread wakes four times a second, and at the end: a process that exits or
is terminated (SIGTERM) still writes what it noted.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import multiprocessing.util
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

LOG = logging.getLogger("turntempo.recorders")

PERIOD_S = 0.25
"""So often the thread looks for what was noted."""

MOST_HELD = 200_000
"""So many notes are held while the thread cannot work; further ones are dropped and counted."""

JOIN_S = 5.0
"""So long the end of a process waits for the last turns."""

GIVE_UP_S = 600.0
"""So long after the end of a call its turns are tried again, where the sink does not take them."""

Note = tuple[Callable[..., None], tuple[Any, ...]]


class Log(Protocol):
    """What the thread works for: a recorder's session."""

    def flush(self, last: bool) -> None:
        """Write the turns that are over; `last`: all there are. Called again where it raises."""

    def give_up(self) -> None:
        """Count what was not written as lost."""


class Writer:
    """Calls for one log, made on the thread of all writers."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.notes: deque[Note] = deque()
        self.dropped = 0
        self.failures = 0
        self.closed = False
        self.tried = False
        """Whether all that was noted was written once, or failed to be."""
        self._closed_at = 0.0
        self._working = threading.Lock()
        _worker().add(self)

    def note(self, call: Callable[..., None], *values: Any) -> None:
        """Have this called on the thread soon, in order. Costs the caller about a microsecond, and never raises."""
        if len(self.notes) < MOST_HELD and not self.closed:
            self.notes.append((call, values))
        else:
            self.dropped += 1

    def close(self, wait: bool = True) -> None:
        """Write all that was noted; `wait`: until that is done, at most some seconds."""
        _worker().finish([self], wait)

    def end(self) -> None:
        """Nothing is noted from now on."""
        if not self.closed:
            self.closed, self._closed_at = True, time.monotonic()

    def work(self, last: bool) -> bool:
        """On the thread: make the calls that were noted, and write. A failure is logged once and counted.

        Whether there is no more to do: it is the last time, and all is written or given up. One caller at a time works:
        what is called holds state of its own.
        """
        with self._working:
            return self._work(last)

    def _work(self, last: bool) -> bool:
        while self.notes:
            call, values = self.notes.popleft()
            self._safely(call, *values)
        written = self._safely(self.log.flush, last)
        if not last:
            return False
        if not written and time.monotonic() - self._closed_at > GIVE_UP_S:
            self.give_up()
            return True
        self.tried = True
        return written

    def give_up(self) -> None:
        """Count what was not written as lost."""
        self._safely(self.log.give_up)

    def _safely(self, call: Callable[..., None], *values: Any) -> bool:
        """Whether the call raised nothing."""
        try:
            call(*values)
        except Exception as error:  # noqa: BLE001 - whatever fails here is the recorder's, and never the agent's
            self.failures += 1
            if self.failures == 1:
                LOG.warning("turntempo: recording failed: %s: %s; further failures are counted", type(error), error)
            return False
        return True


class _Worker:
    """The thread, and the writers that it works for."""

    def __init__(self) -> None:
        self._writers: set[Writer] = set()
        self._wake = threading.Event()
        self._idle = threading.Condition()
        self._thread: threading.Thread | None = None
        self.pid = os.getpid()

    def add(self, writer: Writer) -> None:
        """Work for this one too."""
        self._writers.add(writer)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="turntempo-recorder", daemon=True)
            self._thread.start()

    def finish(self, writers: list[Writer], wait: bool) -> None:
        """Let these write all they have, and work for them no more; `wait`: until each has tried."""
        for writer in writers:
            writer.end()
        self._wake.set()
        if wait:
            self._await(lambda: all(writer.tried for writer in writers))

    def finish_all(self) -> None:
        """The same with all there are, as the process ends: what is not written in time is lost, and counted."""
        self.finish(list(self._writers), wait=False)
        self._await(lambda: not self._writers)
        for writer in list(self._writers):
            writer.give_up()

    def _await(self, what: Callable[[], bool]) -> None:
        if self._thread is not None and self._thread is not threading.current_thread():
            with self._idle:
                self._idle.wait_for(what, JOIN_S)

    def _run(self) -> None:
        while True:
            self._wake.wait(PERIOD_S)
            self._wake.clear()
            for writer in list(self._writers):
                over = writer.closed
                done = writer.work(last=over)
                if over:
                    self._note(writer, done)

    def _note(self, writer: Writer, done: bool) -> None:
        with self._idle:
            if done:
                writer.tried = True
                self._writers.discard(writer)
            self._idle.notify_all()


_WORKER: list[_Worker] = []


def _worker() -> _Worker:
    """The worker of this process: a forked one has no thread of its parent, and its parent writes what it noted."""
    if not _WORKER or _WORKER[0].pid != os.getpid():
        _WORKER[:] = [_Worker()]
        _at_exit(_WORKER[0].finish_all)
        _on_sigterm(_WORKER[0].finish_all)
    return _WORKER[0]


def _at_exit(finish: Callable[[], None]) -> None:
    """Call it as the process ends. Processes of `multiprocessing` pass over what is registered with atexit."""
    atexit.register(finish)
    if multiprocessing.parent_process() is not None:
        multiprocessing.util.Finalize(None, finish, exitpriority=10)


def _on_sigterm(finish: Callable[[], None]) -> None:
    """Write before the process is terminated, where nothing else handles the signal.

    Frameworks that handle it end their sessions, and the interpreter exits in order.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return

    def handle(number: int, frame: FrameType | None) -> None:
        finish()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, handle)
