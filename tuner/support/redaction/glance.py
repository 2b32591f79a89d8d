"""Which lines of JSON may hold a secret at all: recordings and journals are numbers, and are not searched one by one.

Every different text of a file is looked at once, all of them together. A line is let be only if it is JSON, none of its
names tells of a secret, none of its texts holds one, and no number in it is as long as a telephone number.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate

from tuner.support.redaction.key_names import (
    HOLDERS,
    NUMBERS,
    OPAQUE_HOLDERS,
    SPOKEN,
    VALUES,
    WORDS,
    counts,
    flat,
    is_prompt,
    is_transcript,
    kind_of,
)
from tuner.support.redaction.span import Span

_PAIR = re.compile(r'"((?:[^"\\]++|\\[\s\S])*+)(?:"|\\?\Z)(?:(?=\s*+:\s*+(.)))?')
_COUNTED = re.compile(r'"([^"\\]{1,80})"\s{0,4}:\s{0,4}\d{7,15}(?=[,}\]\s]|$)')
_LONG = re.compile(r"(?:^|(?<=[:\[,\s]))\d{7,15}(?=[,}\]\s]|$)")

_LOOKED_AT = SPOKEN | WORDS | HOLDERS | OPAQUE_HOLDERS | VALUES


def doubtful(lines: list[str], find: Callable[[str], Iterable[Span]]) -> list[int]:
    """The places of the lines that are to be searched; `find` finds secrets in prose."""
    pairs = [_PAIR.findall(line) for line in lines]
    texts = sorted({text for found in pairs for text, _ in found})
    bad = _holding(texts, find)
    return [
        place
        for place, (line, found) in enumerate(zip(lines, pairs, strict=True))
        if _long(line) or any(text in bad or _telling(text, value) for text, value in found) or not is_valid(line)
    ]


def _long(line: str) -> bool:
    """Whether a number in it may be a telephone number: as long, and of no name of a time, a size or a count."""
    if _LONG.search(line) is None:
        return False
    return _LONG.search(_COUNTED.sub(lambda found: found[0] if not counts(found[1]) else "", line)) is not None


def _holding(texts: list[str], find: Callable[[str], Iterable[Span]]) -> set[str]:
    """Those that hold a secret; an escape is reason enough to look closely."""
    begins = [0, *accumulate(len(text) + 1 for text in texts)]
    bad = {text for text in texts if "\\" in text}
    for span in find("\n".join(texts)):
        first, last = (bisect_right(begins, place) - 1 for place in (span.start, span.end - 1))
        bad.update(texts[first : last + 1])
    return bad


def _telling(name: str, value: str) -> bool:
    """Whether a name, before a value that begins like this, tells of a secret."""
    if value in "tfn":  # no value: true, false, null, or none at all
        return False
    kind, plain = kind_of(name), flat(name)
    if value in "-0123456789":
        return kind in NUMBERS
    return kind is not None or is_transcript(name) or is_prompt(name) or plain in _LOOKED_AT


def is_valid(line: str) -> bool:
    """Whether a text is JSON, or empty."""
    if not line.strip():
        return True
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
