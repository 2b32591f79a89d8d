"""The types of arrays that every layer shares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
"""Indices into other arrays."""
Samples = npt.NDArray[np.float32]
"""Samples of sound, full scale 1, and what is worked out from each stretch of them."""
