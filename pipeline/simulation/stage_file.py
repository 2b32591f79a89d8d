"""Stages as `turntempo probe` measured them: a TOML file that takes the place of a profile's own stages.

schema = "turntempo.stages/2"

[probe]
stage = "llm"
endpoint = "https://llm.example/v1"
...

[llm.ttft_ms]
values = [312.5, 330.1, 342.0]
source = "probe of ..."
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from pipeline.simulation.distribution import Distribution, Quoted
from stages.errors import InputError
from stages.model import Count, Model, Name, first_problem
from stages.schema_ids import is_schema, schema_id
from stages.toml import loaded

FORM = "stages"
LARGEST = 32 << 20
"""The most bytes of a file of stages that is read."""

MEASURE = "turntempo probe llm|tts|asr --profile-out FILE writes one"

Stage = Literal["llm", "tts", "asr"]


class Probed(Model):
    """Which endpoint was measured, when, and what a reader of the numbers must know."""

    stage: Stage
    endpoint: Name
    model: Name
    measured: Name
    """When the first request was sent, as 2026-11-22T14:30:00+00:00."""
    requests: Count
    """How many were answered."""
    failed: dict[Name, Count] = Field(default_factory=dict)
    """Class of failure -> how many; the values hold none of them."""
    concurrency: Annotated[int, Field(ge=1)] = 1
    slow_together: bool = False
    """Slow requests come together, so that a second request helps less than one that is drawn anew."""


class MeasuredLlm(Model):
    ttft_ms: Distribution | None = None
    first_turn: Quoted | None = None
    token_ms: Distribution | None = None
    clause_tokens: Distribution | None = None
    sentence_tokens: Distribution | None = None
    reply_tokens: Distribution | None = None
    prefill_ms_per_1k: Distribution | None = None


class MeasuredTts(Model):
    ttfb_ms: Distribution | None = None
    ms_per_token: Distribution | None = None


class MeasuredAsr(Model):
    final_ms: Distribution | None = None
    interim_ms: Distribution | None = None


class MeasuredStages(Model):
    """The stages of one file; what it does not have, the profile gives."""

    schema_: str = Field(alias="schema")
    probe: Probed | None = None
    llm: MeasuredLlm = MeasuredLlm()
    tts: MeasuredTts = MeasuredTts()
    asr: MeasuredAsr = MeasuredAsr()

    @model_validator(mode="after")
    def _known(self) -> MeasuredStages:
        if not is_schema(self.schema_, FORM):
            raise ValueError(f'schema = "{schema_id(FORM)}" must stand in it; {MEASURE}')
        if not self.tables():
            raise ValueError(f"there is no stage in it; {MEASURE}")
        return self

    def tables(self) -> dict[str, dict[str, Any]]:
        """The stages that there are, as tables of a profile."""
        found = {
            name: getattr(self, name).model_dump(exclude_none=True, exclude_defaults=True)
            for name in ("llm", "tts", "asr")
        }
        return {name: table for name, table in found.items() if table}


def read_stages(path: str | Path) -> MeasuredStages:
    """The stages in a file. Raises InputError, naming file, field and rule."""
    file = Path(path)
    try:
        if not file.is_file():
            raise InputError(f"--stages {path}: there is no such file; {MEASURE}")
        if file.stat().st_size > LARGEST:
            raise InputError(f"--stages {path}: is larger than {LARGEST >> 20} MiB; {MEASURE}")
        return MeasuredStages.model_validate(loaded(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise InputError(f"--stages {path}: {': '.join(part for part in first_problem(error) if part)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"--stages {path}: is no TOML: {error}; {MEASURE}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"--stages {path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def is_stage_file(path: str | Path) -> bool:
    """Whether a file says of itself that it holds measured stages; it may break their rules."""
    file = Path(path)
    try:
        if file.suffix != ".toml" or not file.is_file() or file.stat().st_size > LARGEST:
            return False
        return is_schema(loaded(file.read_text(encoding="utf-8")).get("schema"), FORM)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError, ValueError):
        return False


def stage_file_text(probe: Probed, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """The file of measured stages. `tables`: stage -> field -> `values` or `value`, with its source."""
    import tomlkit

    head = {name: value for name, value in probe.json_dict().items() if value != {}}
    document = tomlkit.document()
    document.add("schema", tomlkit.item(schema_id(FORM)))
    document.add("probe", tomlkit.item(head))
    for stage, fields in tables.items():
        document.add(stage, tomlkit.item({name: dict(field) for name, field in fields.items()}))
    text = tomlkit.dumps(document)
    MeasuredStages.model_validate(tomllib.loads(text))
    return text
