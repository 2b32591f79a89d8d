"""How the text of a live answer is cut into pieces for synthesis, as it comes (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pipeline.importers.spoken_text import tokens_in

Until = Literal["clause", "sentence", "reply"]
ENDS: dict[Until, str] = {"clause": ",;:.!?…—–", "sentence": ".!?…", "reply": ""}


def cut(tokens: Sequence[str], until: Until, lookahead: int, whole: bool) -> int | None:
    """How many of these tokens are the next piece; None: more must come to know.

    `lookahead`: so many tokens beyond its end must be there, to see that it ended. `whole`: no more will come.
    """
    counted = tokens_in(tokens) if until != "reply" else None
    if counted is not None:
        count = counted.clause if until == "clause" else counted.sentence
        ended = count is not None and "".join(tokens[:count]).rstrip().endswith(tuple(ENDS[until]))
        if count is not None and ended and (whole or len(tokens) >= count + lookahead):
            return count
    return len(tokens) if whole and "".join(tokens).strip() else None
