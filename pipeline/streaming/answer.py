"""The LLM's answer: a chain of requests, with tool calls between them (timing model, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipeline.streaming.ensemble import Ensemble
from pipeline.streaming.events import Kind
from pipeline.streaming.gate import Gate
from stages.latency.llm import Tokens
from stages.policy import Request, Step


class Answer:
    """Asks the LLM, runs the tools that it calls and asks again, until it gives its spoken answer."""

    def __init__(
        self,
        play: Ensemble,
        *,
        watch: Callable[[Step, int | None], object],
        note: Callable[[Kind, int], object],
        answered: Callable[[Tokens], object],
        failed: Callable[[], object],
    ) -> None:
        """`note` is given the number of a round of tool calls, from 0."""
        self._play, self._note, self._answered = play, note, answered
        self._requests = [
            Request(
                play.clock,
                llm,
                play.settings.llm,
                watch=watch,
                answered=partial(self._take_answer, number),
                failed=failed,
            )
            for number, llm in enumerate(play.llms)
        ]
        self._first_call = Gate("call", "ask", opened=lambda: self._call(0))

    def start(self) -> None:
        """Send the first request."""
        self._requests[0].start()

    def ask(self) -> None:
        """The turn is committed, and the application's own work is done: tools may run."""
        self._first_call.has("ask")

    def cancel(self) -> None:
        """Before the commit there is no request but the first."""
        self._requests[0].cancel()

    def _take_answer(self, number: int) -> None:
        """The first token of this request: it calls tools, but for the last one's, which is spoken."""
        if number + 1 == len(self._requests):
            self._answered(self._play.llms[number].stream())
        elif number == 0:
            self._first_call.has("call")
        else:
            self._call(number)

    def _call(self, number: int) -> None:
        self._note(Kind.TOOL_CALL, number)
        self._play.application.call(number, partial(self._take_result, number))

    def _take_result(self, number: int) -> None:
        self._note(Kind.TOOL_RESULT, number)
        self._requests[number + 1].start()
