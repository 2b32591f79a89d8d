"""stdout whose reader goes away before the end, as `head` does: the command goes on, and writes its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_left: TextIO | None = None
"""The stream whose reader has gone."""


@contextmanager
def to_a_reader() -> Iterator[None]:
    """What is printed in here, and all that is printed once the reader has gone, raises nothing."""
    global _left
    try:
        yield
    except BrokenPipeError:
        drop()
        _left = sys.stdout


def reader_gone() -> bool:
    """Whether the reader of what is stdout now has gone."""
    return _left is not None and _left is sys.stdout


def drop() -> None:
    """Let nothing more be written to stdout, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
