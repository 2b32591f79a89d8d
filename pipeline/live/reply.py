"""A live reply: the LLM streams text into synthesis, synthesis streams sound into playout (timing model, section 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from pipeline.importers.observed.timeline import Commit, Tool
from pipeline.live.context import Context
from pipeline.live.measuring import Answered
from pipeline.live.pieces import Until, cut
from pipeline.live.playout import LivePlayout
from pipeline.live.requests import Running, Stream
from pipeline.live.speech import Speech
from pipeline.streaming.answer import Answer
from pipeline.streaming.events import Kind, Recorder
from pipeline.streaming.gate import Gate
from stages.clock import Priority, Timer
from stages.latency.llm import Llm, Tokens
from stages.live.parts import Message, Piece, ToolCall
from stages.policy import Step


class LiveReply:
    """A reply to the words before one silence. Its context's clock is that of the turn."""

    def __init__(
        self,
        number: int,
        pause: int,
        context: Context,
        record: Recorder,
        *,
        origin_ms: float,
        text: Callable[[], str],
        transcribed: Callable[[], bool],
        sounds: Callable[[LiveReply], object],
        over: Callable[[LiveReply], object],
        settled: Callable[[LiveReply], object],
    ) -> None:
        """`text`: the user's words so far. `sounds`, `over`: as sound begins and ends; `settled`: nothing follows."""
        self.number, self.pause, self.name = number, pause, f"reply-{next(context.names)}"
        self.failed = self.committed = False
        self._context, self._record, self._origin_ms = context, record, origin_ms
        self._user_text, self._transcribed, self._settled = text, transcribed, settled
        self._clock, self._settings = context.clock, context.settings
        self.playout = LivePlayout(
            context.clock,
            context.settings,
            context.speaker,
            context.floor,
            context.filler,
            self._note,
            sounds=lambda: sounds(self),
            over=self._silent_again,
        )
        self._over = over
        self._answer = Answer(
            context.clock,
            context.settings.llm,
            self._llm_at,
            self,
            watch=self._watch,
            note=self._note_round,
            answered=self._take_tokens,
            failed=self._fail_without_text,
        )
        self._speech = Speech(self.name, context, origin_ms, self.playout, self._watch_speech, self._fail_without_audio)
        self._text = Gate("text", *(() if context.settings.eager.tts else ("ask",)), opened=self._speech.start)
        self._llm: Stream[Piece] | None = None
        self._answered = Answered(self.name)
        self._calls: list[Message] = []
        """Calls of tools and their results, that the next request shows to the LLM."""
        self._begun = self._unwanted = False
        self._question = ""
        self._spoken = 0
        self._tool_calls: tuple[ToolCall, ...] = ()
        self._tool_result: Callable[[], object] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.said: tuple[Message, ...] = ()
        """The user's words and what was answered, once the LLM has answered."""

    # As an exchange meets it.

    def start(self) -> None:
        """Ask the LLM."""
        self._begun = True
        self._question = self._user_text()
        self._answer.start()

    def commit(self) -> None:
        """The turn is over: once the application has done its own work, the reply may be spoken.

        Sound without words is nothing to answer.
        """
        self.committed = True
        if not self._user_text():
            self.withdraw()
            self._settled(self)
            return
        self._context.notes.add("commits", Commit(self._now, self.name, timeout=not self._transcribed()))
        self.playout.commit()
        self.prepare(self._ask)

    def drop(self) -> None:
        """A preemptive reply without a commit: every request is cancelled."""
        self.withdraw()

    def withdraw(self) -> None:
        """Nothing more of it is asked, synthesised or spoken: every connection of it is closed."""
        if self._unwanted:
            return
        self._unwanted = True
        self._answer.cancel()
        if self._llm is not None:
            self._llm.cancel()
        for task in self._tasks:
            task.cancel()
        self._speech.cancel()
        self._note_request(whole=self._llm is not None and self._llm.done)
        self.playout.stop()

    @property
    def is_over(self) -> bool:
        """Whether nothing more of it will be heard."""
        return self._unwanted or self.playout.finished

    def had_more_to_say(self, at_ms: float) -> bool:
        """Was it not played out by then?"""
        return not self.playout.finished

    # As an application (`stages.latency.application.Application`).

    def prepare(self, ready: Callable[[], object]) -> Timer:
        """Calls `ready` once the application has done its own work."""
        return self._task(self._prepared(ready))

    def call(self, number: int, result: Callable[[], object]) -> Timer:
        """Runs the tools that the LLM called, once the calls are whole."""
        self._tool_result = result
        return self._task(self._run_tools(result))

    async def _prepared(self, ready: Callable[[], object]) -> None:
        await self._context.stages.tools.prepare()
        self._clock.at(self._clock.now, Priority.COMMIT, ready)

    async def _run_tools(self, result: Callable[[], object]) -> None:
        stream = self._llm
        while stream is not None and not stream.done:
            await asyncio.sleep(0.001)
        calls = tuple(one for one in (stream.parts if stream else ()) if isinstance(one, ToolCall))
        self._note_request(whole=True)
        self._calls.append(Message("assistant", "", calls))
        for call in calls:
            start = self._now
            text = await self._context.stages.tools.call(call)
            self._calls.append(Message("tool", text, call_id=call.id))
            self._context.notes.add("tools", Tool(start, self._now, self.name))
        self._clock.at(self._clock.now, Priority.ANSWER, result)

    # What comes.

    def _llm_at(self, number: int) -> Llm:
        """The LLM's next request, which shows what the tools gave."""
        stages, self._spoken = self._context.stages, 0
        self._answered = Answered(self.name)
        messages = (*self._context.said.messages(self._question, self._settings.llm.max_history), *self._calls)
        fallback = stages.llm_fallback
        self._llm = Stream(
            lambda attempt: stages.llm.answer(messages, attempt),
            None if fallback is None else lambda attempt: fallback.answer(messages, attempt),
            more=self._take_more,
            failed=self._context.failed,
        )
        return self._llm

    def _ask(self) -> None:
        if self._unwanted:
            return
        if not self._begun:
            self.start()
        self._answer.ask()
        self._text.has("ask")
        self.playout.ask()

    def _take_tokens(self, tokens: Tokens) -> None:
        """The first token is here."""
        self._take_more()

    def _take_more(self) -> None:
        """Text came: cut off what is whole, and have it spoken."""
        if self._llm is None or self._unwanted:
            return
        new = self._llm.parts[len(self._answered.times) :]
        self._answered.times += [self._now] * len(new)
        self._answered.tokens += [one for one in new if isinstance(one, str)]
        self._answered.calls_tools = self._llm.calls_tools()
        if self._answered.calls_tools:
            return
        rules = self._settings.tts
        while (count := self._next_cut(rules.first_chunk if not self._spoken else "sentence")) is not None:
            piece = self._answered.tokens[self._spoken : self._spoken + count]
            self._spoken += count
            self._speak(piece)
        if self._llm.done:
            self._note_request(whole=not self._llm.broke_off)
            self._speech.whole()
            answer = "".join(self._answered.tokens).strip()
            self.said = (Message("user", self._question), *self._calls, Message("assistant", answer))

    def _next_cut(self, until: Until) -> int | None:
        tokens: Sequence[str] = self._answered.tokens[self._spoken :]
        whole = self._llm is not None and self._llm.done
        return cut(tokens, until, self._settings.tts.lookahead_tokens, whole)

    def _speak(self, piece: Sequence[str]) -> None:
        first = self._speech.add("".join(piece).strip(), len(piece))
        if first:
            self._note(Kind.TTS_TEXT, value=len(piece))
            self._text.has("text")

    def _fail_without_text(self) -> None:
        """The apology is at hand already."""
        self.failed = True
        self._note_request(whole=False)
        if not self._unwanted:
            if len(self._context.apology):
                self.playout.push(self._context.apology)
            self.playout.finish()
            self.playout.load(silent=not len(self._context.apology))

    def _fail_without_audio(self) -> None:
        self.failed = True
        self._speech.note()
        self.playout.load(silent=True)

    def _silent_again(self) -> None:
        self._over(self)
        if self.playout.finished:
            self._speech.note()
            self._settled(self)

    # What is told of it.

    @property
    def _now(self) -> float:
        """The present time of the session."""
        return self._origin_ms + self._clock.now

    def _note_request(self, whole: bool) -> None:
        event, self._answered = self._answered.event(whole), Answered(self.name)
        if event is not None:
            self._context.notes.add("requests", event)

    def _watch(self, step: Step, number: int | None) -> None:
        self._answered.attempts.take(step, number, self._now)
        self._record(Kind(f"llm.{step}"), self.pause, self.number, number)

    def _watch_speech(self, step: Step, number: int | None) -> None:
        self._record(Kind(f"tts.{step}"), self.pause, self.number, number)

    def _note_round(self, kind: Kind, number: int) -> None:
        self._record(kind, self.pause, self.number, number)

    def _note(self, kind: Kind, *, value: float | None = None) -> None:
        self._record(kind, self.pause, self.number, value=value)

    def _task(self, work: Coroutine[Any, Any, None]) -> Timer:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Running(task)
