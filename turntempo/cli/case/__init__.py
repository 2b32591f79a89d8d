"""`turntempo case`: from a customer's report to settings they can deploy, one folder a case."""

from __future__ import annotations

import click

from turntempo.app import Lazy

COMMANDS = ("new", "show", "check", "attach", "log", "escalate", "close", "list", "stats", "bundle", "open")
"""In the order in which a case needs them."""

MODULES = {"list": "listing", "open": "opening"}


@click.group(cls=Lazy, package="turntempo.cli.case", names=COMMANDS, modules=MODULES)
def command() -> None:
    """Keep a support case: the customer's report, what is missing, what was found, what was sent.

    A case is a folder of plain files. `diagnose`, `tune`, `replay` and `check` take it where they take a recording.
    """
