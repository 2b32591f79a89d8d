"""The command `turntune`: its subcommands are loaded when they are asked for, so that `--help` is quick."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

COMMANDS = ("demo", "diagnose", "tune", "check", "replay", "simulate", "import", "schema", "settings")
"""In the order in which a newcomer wants them."""

_MODULES = {"import": "importing"}  # where the name is a keyword of the language


class ReaderGone(Exception):
    """Whoever read our output has closed it."""


class Lazy(click.Group):
    """A group whose command `x` is `turntune.cli.x.command`, imported at first use."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"turntune.cli.{_MODULES.get(name, name)}")
        command: click.Command = module.command
        return command

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """As click does it, but an unknown command is told the known ones and the closest."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from stages.errors import UnknownName

            raise UnknownName("command", args[0], COMMANDS)
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> Any:
        """Run the command to its end, and what it printed to its reader."""
        try:
            result = super().invoke(context)
            sys.stdout.flush()
        except BrokenPipeError as gone:
            raise ReaderGone from gone
        return result


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 ran but a limit was missed, 2 bad usage or input, 130 interrupted.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.", show_default=False)
@click.version_option(package_name="turntune", message="%(prog)s %(version)s")
@click.pass_context
def app(context: click.Context, debug: bool) -> None:
    """Finds the timeouts and barge-in settings with which a voice agent answers fast without talking over people.

    Results go to stdout, talk to stderr; --json on any command makes stdout fit for programs.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
