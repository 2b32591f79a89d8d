"""Opening a file that somebody named: a regular file, and nothing that has no end or waits for ever."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

GIVEN = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
"""Where the shell puts the output of a command, `<(zcat calls.gz)`: a pipe there has a writer and an end."""


def open_regular(path: str | Path) -> io.BufferedReader:
    """A stream of bytes. OSError, with a sentence for people, where it is a device, a socket or a named pipe.

    The path is opened without waiting: a named pipe that nobody writes into would hold the command for ever.
    """
    if str(path).startswith(GIVEN):
        return open(path, "rb")
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        kind = os.fstat(number).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(kind):
            raise OSError(errno.EINVAL, "it is a device or a pipe, and no regular file; save its content as a file")
        return open(number, "rb")
    except BaseException:
        os.close(number)
        raise
