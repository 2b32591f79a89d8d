"""What the agent did between the end of a turn and its reply: LLM requests, text, synthesis."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.importers.call_record.exchanges import Exchange
from pipeline.importers.call_record.log import Log, Request
from pipeline.importers.spoken_text import Tokens, tokens


@dataclass(frozen=True)
class Answer:
    """The measures of one reply, None where they are not logged. Times in ms."""

    chain: tuple[Request, ...]
    """The requests behind the reply: those that asked for tools, then the one that answered."""
    wasted: int
    """Requests that were answered and whose text was never spoken."""
    ttft_ms: float | None
    token_ms: float | None
    tokens: Tokens | None
    ttfb_ms: float | None
    ms_per_token: float | None


def answer(log: Log, exchange: Exchange, until: float) -> Answer:
    """The measures of an exchange's reply; `until`: when the next one begins."""
    reply = exchange.reply
    made = [request for request in log.requests if exchange.start <= request.start and request.end <= reply.start]
    chain = _chain(made)
    texts = log.between("llm_response", chain[0].start if chain else exchange.start, until)
    texts = [frame for frame in texts if frame.text.strip() and (frame.at < reply.start or len(texts) > 1)]
    streamed = len(texts) > 1
    counted = tokens(" ".join(frame.text for frame in texts) or (chain[-1].text if chain else ""))
    whole_at = (texts[0].at if texts else chain[-1].end) if (texts or chain) and not streamed else None
    return Answer(
        chain=chain,
        wasted=len(made) - len(chain),
        ttft_ms=_ttft(chain, texts[0].at if streamed else None),
        token_ms=_between_tokens(streamed, texts[-1].at - texts[0].at if streamed else 0.0, counted) if chain else None,
        tokens=counted,
        ttfb_ms=None if whole_at is None else round(reply.start - whole_at, 3),
        ms_per_token=_pace(reply.end, reply.start, counted),
    )


def _chain(made: list[Request]) -> tuple[Request, ...]:
    """The last request that answered, behind those whose tools it needed."""
    answered = [place for place, request in enumerate(made) if not request.tools]
    if not answered:
        return ()
    first = answered[-1]
    while first and made[first - 1].tools:
        first -= 1
    return tuple(made[first : answered[-1] + 1])


def _ttft(chain: tuple[Request, ...], first_token: float | None) -> float | None:
    """From the first request to the first token of the answer: with an LLM that does not stream, its whole text."""
    if not chain:
        return None
    return round((chain[-1].end if first_token is None else first_token) - chain[0].start, 3)


def _between_tokens(streamed: bool, took: float, counted: Tokens | None) -> float | None:
    """0 where the whole text comes at once."""
    if not streamed:
        return 0.0
    return round(took / (counted.reply - 1), 3) if counted and counted.reply and counted.reply > 1 else None


def _pace(end: float | None, start: float, counted: Tokens | None) -> float | None:
    return round((end - start) / counted.reply, 3) if counted and counted.reply and end is not None else None
