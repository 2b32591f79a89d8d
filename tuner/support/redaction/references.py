"""Python code: names only refer to a secret, texts may be one."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from itertools import accumulate, pairwise

from tuner.formats.placed.edits import Edit, applied


def without_references(text: str) -> str:
    """The text with what only refers to something as spaces, place for place: `token=make(x)` holds no secret."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    begins = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    return applied(text, _blanks(tokens, begins))[0]


def _blanks(tokens: list[tokenize.TokenInfo], begins: list[int]) -> Iterator[Edit]:
    for token, after in pairwise(tokens):
        if token.type == tokenize.NAME and after.string not in ("=", ":") and after.type != tokenize.STRING:
            start, end = (begins[row - 1] + column for row, column in (token.start, token.end))
            yield Edit(start, end, " " * (end - start))
