"""`njit` with a cache that forgets when the kernel or the order of settings changes, and works from any checkout.

numba stamps a cached function with its own file alone, so that a change in a function it inlines would go unseen.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numba

from stages.folders import cache_folder
from stages.settings import NAMES
from stages.vector import CHOICES

SOURCES = (
    *("packed.py", "listening.py", "policy.py", "reply.py", "overlaps.py", "rules.py", "turn.py"),
    *("rates.py", "vectorized.py", "loops.py", "quantile.py"),
)
"""What is compiled, and the modules whose constants are."""

LAYOUT = repr((NAMES, CHOICES))
"""Which setting stands at which place of a row, and which number for which choice: constants in the code as well."""


def compiled_folder(here: Path, cache: Path, layout: str = LAYOUT) -> Path:
    """Where the compiled code of these sources is kept: beside them, else in the user's cache, else for this run."""
    text = b"".join((here / name).read_bytes() for name in SOURCES) + layout.encode()
    digest = hashlib.blake2b(text, digest_size=8).hexdigest()
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

apart = njit(error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""Called by what is compiled: for what is rare, so that the code of the usual case stays small."""

compiled = njit(nogil=True, cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""Without the interpreter's lock and without numba's memory management: nothing is allocated inside.

Counting references to the arrays would cost a third of a turn's time, and more where threads share them.
"""
