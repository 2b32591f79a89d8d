"""A command that writes is tried by a scenario, or it is said why not."""

from __future__ import annotations

from collections.abc import Iterator

import click

from tests.crash.scenarios import SCENARIOS
from turntempo.app import app

NO_FILE = {
    "diagnose", "compare", "agent", "broker", "canary", "watch", "schema", "explain", "guide",
    "connect diagnose", "connect replay", "connect check", "case show", "case list", "case stats", "settings template",
}  # fmt: skip
"""Commands that write no file of the user."""

AS_ONE = {"probe llm", "probe tts", "probe asr"}
"""Commands whose files one scenario writes for all of them: `probe`."""

IN_TURN = {"demo"}
"""The demo does what several commands do, one after the other, in a folder that it makes anew each time."""


def leaves(command: click.Command, name: str = "") -> Iterator[str]:
    """The words of each command that is no group."""
    if not isinstance(command, click.Group):
        yield name
        return
    context = click.Context(command)
    for one in command.list_commands(context):
        found = command.get_command(context, one)
        assert found is not None
        yield from leaves(found, f"{name} {one}".strip())


def test_every_command_is_tried_or_writes_no_file() -> None:
    tried = {" ".join(one.command[:words]) for one in SCENARIOS for words in (1, 2)}
    every = set(leaves(app))
    assert every - tried - NO_FILE - AS_ONE - IN_TURN == set()
    assert (NO_FILE | AS_ONE | IN_TURN) - every == set()
