"""HTML and SVG: drawings are numbers, and no telephone numbers."""

from __future__ import annotations

import re

_DRAWN = re.compile(
    r"(?is)<style\b[^>]*>.*?</style>"
    r"|\b(?:d|points|transform|viewbox|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|style|offset|stroke-\w+|values)"
    r"=(?:\"[^\"]*\"|'[^']*')"
    r"|data:(?:image|font)/[\w+.-]+;base64,[A-Za-z0-9+/=]+"
)


def undrawn(text: str) -> str:
    """The text with what only draws as spaces, place for place."""
    return _DRAWN.sub(lambda found: " " * len(found[0]), text)
