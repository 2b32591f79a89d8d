"""Why a file of a case does not leave in a bundle."""

from __future__ import annotations


class LeftOut(Exception):
    """Told in the manifest; it stops nothing."""
