"""Uniform draws that depend only on (seed, name, field): not on a state, an order or a shard.

The name (a turn's id) is hashed by 64-bit FNV-1a over its bytes, the field the same way; seed, name and field are mixed
by the finaliser of SplitMix64. Draws must never change, so this code must not: tests hold it to fixed values.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

ATTEMPTS = 3
"""Draws of a turn for a stage where nothing says how many. A fourth is needed where three independent requests in a
row are slow: with 1.5 % of them slow (aiewf-eval), in three turns of a million."""

_MASK = (1 << 64) - 1
_FNV_BASIS, _FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3
_GOLDEN = 0x9E3779B97F4A7C15
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def keys(names: npt.NDArray[np.bytes_]) -> Hashes:
    """One hash a name, whatever the width of the array's strings."""
    width = names.dtype.itemsize
    letters = np.ascontiguousarray(names).view(np.uint8).reshape(len(names), width)
    lengths = np.char.str_len(names)
    hashed = np.full(len(names), _FNV_BASIS, dtype=np.uint64)
    for place in range(width):
        step = (hashed ^ letters[:, place]) * np.uint64(_FNV_PRIME)
        hashed = np.where(place < lengths, step, hashed)
    return hashed


def key(name: str) -> int:
    """The hash of one name: `keys` of it."""
    hashed = _FNV_BASIS
    for letter in name.encode():
        hashed = ((hashed ^ letter) * _FNV_PRIME) & _MASK
    return hashed


def uniforms(seed: int, hashes: Hashes, field: str) -> npt.NDArray[np.float64]:
    """One draw a name, strictly between 0 and 1 (52 bits)."""
    salt = np.uint64((key(field) + seed * _GOLDEN) & _MASK)
    mixed = _mixed(_mixed(hashes + np.uint64(_GOLDEN)) ^ salt)
    return ((mixed >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _mixed(hashed: Hashes) -> Hashes:
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(_MIX[0])
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(_MIX[1])
    return hashed ^ (hashed >> np.uint64(31))
