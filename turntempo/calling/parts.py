"""The live stages of a call, as the options name them: on this machine, or behind an address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipeline.live.context import Stages
from pipeline.recordings.text_file import file_text
from stages.arrays import Samples
from stages.audio_models.vad import RATE
from stages.errors import InputError, StageError
from stages.live.espeak import Espeak
from stages.live.local_llm import serving
from stages.live.openai_http import Endpoint, HttpLlm, HttpRecogniser, HttpVoice
from stages.live.parts import LanguageModel, Recogniser, SpeechDetector, ToolCall, TurnScorer, Voice
from stages.live.scripted import hum
from stages.live.silero import Silero, SmartTurn
from stages.live.sphinx import Sphinx
from stages.model import first_problem
from stages.settings import Settings

LOCAL = "local"
APOLOGY, FILLER = "Sorry, something went wrong.", "Hmm, let me see."
MOST_TOKENS = 40
"""The small local model would go on for long."""


class Tool(BaseModel):
    """A tool in a file of tools: what the LLM is told of it, and what it gives, after `ms` or from a program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str = ""
    parameters: dict[str, Any] = {"type": "object", "properties": {}}
    result: str = ""
    ms: float = 0
    command: tuple[str, ...] = ()

    def json_dict(self) -> dict[str, Any]:
        """As the LLM is told of it."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


@dataclass(frozen=True)
class Toolbox:
    """The tools of a call."""

    tools: tuple[Tool, ...] = ()
    lead_ms: float = 0.0

    async def prepare(self) -> None:
        """The application's own work before the LLM is asked."""
        if self.lead_ms:
            await asyncio.sleep(self.lead_ms / 1000)

    async def call(self, call: ToolCall) -> str:
        """What the tool gives; of a program its standard output."""
        found = next((one for one in self.tools if one.name == call.name), None)
        if found is None:
            return f"there is no tool {call.name}"
        await asyncio.sleep(found.ms / 1000)
        if not found.command:
            return found.result
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*found.command, stdin=pipe, stdout=pipe)
        try:
            said, _ = await process.communicate(call.arguments.encode())
        finally:
            if process.returncode is None:
                process.kill()
        return said.decode("utf-8", "replace").strip()


LARGEST_TOOLS = 1 << 20
"""The most bytes of a file of tools."""

NAME_FILE = "name a JSON file with the tools"


def tools_in(path: Path) -> tuple[Tool, ...]:
    """The tools in a JSON file: a list of objects. Raises InputError."""
    text = file_text(path, LARGEST_TOOLS, InputError, NAME_FILE, NAME_FILE)
    try:
        return TypeAdapter(tuple[Tool, ...]).validate_python(json.loads(text))
    except ValidationError as error:
        place, rule = first_problem(error)
        raise InputError(
            f"{path}: {place}: {rule}; a tool is name, description, parameters, and result or command"
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read as JSON: {error}") from None


@dataclass(frozen=True)
class Wanted:
    """What the options say."""

    llm: str = LOCAL
    llm_model: str = ""
    fallback_model: str = ""
    asr: str = LOCAL
    asr_model: str = ""
    tts: str = LOCAL
    tts_model: str = ""
    voice: str = ""
    key_env: str | None = None
    end_of_turn: bool = False
    tools: tuple[Tool, ...] = ()
    lead_ms: float = 0.0
    most_tokens: int = MOST_TOKENS
    """Of an answer of the local LLM."""


@dataclass
class Parts:
    """Stages that are ready; each call has a VAD and a recogniser of its own."""

    stages: Stages
    wanted: Wanted
    apology: Samples
    _filler: Samples
    _closing: list[Any] = field(default_factory=list)

    def detector(self) -> SpeechDetector:
        """A VAD that has heard nothing yet."""
        return Silero()

    def recogniser(self) -> Recogniser:
        """A recogniser that has heard nothing yet."""
        found: Sphinx | HttpRecogniser
        if self.wanted.asr == LOCAL:
            found = Sphinx()
        else:
            found = HttpRecogniser(Endpoint(self.wanted.asr, self.wanted.asr_model, self.wanted.key_env))
        self._closing.append(found)
        return found

    def filler(self, settings: Settings) -> Samples:
        """The filler, as long as the settings say."""
        count = round(settings.filler.ms * RATE / 1000)
        if settings.filler.after_ms is None or not len(self._filler):
            return hum(settings.filler.ms)
        return np.pad(self._filler[:count], (0, max(count - len(self._filler), 0)))

    async def close(self) -> None:
        """Close all connections."""
        for one in self._closing:
            await one.close()


@contextmanager
def ready(wanted: Wanted, parallel: int = 1) -> Iterator[str]:
    """The address of the LLM, while it runs. Raises InputError where what is wanted is not installed."""
    if wanted.llm == LOCAL:
        with serving(at_once=2 * parallel) as address:
            yield address
    else:
        yield wanted.llm


async def opened(wanted: Wanted, address: str, settings: Sequence[Settings]) -> Parts:
    """The stages, with filler and apology spoken beforehand. Raises InputError."""
    closing: list[Any] = []

    def llm(model: str) -> LanguageModel:
        local = wanted.llm == LOCAL
        endpoint = Endpoint(address, model or LOCAL, None if local else wanted.key_env)
        more: dict[str, Any] = {"max_tokens": wanted.most_tokens, "temperature": 0} if local else {}
        closing.append(found := HttpLlm(endpoint, [one.json_dict() for one in wanted.tools], **more))
        return found

    voice: Voice
    if wanted.tts == LOCAL:
        voice = Espeak()
    else:
        closing.append(voice := HttpVoice(Endpoint(wanted.tts, wanted.tts_model, wanted.key_env), wanted.voice))
    scorer: TurnScorer | None = SmartTurn() if wanted.end_of_turn or any(needs_score(one) for one in settings) else None
    fallback = llm(wanted.fallback_model) if wanted.fallback_model else None
    stages = Stages(llm(wanted.llm_model), voice, Toolbox(wanted.tools, wanted.lead_ms), scorer, fallback)
    spoken = partial(_spoken, voice)
    filler = (
        await spoken(FILLER) if any(one.filler.after_ms is not None for one in settings) else np.zeros(0, np.float32)
    )
    return Parts(stages, wanted, await spoken(APOLOGY), filler, closing)


def needs_score(settings: Settings) -> bool:
    """Whether an end-of-turn model is asked under these settings."""
    return settings.endpointing.eot_threshold is not None or settings.eager.on == "score"


async def _spoken(voice: Voice, text: str) -> Samples:
    try:
        return np.concatenate([one async for one in voice.speak(text, 0)])
    except StageError as error:
        raise InputError(f"the voice does not answer: {error}") from None
