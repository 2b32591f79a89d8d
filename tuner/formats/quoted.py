"""The signs that a mail puts before each line of what it answers."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"^[ \t]*+(?:[>|][ \t]?)++", re.MULTILINE)


def unquoted(text: str) -> str:
    """The text without them; its lines keep their numbers."""
    return _SIGNS.sub("", text)
