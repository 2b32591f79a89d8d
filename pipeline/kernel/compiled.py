"""`njit` with a cache that forgets when any of the kernel's files changes, and that works from a read-only checkout.

numba stamps a cached function with its own file alone, so that a change in a function it inlines would go unseen.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numba

from stages.folders import cache_folder

SOURCES = ("rules.py", "turn.py", "overlaps.py", "rates.py", "vectorized.py", "loops.py", "quantile.py")


def compiled_folder(here: Path, cache: Path) -> Path:
    """Where the compiled code of these sources is kept: beside them, else in the user's cache, else for this run."""
    digest = hashlib.blake2b(b"".join((here / name).read_bytes() for name in SOURCES), digest_size=8).hexdigest()
    for folder in (here / "__pycache__", cache):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder / f"numba-{digest}"
    return Path(tempfile.mkdtemp(prefix="turntempo-"))


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(compiled_folder(Path(__file__).parent, cache_folder()))  # type: ignore[attr-defined]

njit = numba.njit

inlined = njit(inline="always")
"""Compiled into its caller: passing arrays and settings would cost more than the rule itself."""

compiled = njit(nogil=True, cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""Without the interpreter's lock and without numba's memory management: nothing is allocated inside.

Counting references to the arrays would cost a third of a turn's time, and more where threads share them.
"""
