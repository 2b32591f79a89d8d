"""From Flux's TurnInfo messages to the turns they tell of: times are of the audio, and no agent is in them.

Source: deepgram-sdk 7.17.0, listen/v2/types/listen_v2turn_info.py: the window of the audio that was heard, words with
their times (seconds), and the confidence that no more speech comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec

from pipeline.importers.json_values import Object, count, entries, number, seconds, text
from pipeline.importers.observed.exchange import Observed, Value, derived, measured
from pipeline.importers.observed.timeline import Sound
from pipeline.importers.observed.words import LATEST_MS, Word, stretches, words_of
from pipeline.importers.report import Findings
from stages.turn import Pause

MODEL = "model"


class Update(msgspec.Struct, frozen=True, gc=False):
    """One message: until when the audio was heard, in ms, what the model thought of it, and how many words it had."""

    at: float
    confidence: float
    words: int


@dataclass
class FluxTurn:
    """One turn of Flux; `ended`: in ms of the audio, None: its end is not in the log."""

    index: int
    updates: list[Update] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    ended: float | None = None
    trigger: str | None = None

    def take(self, event: Object) -> None:
        """Add a message."""
        at, confidence = seconds(event, "audio_window_end"), number(event, "end_of_turn_confidence")
        held = entries(event, "words")
        known = at is not None and 0 <= at < LATEST_MS
        if known and at is not None and confidence is not None and 0 <= confidence <= 1:
            self.updates.append(Update(at, confidence, len(held)))
        if text(event, "event") == "EndOfTurn":
            self.ended, self.trigger = at if known else None, text(event, "trigger")
        self.words = words_of(held) or self.words


@dataclass
class FluxSession:
    """The turns of one connection, by their index."""

    name: str
    turns: dict[int, FluxTurn] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def take(self, event: Object, place: str, findings: Findings) -> None:
        """Add a message; one that is there twice is counted as a fault."""
        sequence, index = count(event, "sequence_id"), count(event, "turn_index")
        if index is None or (sequence is not None and sequence in self.seen):
            findings.fault("impossible" if index is None else "duplicate", place)
            return
        if sequence is not None:
            self.seen.add(sequence)
        what = text(event, "event")
        findings.counts["times that Flux was fairly sure, and the user spoke on (TurnResumed)"] += what == "TurnResumed"
        self.turns.setdefault(index, FluxTurn(index)).take(event)

    def observed(self, grace_ms: float, findings: Findings) -> Iterator[Observed]:
        """What the user said, in order; a turn that begins within the grace of the end of one is that going on."""
        if self.turns:
            findings.fault("dropped", self.name, max(self.turns) - min(self.turns) + 1 - len(self.turns))
        held: list[FluxTurn] = []
        for index in sorted(self.turns):
            turn = self.turns[index]
            if not _is_whole(turn, findings):
                continue
            if held and not _goes_on(held[-1], turn, grace_ms):
                yield _observed(self.name, held)
                held = []
            findings.counts["turns that Flux had ended while the user spoke on"] += bool(held)
            held.append(turn)
        if held:
            yield _observed(self.name, held)


def _is_whole(turn: FluxTurn, findings: Findings) -> bool:
    whole = turn.ended is not None and bool(turn.updates)
    findings.counts["turns of Flux whose end is not in the log, left out"] += not whole
    findings.counts["turns of Flux that the timeout ended"] += turn.trigger == "timeout"
    return whole


def _goes_on(before: FluxTurn, turn: FluxTurn, grace_ms: float) -> bool:
    if before.ended is None or not turn.words or not before.words:
        return False
    return before.words[-1].end <= turn.words[0].start < before.ended + grace_ms


def _observed(name: str, turns: list[FluxTurn]) -> Observed:
    """One utterance, of one turn of Flux or several that it ended too soon."""
    last = turns[-1]
    words = [word for turn in turns for word in turn.words]
    updates = [update for turn in turns for update in turn.updates]
    place = f"{name} turn {last.index}"
    if not words or last.ended is None:
        return Observed(
            name,
            place=place,
            at_ms=last.updates[0].at,
            eot_score=surest.confidence if (surest := _surest(last, 0.0)) else None,
        )
    speech, end = stretches(words), max(word.end for word in words)
    waited, surest = last.ended - end, _surest(last, end)
    return Observed(
        session=name,
        place=place,
        at_ms=words[0].start,
        speech_ms=measured(max(end - words[0].start, 1.0)),
        pauses=_pauses(speech, updates),
        eot_score=surest.confidence if surest else None,
        eot_delay_ms=measured(surest.at - end) if surest and surest.at >= end else None,
        final_ms=_final(last, end),
        end_of_turn_ms=measured(waited),
    )


def _pauses(speech: list[Sound], updates: list[Update]) -> tuple[Pause, ...]:
    """The silences between the words, each with the most that the model thought of it."""
    found: list[Pause] = []
    for before, after in pairwise(speech):
        end = before.end or before.start
        scores = [update.confidence for update in updates if end < update.at <= after.start]
        score = max(scores) if scores else None
        at = round(end - speech[0].start, 3)
        found.append(Pause(at_ms=at, ms=round(after.start - end, 3), eot_score=score))
    return tuple(found)


def _surest(turn: FluxTurn, end: float) -> Update | None:
    """The message that ended the turn; where the model did not, the first with the most confidence it came to."""
    if turn.trigger in (None, MODEL):
        return turn.updates[-1]
    return max((update for update in turn.updates if update.at >= end), key=lambda one: one.confidence, default=None)


def _final(turn: FluxTurn, end: float) -> Value | None:
    """From the end of the last word to the first message that has it."""
    most = turn.updates[-1].words
    first = next((update.at for update in turn.updates if update.words >= most and update.at >= end), None)
    return None if first is None else derived(first - end)
