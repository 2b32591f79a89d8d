"""A stdout that its reader closes early, as `head` does: the command goes on, and writes its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

_left: TextIO | None = None
"""The stream that its reader has closed."""


@contextmanager
def to_a_reader() -> Iterator[None]:
    """A block in which printing to a closed stdout raises nothing; so does printing after it."""
    global _left
    try:
        yield
    except BrokenPipeError:
        drop()
        _left = sys.stdout


def reader_gone() -> bool:
    """Whether the reader of the present stdout has closed it."""
    return _left is not None and _left is sys.stdout


def lenient() -> None:
    """Show what a terminal's encoding has no letter for as an escape, `\\u2026`, as stderr does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def drop() -> None:
    """Discard further output to stdout, also at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
