"""A real broker, a collector and agents, as processes that a test can stop, kill and start again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PATIENCE_S = 240.0
"""How long a test waits for a condition: only a fault takes so long, however busy the machine is."""
CONF = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 2
max_queued_messages 0
max_inflight_messages 0
"""


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_for(what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """The first value that is true; fails after so long."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"still waiting after {patience_s} s")


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


@dataclass
class Process:
    """A process whose output goes to a file."""

    arguments: list[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    _running: subprocess.Popen[bytes] | None = None
    _out: IO[bytes] | None = None

    def start(self) -> None:
        self._out = open(self.log, "ab")  # noqa: SIM115 - closed with the process
        self._running = subprocess.Popen(
            self.arguments, stdout=self._out, stderr=self._out, env=os.environ | self.environment, cwd=self.log.parent
        )

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    @property
    def processor_s(self) -> float:
        """The processor time that it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def peak_kb(self) -> int:
        """The most memory that it has had so far."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._running is not None and self._running.poll() is not None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal, and the exit code; nothing where it does not run."""
        if self._running is None:
            return 0
        self._running.send_signal(number)
        code = self._running.wait(PATIENCE_S)
        self._running = None
        if self._out is not None:
            self._out.close()
        return code

    def end(self) -> int:
        """The exit code of a process that ends by itself."""
        assert self._running is not None
        code = self._running.wait(PATIENCE_S)
        self._running = None
        if self._out is not None:
            self._out.close()
        return code

    def says(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@dataclass
class Broker(Process):
    port: int = 0

    def start(self) -> None:
        super().start()
        wait_for(lambda: answers(self.port))

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"


@dataclass
class Fleet:
    """A folder with a broker, and what a test starts beside it."""

    folder: Path
    broker: Broker
    started: list[Process] = field(default_factory=list)

    def collector(self, store: str = "fleet.db", *options: str, url: str | None = None) -> Process:
        """`turntempo listen`, not started."""
        arguments = ["listen", "--broker", url or self.broker.url, "--store", store, *options]
        return self.process(f"collector-{len(self.started)}", *arguments)

    def process(self, name: str, *arguments: str, module: str = "turntempo", **environment: str) -> Process:
        made = Process([sys.executable, "-m", module, *arguments], self.folder / f"{name}.log", environment)
        self.started.append(made)
        return made

    def load(self, turns: int, *options: str, port: int | None = None) -> Process:
        """Agents that publish so many turns (`tests/fleet/load.py`), started."""
        path = Path(__file__).parents[2]
        arguments = ["--port", str(port or self.broker.port), "--turns", str(turns), *options]
        made = self.process(f"load-{len(self.started)}", *arguments, module="tests.fleet.load", PYTHONPATH=str(path))
        made.start()
        return made

    def stored(self, store: str = "fleet.db") -> int:
        """How many turns the store has, beside those of `caught_up`."""
        return self.asked("SELECT COUNT(*) FROM turns WHERE agent NOT GLOB 'mark-*'", store)

    def has(self, turns: int) -> bool:
        """Whether the store has more than so many turns."""
        return self.stored() > turns

    def asked(self, question: str, store: str = "fleet.db") -> int:
        if not (self.folder / store).exists():
            return 0
        with contextlib.closing(sqlite3.connect(self.folder / store, timeout=30)) as held:
            with contextlib.suppress(sqlite3.OperationalError):
                return int(held.execute(question).fetchone()[0] or 0)
            return 0

    def caught_up(self, store: str = "fleet.db") -> None:
        """Returns once the collector has taken all that was published before this: a queue keeps its order."""
        mark = f"mark-{time.monotonic_ns()}"
        turn = {"schema": "turntempo.turn/2", "id": "1", "session": "s", "speech": {"end_ms": 900}}
        self.say(f"turntempo/{mark}/turns", json.dumps(turn), "-q", "1")
        wait_for(lambda: self.asked(f"SELECT COUNT(*) FROM turns WHERE agent = '{mark}'", store))

    def say(self, topic: str, body: str, *options: str) -> None:
        """Publish a message; returns once the broker has it."""
        command = ["mosquitto_pub", "-V", "5", "-p", str(self.broker.port), "-t", topic, "-m", body, *options]
        subprocess.run(command, check=True, timeout=PATIENCE_S)

    def listening(self, collector: Process) -> Process:
        """Start a collector, and wait until it is connected."""
        before = collector.says().count("connected to")
        collector.start()
        wait_for(lambda: collector.says().count("connected to") > before)
        return collector


def report(load: Process) -> dict[str, Any]:
    """What the agents say at their end."""
    assert load.end() == 0, load.says()
    found: dict[str, Any] = json.loads(load.says().splitlines()[-1])
    return found


@contextlib.contextmanager
def fleet_in(folder: Path) -> Iterator[Fleet]:
    """A broker that runs, in a folder of its own."""
    memory = folder / "broker"
    memory.mkdir()
    memory.chmod(0o777)
    folder.chmod(0o755)
    port = free_port()
    conf = folder / "mosquitto.conf"
    user = "user root\n" if os.geteuid() == 0 else ""
    conf.write_text(user + CONF.format(port=port, folder=memory))
    found = Fleet(folder, Broker(["mosquitto", "-c", str(conf)], folder / "broker.log", port=port))
    try:
        found.broker.start()
        yield found
    finally:
        for one in (*found.started, found.broker):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                if one._running is not None:
                    os.kill(one.pid, signal.SIGCONT)
                one.kill()
