"""One turn of a recording as a live conversation: its speech, its transcripts, and stages that take its times."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pipeline.live.clock import RealClock
from pipeline.live.context import Context, Said, Stages
from pipeline.live.conversation import Conversation
from pipeline.live.speaker import Tape
from stages.clock import Priority
from stages.live.scripted import Answer, ScriptedLlm, ScriptedTools, ScriptedVoice
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.live.virtual_time import run

BEGIN_MS = 1_000.0


@dataclass
class Heard:
    """What was noted."""

    events: list[tuple[str, Any]] = field(default_factory=list)
    sounds: list[list[Any]] = field(default_factory=list)
    """Begin, end and reply of each; fillers have no reply."""

    def add(self, kind: str, event: Any) -> None:
        self.events.append((kind, event))

    def speech_began(self, at: float, sound: float) -> None:
        pass

    def speech_paused(self, at: float, sound: float) -> None:
        pass

    def speech_ended(self, at: float) -> None:
        pass

    def agent_began(self, at: float, reply: str | None = None) -> None:
        self.sounds.append([at - BEGIN_MS, None, reply])

    def filler_began(self, at: float) -> None:
        self.agent_began(at)

    def agent_stopped(self, at: float, whole: bool = False) -> None:
        if self.sounds and self.sounds[-1][1] is None:
            self.sounds[-1][1] = at - BEGIN_MS

    def of(self, kind: str) -> list[Any]:
        return [event for name, event in self.events if name == kind]

    def commits(self) -> list[float]:
        return [one.at - BEGIN_MS for one in self.of("commits")]


@dataclass
class Lived:
    """A turn that was lived through."""

    heard: Heard
    llm: ScriptedLlm
    voice: ScriptedVoice
    end_ms: float

    @property
    def answer_ms(self) -> float | None:
        """From the user's end to the reply itself."""
        later = [sound for sound in self.heard.sounds if sound[0] >= self.end_ms and sound[2]]
        return later[0][0] - self.end_ms if later else None

    @property
    def response_ms(self) -> float | None:
        """From the user's end to the first sound after it that goes on."""
        later = [sound for sound in self.heard.sounds if sound[0] >= self.end_ms]
        return later[0][0] - self.end_ms if later else None


class Scores:
    """An end-of-turn model with the turn's scores."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.place = 0

    async def score(self, samples: Any) -> float:
        pauses = self.turn.speech.pauses or ()
        found = pauses[self.place].eot_score if self.place < len(pauses) else self.turn.speech.eot_score
        await asyncio.sleep(self.turn.speech.eot_delay_ms / 1000)
        return 0.5 if found is None else found


def live(turn: Turn, settings: Settings, **more: Any) -> Lived:
    """The turn, lived through in virtual time."""
    lived: Lived = run(_lived(turn, settings, **more))
    return lived


async def _lived(turn: Turn, settings: Settings, *, scored: bool = False, breaks: bool = False) -> Lived:
    llm_, tts = turn.llm, turn.tts
    tokens = tuple(_tokens(turn))
    answer = Answer(
        tokens,
        tuple(ms or 0.0 for ms in llm_.ttft_ms or ()),
        llm_.token_ms or 0.0,
        tuple(ms or 0.0 for ms in tts.ttfb_ms or ()),
        tts.ms_per_token or 0.0,
        tuple((one.ms or 0.0, tuple(ms or 0.0 for ms in one.ttft_ms or ())) for one in llm_.tools),
        llm_.lead_ms,
        breaks,
    )
    clock, heard = RealClock(), Heard()
    llm, voice = ScriptedLlm(lambda: answer), ScriptedVoice(lambda: answer)
    fallbacks: dict[str, Any] = {}
    if llm_.fallback_ttft_ms is not None:
        fallbacks["llm_fallback"] = ScriptedLlm(lambda: answer, fallback_ms=llm_.fallback_ttft_ms)
    if tts.fallback_ttfb_ms is not None:
        fallbacks["voice_fallback"] = ScriptedVoice(lambda: answer, fallback_ms=tts.fallback_ttfb_ms)
    scores = Scores(turn)
    stages = Stages(llm, voice, ScriptedTools(lambda: answer), scores if scored else None, **fallbacks)
    context = Context(clock, settings, stages, Tape(clock), heard, Said(), lambda error: None)
    talk = Conversation(context)
    _speak(turn, talk, clock, scores)
    await asyncio.sleep((BEGIN_MS + turn.speech.end_ms + 60_000) / 1000)
    talk.end()
    await asyncio.sleep(0.01)
    return Lived(heard, llm, voice, turn.speech.end_ms)


def _tokens(turn: Turn) -> list[str]:
    """Text whose clauses and sentences are as long as the turn's."""
    llm = turn.llm
    clause, sentence, reply = (int(one or 1) for one in (llm.clause_tokens, llm.sentence_tokens, llm.reply_tokens))
    words = [" word"] * reply
    words[clause - 1] = " word,"
    words[sentence - 1] = " word."
    words[-1] = " word."
    return words


def _speak(turn: Turn, talk: Conversation, clock: RealClock, scores: Scores) -> None:
    """Have the microphone hear the turn."""
    pauses, speech = turn.speech.pauses or (), turn.speech
    stretches: list[int] = []

    def heard(at: float, sound: float) -> None:
        stretches.append(talk.speech(BEGIN_MS + sound))

    def at(ms: float, priority: Priority, action: Any) -> None:
        clock.at(BEGIN_MS + ms, priority, action)

    def quiet(place: int, sound: float) -> None:
        scores.place = place
        talk.quiet(BEGIN_MS + sound)

    at(0.0, Priority.USER, lambda: heard(0.0, 0.0))
    for place, silence in enumerate([*((one.at_ms, one) for one in pauses), (speech.end_ms, None)]):
        a, pause = silence
        release = speech.release_ms if pause is None or pause.release_ms is None else pause.release_ms
        at(a + release, Priority.VAD, lambda place=place, a=a: quiet(place, a))
        final = a + (turn.asr.final_ms or 0.0)
        shown = a + turn.asr.interim_ms
        at(shown, Priority.TRANSCRIPT, lambda place=place: talk.interim(stretches[place], "some words"))
        at(final, Priority.TRANSCRIPT, lambda place=place: talk.final(stretches[place], "some words"))
        if pause is not None:
            lag = speech.onset_lag_ms if pause.onset_lag_ms is None else pause.onset_lag_ms
            b = a + pause.ms
            at(b + lag, Priority.USER, lambda b=b: heard(b, b))
