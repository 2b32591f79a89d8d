"""Settings one a line: .env, .ini, .properties."""

from __future__ import annotations

import re

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.leaf import Change, Leaf

_LINE = re.compile(
    r"(?m)^[ \t]*(?:(?:export|set|setx)[ \t]+)?(?P<name>[\w.-]+)[ \t]*[=:][ \t]*"
    r"(?:\"(?P<double>(?:\\[\s\S]|[^\"\\])*)\"|'(?P<single>[^']*)'|(?P<bare>[^\r\n]*?))[ \t]*(?:[ \t][#;][^\n]*)?\r?$"
)


def env_edits(text: str, change: Change) -> list[Edit]:
    """New values in the quotes that the old ones had."""
    edits = []
    for found in _LINE.finditer(text):
        group = next(name for name in ("double", "single", "bare") if found[name] is not None)
        new = change(Leaf((found["name"],), found[group]), found.start(group)) if found[group] else None
        if new is not None:
            edits.append(Edit(*found.span(group), new))
    return edits
