"""The command `turntempo`: its subcommands are loaded when they are asked for, so that `--help` is quick."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from turntempo import stdout

COMMANDS = (
    "demo",
    "tui",
    "case",
    "diagnose",
    "tune",
    "export",
    "report",
    "check",
    "compare",
    "replay",
    "simulate",
    "call",
    "probe",
    "connect",
    "import",
    "listen",
    "agent",
    "broker",
    "export-turns",
    "publish",
    "canary",
    "promote",
    "rollback",
    "watch",
    "schema",
    "settings",
    "explain",
    "guide",
)
"""In the order in which a new user needs them."""

MODULES = {
    "import": "importing",
    "listen": "fleet.listen",
    "agent": "fleet.agent",
    "broker": "fleet.broker",
    "export-turns": "fleet.export_turns",
    **{name: f"fleet.{name}" for name in ("publish", "canary", "promote", "rollback", "watch")},
}
"""Command -> its module, where that has another name or is in a folder."""


class ReaderGone(Exception):
    """The reader of stdout has closed it."""


class Lazy(click.Group):
    """A group whose command `x` is `PACKAGE.x.command`, imported at first use."""

    def __init__(
        self,
        *arguments: Any,
        package: str = "turntempo.cli",
        names: tuple[str, ...] = COMMANDS,
        modules: Mapping[str, str] = MODULES,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._package, self._names, self._modules = package, names, modules

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self._names)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self._names:
            return None
        module = importlib.import_module(f"{self._package}.{self._modules.get(name, name)}")
        command: click.Command = module.command
        return command

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """As in click, but the error for an unknown command lists the known ones and the closest."""
        if args[0] not in self._names and not args[0].startswith("-"):
            from stages.errors import UnknownName

            raise UnknownName("command", args[0], self._names)
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> Any:
        """Run the command to its end, and what it printed to its reader."""
        try:
            result = super().invoke(context)
            sys.stdout.flush()
        except BrokenPipeError as gone:
            raise ReaderGone from gone
        if stdout.reader_gone():
            raise ReaderGone
        return result


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 ran but a limit was missed, 2 bad usage or input, 130 interrupted.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.", show_default=False)
@click.version_option(package_name="turntempo", message="%(prog)s %(version)s")
@click.pass_context
def app(context: click.Context, debug: bool) -> None:
    """Finds the timeouts and barge-in settings with which a voice agent answers fast without talking over people.

    Results go to stdout, messages to stderr; --json on any command makes stdout readable for programs.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
