"""A process beside the broker that ends it where the command that started it is killed, by a signal nobody can catch.

The system closes the pipe to the guard when the command is gone. A request to the kernel (PR_SET_PDEATHSIG) would be
forgotten, as a broker that root starts changes its user.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = """\
import os, shutil, signal, sys
if not os.read(0, 1):
    try:
        os.kill(int(sys.argv[1]), signal.SIGTERM)
    except OSError:
        pass
    shutil.rmtree(sys.argv[2], ignore_errors=True)
"""


@contextmanager
def guarded(process: subprocess.Popen[bytes], folder: Path) -> Iterator[None]:
    """While the block runs, a kill of this process ends the other one, and removes its folder."""
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(process.pid), str(folder)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # Ctrl-C is not for it
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            guard.communicate(b"x")  # all is in order
