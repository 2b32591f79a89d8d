"""Whose channel is whose in audio: asked at the terminal where the sound does not say it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from pipeline.importers import AUTO, Imported, import_recording
from pipeline.importers.audio.audio import Audio
from pipeline.importers.audio.sound_timeline import ChannelsInDoubt
from stages.i18n import say
from turntempo import stderr


def imported(
    format: str, files: Sequence[str], options: Mapping[str, Any], strict: bool, *, ask: bool = True
) -> Imported:
    """The import; where a person can answer, it is asked which channel is the user's, if that is in doubt."""
    if not ask or format not in (AUTO, Audio.name) or "user" in options or "swap" in options or not _is_terminal():
        return import_recording(format, files, options, strict)
    try:
        return import_recording(format, files, {**options, "user": "ask"} if _hears(files) else options, strict)
    except ChannelsInDoubt as doubt:
        stderr.warn(doubt.message)
        user = click.prompt(say("audio.ask"), type=click.Choice(("left", "right")), default="left", err=True)
        return import_recording(format, files, {**options, "user": user}, strict)


def _hears(files: Sequence[str]) -> bool:
    """Whether one of the files is sound: only then the option is known."""
    from pipeline.importers.files import gathered

    return any(Audio().recognise(file) for file in gathered(files))


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
