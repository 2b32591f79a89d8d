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

Note = tuple[Callable[..., None], tuple[Any, ...]]


class Log(Protocol):
    """What the thread works for: a recorder's session."""

    def flush(self, last: bool) -> None:
        """Write the turns that are over; `last`: all there are."""


class Writer:
    """Calls for one log, made on the thread of all writers."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.notes: deque[Note] = deque()
        self.dropped = 0
        self.failures = 0
        self.closed = False
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

    def work(self, last: bool) -> None:
        """On the thread: make the calls that were noted, and write. A failure is logged once and counted."""
        while self.notes:
            call, values = self.notes.popleft()
            self._safely(call, *values)
        self._safely(self.log.flush, last)

    def _safely(self, call: Callable[..., None], *values: Any) -> None:
        try:
            call(*values)
        except Exception as error:  # noqa: BLE001 - whatever fails here is the recorder's, and never the agent's
            self.failures += 1
            if self.failures == 1:
                LOG.warning("turntempo: recording failed: %s: %s; further failures are counted", type(error), error)


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
        """Let these write all they have, and work for them no more."""
        for writer in writers:
            writer.closed = True
        self._wake.set()
        if wait and self._thread is not None and self._thread is not threading.current_thread():
            with self._idle:
                self._idle.wait_for(lambda: not self._writers.intersection(writers), JOIN_S)

    def finish_all(self) -> None:
        """The same with all there are."""
        self.finish(list(self._writers), wait=True)

    def _run(self) -> None:
        while True:
            self._wake.wait(PERIOD_S)
            self._wake.clear()
            for writer in list(self._writers):
                over = writer.closed
                writer.work(last=over)
                if over:
                    with self._idle:
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
