"""How the text of a reply is cut into pieces for synthesis (timing model, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.streaming.world import World
from stages.settings import Tts


@dataclass(frozen=True, slots=True)
class Chunks:
    """Token counts of the first two pieces; a piece is cut once the lookahead behind it shows that it has ended."""

    first_tokens: int
    """Spoken in the first piece."""
    first_cut: int
    """Tokens that must be there to cut it off."""
    second_cut: int | None
    """The same for the second piece; None: the first one was cut with the whole reply at hand."""


def chunks(world: World, rules: Tts) -> Chunks:
    """The first two pieces of this turn's reply."""
    first = {"clause": world.clause_tokens, "sentence": world.sentence_tokens, "reply": world.reply_tokens}[
        rules.first_chunk
    ]
    second = world.sentence_tokens if first < world.sentence_tokens else first + world.sentence_tokens
    first_cut = min(first + rules.lookahead_tokens, world.reply_tokens)
    second_cut = min(second + rules.lookahead_tokens, world.reply_tokens)
    return Chunks(first, first_cut, second_cut if first_cut < world.reply_tokens else None)
