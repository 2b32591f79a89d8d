"""From objects of any of Agora's shapes to sessions of turns: what several sources tell of a turn is put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipeline.importers.agora.measures import AgoraTurn, add_live, add_named, add_turn, is_turn
from pipeline.importers.json_values import Object, count, entries, flag, group, number, text
from pipeline.importers.report import Findings

Shape = Literal["turns", "webhook", "metrics", "history", "live", "join"]

WHY: dict[Shape, str] = {
    "turns": "conversation turns of Agora",
    "webhook": "webhook events of Agora",
    "metrics": "metrics of Agora's agent",
    "history": "the history of an Agora agent",
    "live": "messages of Agora's data channel",
    "join": "the start request of an Agora agent",
}

WEBHOOKS = frozenset({103, 111, 112})

NEAR_MS = 5000.0
"""A turn of the history is that turn which began at most so long before or after it."""


@dataclass
class AgoraSession:
    """The turns of one agent, by their numbers."""

    name: str
    turns: dict[int, AgoraTurn] = field(default_factory=dict)
    speech: list[tuple[float, float]] = field(default_factory=list)
    """Begin and length of the user's utterances, where the history has them."""
    total: int | None = None

    def turn(self, number: int, where: str) -> AgoraTurn:
        """The turn of this number."""
        return self.turns.setdefault(number, AgoraTurn(number, where))


def shape_of(held: Object) -> Shape | None:
    """What an object is; None: nothing of Agora's."""
    if _is_join(held):
        return "join"
    if count(held, "eventType") in WEBHOOKS and isinstance(held.get("payload"), dict):
        return "webhook"
    if held.get("event_type") == "turn.finished" or held.get("object") in ("message.metrics", "turn.finished"):
        return "live"
    if any(isinstance(one, dict) and is_turn(one) for one in entries(held, "turns")[:20]) or is_turn(held):
        return "turns"
    if "agent_id" in held and any("turn_id" in one for one in _objects(held, "metrics")):
        return "metrics"
    if "agent_id" in held and any("role" in one for one in _objects(held, "contents")):
        return "history"
    return None


def _objects(held: Object, key: str) -> list[Object]:
    return [one for one in entries(held, key) if isinstance(one, dict)]


def _is_join(held: Object) -> bool:
    properties = group(held, "properties")
    return "channel" in properties and any(key in properties for key in ("turn_detection", "vad", "asr", "llm", "tts"))


@dataclass
class Sources:
    """The sessions of all files."""

    findings: Findings
    sessions: dict[str, AgoraSession] = field(default_factory=dict)

    def take(self, held: Object, shape: Shape, name: str, where: str) -> None:
        """Add an object. `name`: of its session, where it does not say."""
        if shape == "webhook":
            payload = group(held, "payload")
            inner = {103: "history", 111: "metrics", 112: "turns"}[count(held, "eventType") or 112]
            self._take(payload, inner, name, where)
        elif shape == "live":
            payload = group(held, "payload") or held
            self._take(payload, "live" if held.get("object") == "message.metrics" else "turn", name, where)
        else:
            self._take(held, "turn" if shape == "turns" and is_turn(held) else shape, name, where)

    def _take(self, held: Object, shape: str, name: str, where: str) -> None:
        session = self._session(text(held, "agent_id") or name)
        if shape == "turns":
            session.total = max(session.total or 0, count(held, "total_turn_count") or 0) or None
            if flag(held, "is_truncated"):
                self.findings.note(
                    "doubtful", f"{where}: the event was cut at 200 turns; get the rest from GET .../turns"
                )
            for one in _objects(held, "turns"):
                own = text(one, "agent_id")
                self._turn(self._session(own) if own else session, one, where)
        elif shape == "turn":
            self._turn(session, held, where)
        elif shape == "metrics":
            for one in _objects(held, "metrics"):
                if (number_ := count(one, "turn_id")) is not None:
                    add_named(session.turn(number_, where), one)
        elif shape == "live":
            if (number_ := count(held, "turn_id")) is not None:
                add_live(session.turn(number_, where), held)
        elif shape == "history":
            self._history(session, held)

    def _turn(self, session: AgoraSession, held: Object, where: str) -> None:
        number_ = count(held, "turn_id")
        if number_ is None:
            self.findings.fault("impossible", f"{where}: a turn without turn_id")
            return
        add_turn(session.turn(number_, where), held)

    def _session(self, name: str) -> AgoraSession:
        return self.sessions.setdefault(name, AgoraSession(name))

    def _history(self, session: AgoraSession, held: Object) -> None:
        for one in _objects(held, "contents"):
            start, end = number(one, "speech_start_ms"), number(one, "speech_end_ms")
            if text(one, "role") == "user" and start is not None and end is not None and end > start:
                session.speech.append((start, end - start))

    def joined(self, unnamed: frozenset[str]) -> Iterator[AgoraSession]:
        """The sessions in order. Live metrics name no agent: they go to the only one there is."""
        named = [session for name, session in self.sessions.items() if name not in unnamed]
        for name in sorted(unnamed & self.sessions.keys()):
            loose = self.sessions[name]
            if len(named) == 1:
                _merge(named[0], loose)
            else:
                named.append(loose)
        yield from named


def _merge(into: AgoraSession, loose: AgoraSession) -> None:
    for number_, turn in loose.turns.items():
        kept = into.turn(number_, turn.where)
        kept.start_at, kept.kind = kept.start_at or turn.start_at, kept.kind or turn.kind
        kept.e2e_ms = turn.e2e_ms if kept.e2e_ms is None else kept.e2e_ms
        for name, ms in turn.measures.items():
            kept.take(name, ms)
    into.speech += loose.speech


def with_speech(session: AgoraSession) -> None:
    """Give each spoken turn the length of its utterance from the history: the one that is next to it in time."""
    spoken = [turn for turn in session.turns.values() if turn.spoken and turn.speech_ms is None]
    for turn in spoken:
        near = [(abs(start - turn.start_at), ms) for start, ms in session.speech if turn.start_at is not None]
        if near and min(near)[0] <= NEAR_MS:
            turn.speech_ms = min(near)[1]
