"""The LLM's answer: a chain of requests, with tool calls between them (timing model, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipeline.streaming.events import Kind
from pipeline.streaming.gate import Gate
from stages.clock import Clock
from stages.latency.application import Application
from stages.latency.llm import Llm, Tokens
from stages.policy import Request, Step
from stages.settings import StagePolicy


class Answer:
    """Asks the LLM, runs the tools that it calls and asks again, until it gives its spoken answer."""

    def __init__(
        self,
        clock: Clock,
        policy: StagePolicy,
        llm_at: Callable[[int], Llm],
        application: Application,
        *,
        watch: Callable[[Step, int | None], object],
        note: Callable[[Kind, int], object],
        answered: Callable[[Tokens], object],
        failed: Callable[[], object],
    ) -> None:
        """`llm_at`: the LLM at each request of the answer, from 0: the first, and one after each round of tool calls.

        `note` is given the number of a round, from 0.
        """
        self._clock, self._policy, self._llm_at, self._application = clock, policy, llm_at, application
        self._watch, self._note, self._answered, self._failed = watch, note, answered, failed
        self._request: Request | None = None
        self._first_call = Gate("call", "ask", opened=lambda: self._call(0))

    def start(self) -> None:
        """Send the first request."""
        self._send(0)

    def ask(self) -> None:
        """The turn is committed, and the application's own work is done: tools may run."""
        self._first_call.has("ask")

    def cancel(self) -> None:
        """Cancel the request that is under way."""
        if self._request is not None:
            self._request.cancel()

    def _send(self, number: int) -> None:
        llm = self._llm_at(number)
        self._request = Request(
            self._clock,
            llm,
            self._policy,
            watch=self._watch,
            answered=partial(self._take_answer, number, llm),
            failed=self._failed,
        )
        self._request.start()

    def _take_answer(self, number: int, llm: Llm) -> None:
        """The first token of this request: it calls tools, but for the last one's, which is spoken."""
        if not llm.calls_tools():
            self._answered(llm.stream())
        elif number == 0:
            self._first_call.has("call")
        else:
            self._call(number)

    def _call(self, number: int) -> None:
        self._note(Kind.TOOL_CALL, number)
        self._application.call(number, partial(self._take_result, number))

    def _take_result(self, number: int) -> None:
        self._note(Kind.TOOL_RESULT, number)
        self._send(number + 1)
