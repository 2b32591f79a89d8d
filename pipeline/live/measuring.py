"""What a stage's requests took, as a timeline of a recording holds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.importers.observed.timeline import Draw, Request, Synthesis
from pipeline.importers.spoken_text import tokens_in
from stages.policy import Step


@dataclass
class Attempts:
    """The attempts of one request, by the stage policy's steps; times in ms of the session."""

    started: dict[int, float] = field(default_factory=dict)
    draws: dict[int, Draw] = field(default_factory=dict)
    first: float | None = None
    fell_back: bool = False

    def take(self, step: Step, number: int | None, at: float) -> None:
        """A step of the policy."""
        if step is Step.FALLBACK:
            self.fell_back = True
        if step is Step.ANSWER:
            self.first = at
        if number is None or number not in self.started:
            if step is Step.ATTEMPT and number is not None:
                self.started[number] = at
            return
        ms = at - self.started[number]
        if step is Step.ANSWER:
            self.draws[number] = Draw(ms)
        elif step in (Step.TIMEOUT, Step.CANCEL):
            self.draws.setdefault(number, Draw(ms, bound=True))

    @property
    def start(self) -> float | None:
        """When the first one was made."""
        return min(self.started.values(), default=None)

    def in_order(self) -> tuple[Draw, ...]:
        """The draws of the attempts, up to the first that is not known."""
        found = []
        for number in range(len(self.started)):
            if number not in self.draws:
                break
            found.append(self.draws[number])
        return tuple(found)


@dataclass
class Answered:
    """A request to the LLM that is under way."""

    reply: str
    attempts: Attempts = field(default_factory=Attempts)
    times: list[float] = field(default_factory=list)
    """When each token came."""
    tokens: list[str] = field(default_factory=list)
    calls_tools: bool = False

    def event(self, whole: bool) -> Request | None:
        """The request for a timeline; None: it was never made. `whole`: its answer came to its end."""
        start = self.attempts.start
        if start is None:
            return None
        counted = tokens_in(self.tokens)
        pace = (self.times[-1] - self.times[0]) / (len(self.times) - 1) if len(self.times) > 1 else None
        if counted is not None and not whole:
            counted = type(counted)(counted.clause, counted.sentence, None)
        return Request(
            start=start,
            draws=self.attempts.in_order(),
            first=self.attempts.first,
            reply=self.reply,
            token_ms=pace,
            tokens=counted,
            calls_tools=self.calls_tools,
            cancelled=self.attempts.first is None,
        )


def synthesis(attempts: Attempts, reply: str, audio_ms: float, words: int, cancelled: bool) -> Synthesis | None:
    """A request for speech for a timeline; None: it was never made."""
    if attempts.start is None:
        return None
    return Synthesis(attempts.start, attempts.in_order(), reply, audio_ms or None, words or None, cancelled)
