"""`turntempo connect`: the first minute of a call, its network check and its signalling."""

from __future__ import annotations

import click

from turntempo.app import Lazy

COMMANDS = ("simulate", "diagnose", "replay", "tune", "check", "report")


@click.group(cls=Lazy, package="turntempo.cli.connect", names=COMMANDS, modules={})
def command() -> None:
    """Find out why calls do not connect, and settings of the network check and the signalling with which they do.

    A recording has one call a line; `turntempo schema session` prints the form.
    """
