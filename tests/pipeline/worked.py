"""A turn whose times are easy to add, changes to it, and its events in short lines."""

from __future__ import annotations

from typing import Any

from pipeline.figures.outcome import Outcome
from pipeline.streaming.events import Log
from pipeline.streaming.reading import outcome
from pipeline.streaming.stream import run
from stages.settings import Settings
from stages.turn import Turn

PLAIN: dict[str, Any] = {
    "schema": "turntempo.turn/2",
    "id": "t",
    "session": "s",
    "index": 1,
    "speech": {"pauses": [], "end_ms": 1000},
    "network": {"up_ms": 50, "down_ms": 50},
    "asr": {"final_ms": 200, "interim_ms": 100},
    "llm": {
        "ttft_ms": [300],
        "fallback_ttft_ms": None,
        "token_ms": 10,
        "clause_tokens": 5,
        "sentence_tokens": 10,
        "reply_tokens": 20,
        "prefill_ms_per_1k": 0,
    },
    "tts": {"ttfb_ms": [100], "fallback_ttfb_ms": None, "ms_per_token": 50},
    "overlaps": [],
}
"""The server hears silence at 1050; the final transcript comes at 1250; the reply lasts 1000 ms."""


def turn(**changes: Any) -> Turn:
    """The plain turn with some groups or single values changed."""
    return Turn.model_validate(
        {
            name: PLAIN.get(name, {}) | value if isinstance(value, dict) else value
            for name, value in (PLAIN | changes).items()
        }
    )


def paused(*pauses: tuple[float, float], end_ms: float, **speech: Any) -> dict[str, Any]:
    """Speech with pauses of (start, length)."""
    return {"pauses": [{"at_ms": at, "ms": ms} for at, ms in pauses], "end_ms": end_ms} | speech


def under(**changes: Any) -> Settings:
    """The default settings with some dotted names changed, a double underscore for the dot."""
    return Settings().replace({name.replace("__", "."): value for name, value in changes.items()})


def lived(turn: Turn, settings: Settings) -> Outcome:
    """The outcome, read from the log."""
    return outcome(run(turn, settings))


def story(log: Log, *groups: str) -> list[str]:
    """One line for each event: time, kind, reply, #number, =value; of all events or of some groups (`"llm"`)."""
    return [
        f"{event.at_ms:g} {event.kind}"
        + ("" if event.reply is None else f" r{event.reply}")
        + ("" if event.number is None else f" #{event.number}")
        + ("" if event.value is None else f" ={event.value:g}")
        for event in log.events
        if not groups or event.kind.partition(".")[0] in groups
    ]
