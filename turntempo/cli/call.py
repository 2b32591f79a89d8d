"""`turntempo call`: the streaming pipeline on a real clock, with live stages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from turntempo import options

if TYPE_CHECKING:
    from stages.settings import Settings
    from turntempo.calling.parts import Wanted
    from turntempo.calling.running import Called
    from turntempo.calling.sound import Question

DEFAULTS = "defaults"
PROMPT = "You are a helpful voice assistant. Answer in one or two short sentences."


@click.command()
@click.argument("questions", nargs=-1, type=options.FILE, metavar="SOUND...")
@click.option(
    "--settings",
    "settings_files",
    type=options.FILE,
    multiple=True,
    metavar="FILE",
    help="Settings of the agent, ours or a vendor's; given twice, the same questions are asked under both. "
    "Without it: the defaults.",
)
@click.option("--microphone", is_flag=True, help="Listen to the microphone instead of files, until Ctrl-C.")
@click.option("--loudspeaker", is_flag=True, help="Play the agent's answers too; --microphone does so anyway.")
@click.option("--llm", default="local", metavar="URL", help="The LLM: local, or the base address of an OpenAI API.")
@click.option("--llm-model", default="", metavar="NAME", help="Its model.")
@click.option("--fallback-model", default="", metavar="NAME", help="The model that llm.fallback falls back to.")
@click.option("--asr", default="local", metavar="URL", help="Recognition: local, or such an address.")
@click.option("--asr-model", default="whisper-1", metavar="NAME", help="Its model.")
@click.option("--tts", default="local", metavar="URL", help="The voice: local, or such an address.")
@click.option("--tts-model", default="tts-1", metavar="NAME", help="Its model.")
@click.option("--voice", default="alloy", metavar="NAME", help="Its voice.")
@click.option("--key-env", metavar="NAME", help="The environment variable with the key of these addresses.")
@click.option("--prompt", default=PROMPT, metavar="TEXT", help="The system prompt.")
@click.option("--tools", type=options.FILE, metavar="FILE", help="Tools of the LLM, a JSON list.")
@click.option("--lead-ms", default=0.0, type=click.FloatRange(0, 60_000), help="The application's work before the LLM.")
@click.option("--end-of-turn", is_flag=True, help="Score every silence with Smart-Turn, also where no setting asks.")
@click.option(
    "-o", "--output", type=options.FILE, default=Path("call"), metavar="DIR", help="The folder for what comes of it."
)
@options.force_option
@options.json_option
def command(
    questions: tuple[Path, ...],
    settings_files: tuple[Path, ...],
    microphone: bool,
    loudspeaker: bool,
    prompt: str,
    tools: Path | None,
    output: Path,
    force: bool,
    as_json: bool,
    **wanted: Any,
) -> None:
    """Hold a live call: ask the questions in SOUND files in real time, and record what the agent does.

    A file is spoken once the agent has answered the one before. The recording of the call is read by replay, diagnose
    and tune. Without an account, the stages of the extra [local] run on this machine.
    """
    from stages.errors import InputError
    from stages.i18n import say
    from turntempo.calling.parts import Wanted, tools_in

    if not questions and not microphone:
        raise click.UsageError(say("call.sounds"))
    if microphone and (questions or len(settings_files) > 1):
        raise click.UsageError(say("call.not_both"))
    named = _named(settings_files)
    if len(named) < len(settings_files):
        raise InputError(say("call.two", label=settings_files[-1].stem))
    _require_free(output, list(named), force)
    held = Wanted(tools=() if tools is None else tools_in(tools), **wanted)
    from turntempo.calling.sound import question

    sounds = [question(path) for path in questions]
    calls = _calls(held, named, sounds, output, prompt, loudspeaker or microphone)
    _show(calls, output, force, as_json)


def _named(files: tuple[Path, ...]) -> dict[str, Settings]:
    """Name -> settings, a call each."""
    from stages.settings import Settings
    from tuner.deploy.our_settings import our_settings
    from turntempo import stderr

    if not files:
        return {DEFAULTS: Settings()}
    found = {}
    for path in files:
        given = our_settings(path)
        for doubt in given.doubts:
            stderr.warn(doubt)
        found[path.stem] = given.settings
    return found


def _require_free(folder: Path, labels: list[str], force: bool) -> None:
    """Every file that will be written; recordings of before are taken away."""
    from pipeline.recordings import make_folder, require_free
    from turntempo.calling.page import recording_name, sound_name
    from turntempo.listening.page import PAGES

    make_folder(folder)
    for name in (*PAGES.values(), *(make(label) for label in labels for make in (sound_name, recording_name))):
        require_free(folder / name, force)
    for label in labels:
        (folder / recording_name(label)).unlink(missing_ok=True)


def _calls(
    wanted: Wanted, named: dict[str, Settings], sounds: list[Question], folder: Path, prompt: str, aloud: bool
) -> list[Called]:
    """The calls, one after the other."""
    import asyncio

    from stages.i18n import say
    from turntempo import stderr
    from turntempo.calling.page import recording_name
    from turntempo.calling.parts import opened, ready
    from turntempo.calling.running import call

    async def held(address: str) -> list[Called]:
        parts = await opened(wanted, address, list(named.values()))
        try:
            done = []
            for label, settings in named.items():

                def announce(name: str, label: str = label) -> None:
                    key = "call.speaking" if sounds else "call.microphone"
                    stderr.note(say(key, label=label, question=name))

                file = folder / recording_name(label)
                done.append(
                    await call(label, parts, settings, sounds, file, prompt=prompt, aloud=aloud, announce=announce)
                )
            return done
        finally:
            await parts.close()

    stderr.note(say("call.loading"))
    with ready(wanted) as address:
        return asyncio.run(held(address))


def _show(calls: list[Called], folder: Path, force: bool, as_json: bool) -> None:
    """Write the page, and print what happened."""
    from stages.i18n import joined, say
    from tuner.pages.blocks import Chapter, Table
    from tuner.statistics import numbers
    from turntempo import screen, stderr
    from turntempo.calling import page
    from turntempo.calling.rows import rows
    from turntempo.changing import changing
    from turntempo.show import document

    with changing(folder):
        written = page.write(folder, calls, force)
    for one in calls:
        if one.log.errors:
            stderr.warn(say("call.failed", label=one.label, n=len(one.log.errors), error=one.log.errors[-1]))
    stderr.note(say("call.wrote", page=written))
    if as_json:
        screen.show_json(
            {
                "calls": [
                    {
                        "label": one.label,
                        "recording": str(folder / page.recording_name(one.label)),
                        "sound": str(folder / page.sound_name(one.label)),
                        "settings": one.settings.json_dict(),
                        "turns": [row.json_dict() for row in rows(one)],
                        "errors": one.log.errors,
                    }
                    for one in calls
                ],
                "page": str(written),
            }
        )
        return
    headers = (say("call.question"), say("call.response"), say("call.happened"))
    chapters = []
    for one in calls:
        lines = tuple(
            (row.question, numbers.ms(row.response_ms), joined(page.notes(row), "space")) for row in rows(one)
        )
        chapters.append(Chapter(one.label, (Table(headers, lines, frozenset({1})),)))
    screen.show(document.shown(chapters, screen.width()))
