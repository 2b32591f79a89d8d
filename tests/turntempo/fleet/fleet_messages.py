"""Messages as agents send them."""

from __future__ import annotations

import json
from typing import Any

from turntempo.fleet.intake import Received


def turn(name: str = "t1", session: str = "s1", **more: Any) -> dict[str, Any]:
    return {"schema": "turntempo.turn/2", "id": name, "session": session, "speech": {"end_ms": 1200}} | more


def batch(*turns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": "turntempo.fleet.turns/1", "turns": [{"turn": one} for one in turns], **more}


def settings(silence_ms: float = 900, **more: Any) -> dict[str, Any]:
    return {"schema": "turntempo.fleet.settings/1", "settings": {"endpointing": {"silence_ms": silence_ms}}, **more}


def received(kind: str, payload: Any, agent: str = "toy-1", at_ms: int = 1_800_000_000_000) -> Received:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Received(f"turntempo/{agent}/{kind}", body, at_ms)
