"""What came of each question of a call, as it was heard: from the end of the user's speech to the agent's sound."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from turntempo.calling.running import Called, Spoken


@dataclass(frozen=True)
class Row:
    """One question, in ms of the call; None: there was no answer, or no speech was heard."""

    question: str
    at_ms: float
    ended_ms: float | None
    """The end of the user's speech, as the sound has it."""
    answered_ms: float | None
    response_ms: float | None
    cut_off: bool
    """The agent spoke before the user was done."""
    stopped: bool
    """The agent fell silent before the user was done."""
    filler_ms: float | None
    """A filler was heard so long after the user's end."""

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def rows(call: Called) -> list[Row]:
    """A row a question; of a microphone a row a turn."""
    turns = enumerate(call.log.speech, 1)
    spoken = call.spoken or tuple(Spoken(str(place), one.start, one.end or one.start) for place, one in turns)
    ends = [*(one.at_ms for one in spoken[1:]), call.ms]
    return [_row(call, one, until) for one, until in zip(spoken, ends, strict=False)]


def _row(call: Called, one: Spoken, until: float) -> Row:
    stretches = [sound for sound in call.log.speech if one.at_ms <= sound.start < min(one.end_ms + 200, until)]
    ended = max((sound.end or sound.start for sound in stretches), default=None)
    sounds = [sound for sound in call.log.replies if one.at_ms < sound[0] < until]
    early = [sound for sound in sounds if ended is not None and sound[0] < ended]
    answer = next((sound for sound in sounds if ended is not None and sound[0] >= ended), None)
    if answer is None and early and (early[-1][1] is None or ended is None or early[-1][1] > ended):
        answer = early[-1]
    begin = None if answer is None else answer[0]
    response = None if begin is None or ended is None or begin < ended else begin - ended
    fillers = (at - ended for at in call.log.fillers if ended is not None and ended <= at < until)
    filler = next(fillers, None)
    stopped = any(end is not None and ended is not None and end < ended for _, end, _ in early)
    return Row(one.name, one.at_ms, ended, begin, response, bool(early), stopped, filler)
