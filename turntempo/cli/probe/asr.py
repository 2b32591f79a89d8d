"""`turntempo probe asr`: transcription, uploaded or over a WebSocket as it is spoken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from turntempo import options
from turntempo.cli.probe.measuring import Given, asked_for, endpoint_of, measured, probe_options

if TYPE_CHECKING:
    from turntempo.probe.askers.asking import Asker


@click.command()
@probe_options("openai", "openai-realtime", "deepgram")
@click.option(
    "--audio",
    "files",
    type=options.FILE,
    multiple=True,
    required=True,
    metavar="FILE.wav",
    help="Speech of one turn, WAV of 16 bit; several are taken in turn. Repeatable.",
)
@click.option(
    "--finalize-after",
    "finalize_ms",
    type=click.FloatRange(0, 5000),
    default=200,
    metavar="MS",
    help="Over a WebSocket: ask for the final after so much silence, as an agent does when its VAD reports the end.",
)
def command(given: Given, files: tuple[Path, ...], finalize_ms: float) -> int:
    """Measure transcription: the time from the end of speech to the final transcript.

    `openai` uploads whole files; `openai-realtime` and `deepgram` stream the audio as fast as it is spoken.
    """
    from turntempo.probe.askers.sound import read_speech
    from turntempo.probe.askers.streaming import WIRES, Streaming
    from turntempo.probe.askers.uploading import Uploading
    from turntempo.probe.caller import tls_context
    from turntempo.probe.cells import Wanted, levels, versions

    speech = tuple(read_speech(path) for path in files)
    to, streamed = endpoint_of(given), given.api in WIRES
    wanted = Wanted(
        "asr", given.n, levels(given.concurrency), versions(given.http), streamed=streamed, only=asked_for(given)
    )
    asker: Asker = Uploading(to, speech)
    if streamed:
        verify = tls_context(None if given.ca is None else str(given.ca))
        asker = Streaming(to, speech, verify, finalize_ms, given.timeout_s)
    asked = ", ".join(f"{one.name} {one.digest}" for one in speech) + (f", {finalize_ms:g} ms" if streamed else "")
    each = {"minute": sum(one.ms for one in speech) / len(speech) / 60_000}
    return measured(given, wanted, to, asker, asked, each)
