"""`turntempo probe`: measures a user's own endpoints, and makes a stage profile of them."""

from __future__ import annotations

import click

from turntempo.app import Lazy

COMMANDS = ("llm", "tts", "asr", "show")


@click.group(cls=Lazy, package="turntempo.cli.probe", names=COMMANDS, modules={})
def command() -> None:
    """Measure your own LLM, speech and transcription endpoints, for settings that rest on them.

    `simulate`, `tune`, `diagnose`, `replay` and `check` take the result with --stages FILE; `turntempo compare A.toml
    B.toml` says what another model or region would change, in turns.
    """
