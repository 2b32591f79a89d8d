"""HTML and SVG: drawings are numbers, and no telephone numbers."""

from __future__ import annotations

import re

_STYLE = re.compile(r"(?i)<style\b[^<>]*+>")
_DRAWN = re.compile(
    r"(?is)\b(?:d|points|transform|viewbox|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|style|offset|stroke-\w+|values)"
    r"=(?:\"[^\"]*\"|'[^']*')"
    r"|data:(?:image|font)/[\w+.-]+;base64,[A-Za-z0-9+/=]+"
)
_STYLE_ENDS = re.compile(r"(?i)</style>")


def undrawn(text: str) -> str:
    """The text with what only draws as spaces, place for place."""
    return _DRAWN.sub(lambda found: " " * len(found[0]), _without_styles(text))


def _without_styles(text: str) -> str:
    parts, at = [], 0
    while (begins := _STYLE.search(text, at)) and (ends := _STYLE_ENDS.search(text, begins.end())):
        parts += [text[at : begins.start()], " " * (ends.end() - begins.start())]
        at = ends.end()
    return "".join([*parts, text[at:]])
