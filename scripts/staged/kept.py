"""What a recording predicts for another run, turn by turn, beside what happened there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at
from stages.settings import Settings
from tuner.deploy.in_force import completed_anyway
from tuner.statistics.intervals import estimates


@dataclass(frozen=True)
class Happened:
    """What was measured of one scripted turn, at the loudspeaker; times in ms."""

    name: str
    end_ms: float
    pauses: tuple[tuple[float, float], ...]
    """Begin and length of each."""
    response_ms: float | None
    cut_off: bool
    premature: int
    """Replies that were begun before the user was done."""
    ttft_ms: float | None = None
    """As scripted."""
    interrupted: bool | None = None
    """What was said over the reply stopped it; None: nothing was, or it was not measured."""
    failed: bool | None = None


@dataclass(frozen=True)
class Told:
    """What a recording says of the same turn under other settings; None: it does not show that."""

    response_ms: float
    cut_off: bool | None
    premature: int | None
    split: bool
    """Whether the recording holds it as several turns, since a reply that began too soon seemed to be listened to."""
    facts: Facts
    interrupted: bool = False
    failed: bool = False


@dataclass(frozen=True)
class Facts:
    """What a recording says of a turn that differs from run to run, in ms."""

    release_ms: float
    """How late the VAD heard the end."""
    final_ms: float
    other_ms: float
    """What no stage explains."""
    stages_ms: float
    """LLM, first sentence and voice."""
    pauses_ms: tuple[float, ...]
    """How late the VAD heard each pause begin."""


@dataclass(frozen=True)
class Kept:
    """A promise beside what happened, turn by turn; None: the recording does not have that turn."""

    recorded: str
    """The run that was recorded."""
    meant: str
    """The run that was predicted."""
    turns: tuple[tuple[Happened, Told | None], ...]
    shown: bool
    """Whether the recording shows pauses, and so cut-offs."""
    extra: int
    """Turns of the recording that no script has: answers to interruptions."""
    p95_range: tuple[float, float] | None = None
    """The interval that is given for the p95 of the response time."""
    meanwhile: dict[str, Facts] = field(default_factory=dict)
    """Turn -> the same facts in the run that was predicted, where that was recorded too."""

    @property
    def both(self) -> list[tuple[Happened, Told]]:
        """The turns that the recording has, and that were answered."""
        return [(one, said) for one, said in self.turns if said is not None and one.response_ms is not None]

    def errors(self, q: float) -> tuple[float, float]:
        """A quantile of the response times as measured, and how far the prediction is from it, in ms."""
        was = quantile([one.response_ms or 0.0 for one, _ in self.both], q)
        said = quantile([said.response_ms for _, said in self.both], q)
        return was, said - was

    def of_turns(self) -> tuple[float, float]:
        """Median and p95 of the absolute error of the response time of a turn, in ms."""
        errors = [abs(said.response_ms - (one.response_ms or 0.0)) for one, said in self.both]
        return quantile(errors, 0.5), quantile(errors, 0.95)

    def counts(self) -> dict[str, tuple[int, int | None]]:
        """Cut-offs and premature replies: how many there were, and how many the recording says."""
        cut = sum(bool(said.cut_off) for _, said in self.both)
        early = sum(said.premature or 0 for _, said in self.both)
        return {
            "cut-offs": (sum(one.cut_off for one, _ in self.both), cut if self.shown else None),
            "premature replies": (sum(one.premature for one, _ in self.both), early if self.shown else None),
        }

    def outcomes(self) -> tuple[int, int]:
        """In how many turns all that is known of the outcome agrees (cut off, interrupted, failed), and of how many."""
        held = [(one, said) for one, said in self.turns if said is not None]
        return sum(not self.wrong_outcomes(one, said) for one, said in held), len(held)

    def wrong_outcomes(self, one: Happened, said: Told) -> list[str]:
        """What of the outcome is said wrongly."""
        pairs = {
            "cut off": (one.cut_off, said.cut_off if self.shown else None),
            "interrupted": (one.interrupted, said.interrupted),
            "failed": (one.failed, said.failed),
        }
        known = {name: pair for name, pair in pairs.items() if None not in pair}
        return [f"{name} {told:d}, was {was:d}" for name, (was, told) in known.items() if bool(was) != bool(told)]

    def differ(self) -> Iterator[tuple[str, str]]:
        """Each turn that is said wrongly, with what is wrong, and why where both runs were recorded."""
        for one, said in self.turns:
            if said is None:
                yield one.name, "not in the recording"
                continue
            wrong = [
                f"{what} {told:d}, was {was:d}"
                for what, told, was in (
                    ("cut-off", said.cut_off, one.cut_off),
                    ("premature", said.premature, one.premature),
                )
                if self.shown and told is not None and told != was
            ]
            error = said.response_ms - (one.response_ms or float("inf"))
            if abs(error) > FAR_MS:
                wrong.append(f"response {error:+.0f} ms")
            if wrong:
                yield one.name, ", ".join(wrong) + (" (split)" if said.split else "") + self._why(one, said, error)

    def _why(self, one: Happened, said: Told, error: float) -> str:
        """By what the two recordings say of the turn."""
        other = self.meanwhile.get(one.name)
        if other is None:
            return ""
        late = zip(said.facts.pauses_ms, other.pauses_ms, strict=False)
        if said.premature != one.premature and (pair := next((p for p in late if abs(p[0] - p[1]) > FAR_MS), None)):
            return f": the VAD heard the pause after {pair[0]:.0f} ms, then after {pair[1]:.0f}"
        if abs(error) <= FAR_MS:
            return ""
        release, explained = said.facts.release_ms - other.release_ms, said.facts.other_ms - other.other_ms
        if abs(error - release) <= FAR_MS:
            return f": the VAD heard the end after {said.facts.release_ms:.0f} ms, then after {other.release_ms:.0f}"
        if one.name.endswith("-over") and framework(self.recorded) == "livekit":
            return ": no early start for what interrupts"
        if abs(error - release - explained) <= FAR_MS:
            return (
                f": no stage explains {said.facts.other_ms:.0f} ms, then {other.other_ms:.0f}; the VAD heard the end "
                f"after {said.facts.release_ms:.0f} ms, then after {other.release_ms:.0f}"
            )
        stages = said.facts.stages_ms - other.stages_ms
        if abs(error - release - explained - stages) <= FAR_MS:
            return f": LLM and voice took {said.facts.stages_ms:.0f} ms, then {other.stages_ms:.0f}, in a busy process"
        return ""


FAR_MS = 30.0
"""A response time is explained where it is further off than this."""

SAME_MS = {"livekit": 25.0, "pipecat": 75.0, "call": 25.0, "local": 60.0}
"""The log's length of an utterance is the script's to so much: Pipecat's logs know its VAD's lags as usual values."""

SAME_TTFT_MS = 4.0
BUSY_MS = 20.0
"""So much later a busy process may wake."""


def quantile(values: Sequence[float], q: float) -> float:
    """An observed value, as for all figures."""
    return float(np.quantile(values, q, method="inverted_cdf"))


def kept(
    recorded: str,
    meant: str,
    columns: Columns,
    in_force: Settings,
    settings: Settings,
    happened: Sequence[Happened],
    by_ttft: bool = False,
) -> Kept:
    """What the product says for these settings, from a recording under those in force, beside what happened.

    `by_ttft`: a turn of the recording is known by its LLM's time, where it does not show how long the user spoke.
    """
    completed, _ = completed_anyway(columns, 0, None, in_force)
    outcomes = Batch(completed.columns).outcomes(settings)
    found: list[tuple[Happened, Told | None]] = []
    used = 0
    for one, places in placed(completed.columns, happened, framework(recorded), by_ttft):
        used += len(places)
        pieces = [outcomes.outcome(place) for place in places]
        found.append((one, _told(pieces, facts_at(completed.columns, places[-1])) if pieces else None))
    hidden = "cut_off_rate" in outcomes.unknown | outcomes.assumed
    p95 = estimates(outcomes, completed.columns.session)["response_ms.p95"]
    span = None if p95.low is None or p95.high is None else (p95.low, p95.high)
    return Kept(recorded, meant, tuple(found), not hidden, len(completed.columns) - used, span)


def placed(
    columns: Columns, happened: Sequence[Happened], of: str, by_ttft: bool = False
) -> Iterator[tuple[Happened, list[int]]]:
    """Each scripted turn with its places in the columns."""
    order = columns.in_recorded_order().tolist()
    for own, places in _by_session(columns, order, happened):
        lengths = [_length(columns, place, by_ttft) for place in places]
        wanted = [replace(one, end_ms=one.ttft_ms or 0.0, pauses=()) for one in own] if by_ttft else own
        same_ms = SAME_TTFT_MS if by_ttft else SAME_MS[of]
        ttfts = None if of != "pipecat" else [_length(columns, place, True) for place in places]
        for one, held in zip(own, matched(lengths, wanted, same_ms, ttfts), strict=True):
            yield one, [places[place] for place in held]


def facts_at(columns: Columns, place: int) -> Facts:
    """The facts of the turn at this place of complete columns."""
    one = turn_at(columns, place)
    llm, voice = one.llm, one.tts.ttfb_ms or (None,)
    chunk = (llm.sentence_tokens or 0) * (llm.token_ms or 0.0)
    stages = ((llm.ttft_ms or (None,))[0] or 0.0) + chunk + (voice[0] or 0.0)
    pauses = tuple(
        one.speech.release_ms if gap.release_ms is None else gap.release_ms for gap in one.speech.pauses or ()
    )
    return Facts(one.speech.release_ms, one.asr.final_ms or 0.0, one.other_ms or 0.0, stages, pauses)


def _length(columns: Columns, place: int, by_ttft: bool) -> float:
    """How long the user spoke, or what the turn is known by instead, in ms."""
    return float(columns.ttft_ms[place, 0] if by_ttft else columns.end_ms[place])


def _told(pieces: Sequence[Outcome], facts: Facts) -> Told:
    """What is said of a turn that the recording may hold in pieces."""
    last = pieces[-1].response_ms
    return Told(
        float("inf") if last is None else last,
        any(one.cut_off for one in pieces),
        sum(one.premature for one in pieces),
        len(pieces) > 1,
        facts,
        bool(pieces[-1].stop_ms) or pieces[-1].false_interrupt,
        pieces[-1].failed,
    )


def _by_session(
    columns: Columns, order: Sequence[int], happened: Sequence[Happened]
) -> Iterator[tuple[list[Happened], list[int]]]:
    """The scripted turns of each session, and the places of its turns; those of `s3-...` are named `s3-t1`."""
    names = [columns.session_names[columns.session[place]].decode().partition("-")[0] for place in order]
    sessions = dict.fromkeys(one.name.partition("-")[0] for one in happened)
    if not set(names) & set(sessions):
        yield list(happened), list(order)
        return
    for session in sessions:
        own = [one for one in happened if one.name.partition("-")[0] == session]
        yield own, [place for place, name in zip(order, names, strict=True) if name == session]


def matched(
    lengths: Sequence[float], happened: Sequence[Happened], same_ms: float, ttfts: Sequence[float] | None = None
) -> list[list[int]]:
    """The places in the recording of each scripted turn, in order, so that most are found; none where it is not there.

    `ttfts`: the LLM's time in each turn of the recording, where nothing cuts it short: it must be the scripted one.

    A recording may hold a turn in pieces, where it took one of the pauses for its end, and has turns of its own:
    answers to interruptions.
    """
    best: dict[tuple[int, int], tuple[float, list[int]]] = {}
    for turn in range(len(happened) - 1, -1, -1):
        for place in range(len(lengths), -1, -1):
            options = [(best.get((turn + 1, place), (0.0, []))[0], list[int]())]
            for held in _pieces(lengths, place, happened[turn], same_ms):
                scripted = happened[turn].ttft_ms
                if ttfts and scripted and abs(ttfts[held[-1]] - scripted) > BUSY_MS:
                    continue
                score = best.get((turn + 1, held[-1] + 1), (0.0, []))[0]
                options.append((score + 1.0 - 0.1 * (len(held) - 1), held))
            if place < len(lengths):
                options.append((best[turn, place + 1][0], [-1]))
            best[turn, place] = max(options, key=lambda one: one[0])
    found: list[list[int]] = []
    place = 0
    for turn in range(len(happened)):
        while (held := best[turn, place][1]) == [-1]:
            place += 1
        found.append(held)
        place = held[-1] + 1 if held else place
    return found


def _pieces(lengths: Sequence[float], start: int, one: Happened, same_ms: float) -> Iterator[list[int]]:
    """The places from this one on that add up to the turn, whole or cut at some of its pauses."""
    for cuts in range(len(one.pauses) + 1):
        for chosen in combinations(one.pauses, cuts):
            edges = [0.0, *(edge for at, ms in chosen for edge in (at, at + ms)), one.end_ms]
            wanted = [end - begin for begin, end in zip(edges[::2], edges[1::2], strict=True)]
            held = lengths[start : start + len(wanted)]
            if len(held) == len(wanted) and all(abs(a - b) < same_ms for a, b in zip(held, wanted, strict=True)):
                yield list(range(start, start + len(wanted)))


def framework(run: str) -> str:
    """Which framework a run is of."""
    return run.partition("-")[0]
