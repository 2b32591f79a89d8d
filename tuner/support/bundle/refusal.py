"""Why a file of a case is not in a bundle."""

from __future__ import annotations


class LeftOut(Exception):
    """The file is left out, with this reason in the manifest."""
