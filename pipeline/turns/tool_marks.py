"""Names of the draws of requests after tools in `censored`, and the bits that they are in a round's column."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stages.turn import MAX_DRAWS, MAX_TOOLS

_NAME = re.compile(r"llm\.tools\[(\d+)\]\.ttft_ms(?:\[(\d+)\])?")
_ALL = (1 << MAX_DRAWS) - 1


def tool_mark(name: str) -> tuple[int, int] | None:
    """The round and the bits that a name stands for, as `llm.tools[0].ttft_ms[1]`, without a place all draws."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    of, place = int(found[1]), None if found[2] is None else int(found[2])
    if of >= MAX_TOOLS or (place is not None and place >= MAX_DRAWS):
        return None
    return of, _ALL if place is None else 1 << place


def tool_masks(censored: Iterable[str], rounds: int) -> list[int]:
    """The bits of each of a turn's rounds; names of rounds that it does not have count for nothing."""
    masks = [0] * rounds
    for name in censored if rounds else ():
        mark = tool_mark(name)
        if mark is not None and mark[0] < rounds:
            masks[mark[0]] |= mark[1]
    return masks


def tool_names(masks: Iterable[int]) -> list[str]:
    """The names of the marked draws of a turn, one mask a round."""
    return [
        f"llm.tools[{of}].ttft_ms[{place}]"
        for of, mask in enumerate(masks)
        for place in range(MAX_DRAWS)
        if mask >> place & 1
    ]
