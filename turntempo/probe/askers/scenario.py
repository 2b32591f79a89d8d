"""What is asked: the prompts, tools and sentences of a kind of conversation."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from stages.errors import InputError, UnknownName
from stages.model import Model, first_problem
from stages.toml import loaded

_FOLDER = files("turntempo.probe.askers") / "scenarios"
LARGEST = 1 << 20
"""The most bytes of a file of prompts."""

WORDS_PER_1K = 750
"""Words of 1,000 tokens of English prose, for histories; what the server counts is what is reported."""

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]


class Tool(Model):
    """A function that the model may call, its result, and a question that calls it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    about: Text
    argument: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,64}$")]
    question: Text
    result: Text

    def definition(self) -> dict[str, Any]:
        """As a chat completion takes it."""
        parameters = {
            "type": "object",
            "properties": {self.argument: {"type": "string"}},
            "required": [self.argument],
        }
        function = {"name": self.name, "description": self.about, "parameters": parameters}
        return {"type": "function", "function": function}


class Scenario(Model):
    """What an agent of this kind is told, is asked, and says."""

    name: Text
    system: Text
    questions: Texts
    """What users say."""
    exchanges: Annotated[tuple[Annotated[tuple[Text, Text], Field(strict=False)], ...], Field(strict=False)] = ()
    """Earlier questions and answers: histories are made of them."""
    sentences: Texts
    """First sentences of replies, to be spoken."""
    tool: Tool | None = None

    def history(self, tokens: int, turn: int) -> list[dict[str, str]]:
        """Messages of about so many tokens, ending with an answer; they begin at another exchange for each turn."""
        words, messages = tokens * WORDS_PER_1K / 1000, []
        past = self.exchanges or tuple((one, self.sentences[0]) for one in self.questions)
        place = turn
        while words > 0:
            question, answer = past[place % len(past)]
            messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
            words -= len(question.split()) + len(answer.split()) + 4
            place += 1
        return messages

    @property
    def digest(self) -> str:
        """A hash of all of it."""
        return blake2b(self.model_dump_json().encode(), digest_size=6).hexdigest()


def scenario_names() -> tuple[str, ...]:
    """The names of all scenarios, sorted: those of the profiles."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name != "README"))


def scenario(name: str) -> Scenario:
    """The scenario of this name, or that in a TOML file. Raises UnknownName, InputError."""
    if name in scenario_names():
        return _parsed((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), name)
    path = Path(name)
    if path.suffix != ".toml":
        raise UnknownName("scenario", name, (*scenario_names(), "or a file .toml of the same form"))
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise InputError(f"--scenario {name}: must be a file of at most {LARGEST >> 20} MiB")
        return _parsed(path.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--scenario {name}: cannot be read: {error}") from None


def _parsed(text: str, name: str) -> Scenario:
    try:
        return Scenario.model_validate({"name": name} | loaded(text))
    except ValidationError as error:
        raise InputError(f"--scenario {name}: {': '.join(part for part in first_problem(error) if part)}") from None
    except (ValueError, RecursionError) as error:  # a number of too many digits is a plain ValueError
        raise InputError(f"--scenario {name}: is no TOML: {error}") from None


def picked(values: Sequence[str], i: int) -> str:
    """The value for the i-th request: each in turn."""
    return values[i % len(values)]
