"""What audio needs beyond the rest: three libraries, and the models that other packages carry. Loaded when needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from stages.errors import InputError

INSTALL = "pip install '.[audio]' in the folder of the clone"
"""How all of it is installed: the package is on no index."""

SILERO = (
    ("pipecat-ai", "pipecat/audio/vad/data/silero_vad.onnx"),
    ("silero-vad", "silero_vad/data/silero_vad.onnx"),
    ("livekit-plugins-silero", "livekit/plugins/silero/resources/silero_vad.onnx"),
)
"""Packages that carry the VAD, and where in them, the first one first. The files are read; no code of theirs runs."""

SMART_TURN = (
    ("pipecat-ai", "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"),
    ("pipecat-ai", "pipecat/audio/turn/smart_turn/data/smart-turn-v3.1-cpu.onnx"),
    ("pipecat-ai", "pipecat/audio/turn/smart_turn/data/smart-turn-v3.0.onnx"),
)
"""The same of the end-of-turn model."""


@dataclass(frozen=True)
class Model:
    """A model's file, and the package that it comes with."""

    path: Path
    package: str


def library(name: str, need: str = "reading audio", command: str = INSTALL) -> Any:
    """The library of this name. Raises InputError with the command to install it where it is missing."""
    try:
        return import_module(name)
    except (ImportError, OSError) as error:  # OSError: soundfile without its C library
        raise InputError(f"{need} needs the package {name} ({error}): {command}") from None


def vad_model() -> Model:
    """Silero's VAD. Raises InputError where no installed package carries it."""
    if found := carried(SILERO):
        return found
    raise InputError(f"reading audio needs Silero's VAD, which the package pipecat-ai carries: {INSTALL}")


def end_of_turn_model() -> Model | None:
    """Smart-Turn; None: no installed package carries it."""
    return carried(SMART_TURN)


@cache
def session(path: Path) -> Any:
    """An inference session for this file, on one core."""
    runtime = library("onnxruntime")
    options = runtime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def carried(places: tuple[tuple[str, str], ...]) -> Model | None:
    """The first of these files that an installed package has; each is a package and a place in it."""
    for package, inside in places:
        try:
            distribution = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            continue
        path = Path(str(distribution.locate_file(inside)))
        if path.is_file():
            return Model(path, f"{package} {distribution.version}")
    return None
