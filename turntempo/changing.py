"""Changes to a folder by a command, and what is said where an earlier command ended in the middle of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.writing import Owner, locked, make_folder, together
from stages.i18n import say
from turntempo import stderr


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """What the block writes below a folder, which is made where it is missing, is there at its end, or nothing is."""
    make_folder(folder)
    with together(folder) as former:
        _tell(folder, former)
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, made where it is missing, for a long time. Raises OutputError where another command has it."""
    make_folder(folder)
    with locked(folder) as former:
        _tell(folder, former)
        yield


def _tell(folder: Path, former: Owner | None) -> None:
    if former is not None:
        stderr.note(say("writing.taken_over", folder=folder, owner=former.sentence()))
