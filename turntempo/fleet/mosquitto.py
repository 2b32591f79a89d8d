"""A mosquitto of this machine, started for trying things out: in memory, without passwords, on the loopback address."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from stages.errors import InputError
from stages.i18n import say
from turntempo.fleet.guard import guarded
from turntempo.fleet.intake import LARGEST_PACKED
from turntempo.fleet.listening import ENDING

ALSO_LOOKED_IN = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", r"C:\Program Files\mosquitto")
"""Where packages put it that are not on every PATH."""

START_S = 15.0
CONFIGURATION = """\
listener {port} {host}
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 0
max_packet_size {largest}
log_dest stderr
log_type error
log_type warning
"""


def program() -> str:
    """The path of mosquitto. Raises InputError where there is none."""
    looked_in = os.pathsep.join((os.environ.get("PATH", ""), *ALSO_LOOKED_IN))
    if (found := shutil.which("mosquitto", path=looked_in)) is None:
        raise InputError(say("fleet.no_mosquitto"))
    return found


def _tried_port(host: str, port: int) -> int:
    """The port, tried by listening on it. Raises InputError where it is taken, or the address is none of ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((host, port))
            return int(held.getsockname()[1])
    except OSError as error:
        raise InputError(say("fleet.broker_port", host=host, port=port, why=error.strerror or error)) from None


def serve(host: str, port: int, ready: Callable[[int], None]) -> None:
    """Run until SIGINT or SIGTERM; `ready` gets the port once the broker answers. Raises InputError."""
    where = program()
    port = _tried_port(host, port)
    with tempfile.TemporaryDirectory(prefix="turntempo-broker-") as folder:
        file = Path(folder) / "mosquitto.conf"
        file.write_text(CONFIGURATION.format(host=host, port=port, largest=LARGEST_PACKED + 1024), encoding="utf-8")
        ended: list[int] = []

        def end(number: int, _: FrameType | None) -> None:
            ended.append(number)
            process.terminate()

        process = subprocess.Popen([where, "-c", str(file)], stdout=subprocess.DEVNULL)
        former = {number: signal.signal(number, end) for number in ENDING}
        try:
            with guarded(process, Path(folder)):
                _await(process, host, port)
                if not ended:
                    ready(port)
                code = process.wait()
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            if process.poll() is None:
                process.kill()
                process.wait()
    if not ended:
        raise InputError(say("fleet.broker_ended", code=code))


def _await(process: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Return once the broker answers, or has ended."""
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            with socket.create_connection((host, port), 0.2):
                return
        except OSError:
            time.sleep(0.05)
