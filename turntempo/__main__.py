"""The entry point: runs a command, and turns an exception into one message and an exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

import click

from turntempo import stderr, stdout
from turntempo.app import ReaderGone, app

DONE, UNUSABLE, INTERRUPTED, READER_GONE = 0, 2, 130, 141
"""Exit codes, beside 1: ran, but a limit was missed. The last two are those of a process ended by its signal."""

LONGEST_SHOWN = 60
"""Characters of a name that is too long."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command that the arguments name."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    stdout.lenient()
    try:
        code = app.main(given, prog_name="turntempo", standalone_mode=False)
    except ReaderGone:
        stdout.drop()
        return READER_GONE
    except (KeyboardInterrupt, click.Abort):
        stderr.error("interrupted")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 the outer boundary: a wrong path is no reason for a traceback
        return _explain(error, debug="--debug" in given)
    return code if isinstance(code, int) else DONE


def _explain(error: Exception, debug: bool) -> int:
    """Print the error; gives the exit code."""
    from stages.errors import TurntempoError

    if debug:
        raise error
    if isinstance(error, click.ClickException):
        stderr.error(error.format_message())
        if isinstance(error, click.UsageError) and error.ctx:
            stderr.hint(f"`{error.ctx.command_path} --help` lists what there is")
        return UNUSABLE
    if isinstance(error, TurntempoError):
        stderr.error(str(error))
        return error.exit_code
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        stderr.error(
            f"{str(error.filename)[:LONGEST_SHOWN]}...: the name is too long for this disk; give a shorter one"
        )
        return UNUSABLE
    stderr.error(f"this is a bug in turntempo, not in what you gave it: {type(error).__name__}: {error}")
    stderr.hint("`turntempo --debug ...` shows where; please report that, with the command and, if you may, the files")
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
