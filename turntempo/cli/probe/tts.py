"""`turntempo probe tts`: OpenAI-compatible and ElevenLabs-style speech."""

from __future__ import annotations

import re

import click

from turntempo.cli.probe.measuring import Given, asked_for, endpoint_of, measured, probe_options


@click.command()
@probe_options("openai", "elevenlabs")
@click.option("--voice", required=True, metavar="NAME", help="The voice; of ElevenLabs its id.")
@click.option(
    "--rate",
    type=click.Choice(("8000", "16000", "22050", "24000", "44100", "48000")),
    default="24000",
    help="Samples a second of the PCM that comes; a WAV says its own.",
)
@click.option(
    "--scenario",
    "scenario_name",
    default="support-call",
    metavar="NAME",
    help="Whose sentences are spoken: support-call, receptionist, rebooking, ai-tutor, companion-toy, or a TOML file.",
)
def command(given: Given, voice: str, rate: str, scenario_name: str) -> int:
    """Measure speech synthesis: first byte, silence at the beginning, real-time factor, load."""
    from turntempo.probe.askers.scenario import scenario
    from turntempo.probe.askers.speaking import Speaking
    from turntempo.probe.cells import Wanted, levels, versions

    if not re.fullmatch(r"[\w.-]{1,100}", voice):
        raise click.UsageError("--voice: must be a name of letters, digits, dots, dashes")
    found = scenario(scenario_name)
    wanted = Wanted("tts", given.n, levels(given.concurrency), versions(given.http), only=asked_for(given))
    to = endpoint_of(given)
    each = {"chars": sum(map(len, found.sentences)) / len(found.sentences)}
    asked = f"{found.name} {found.digest}, voice {voice}, {rate} Hz"
    return measured(given, wanted, to, Speaking(to, found, voice, int(rate)), asked, each)
