"""The errors that turntempo raises on purpose.

TurntempoError
├── InputError           an input of the user is wrong (exit 2)
│   ├── SettingsError    ... in a settings file or value
│   │   └── Ambiguous    ... which holds the settings more than once
│   ├── RecordingError   ... in a recording or an import: carries file, line or row, field
│   ├── IncompleteTurn   ... a turn lacks fields that an engine needs
│   └── UnknownName      ... a name that is not in the list: says which are, and the closest
├── OutputError          a file cannot be written, or would be overwritten
└── StageError           a live stage did not answer as it should
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TurntempoError(Exception):
    """The root of all errors; its text can be shown to the user."""

    exit_code = 2


class InputError(TurntempoError):
    """An input of the user is wrong; the text names the rule, the value and the next step."""


class SettingsError(InputError):
    """A settings file or value breaks a rule."""


class Ambiguous(SettingsError):
    """A file holds the settings more than once, and nothing says which are meant."""


class RecordingError(InputError):
    """A recording breaks a rule at a file, a line or a table's row (from 1) and a field, where they are known."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        row: int | None = None,
        field: str | None = None,
    ) -> None:
        self.message, self.file, self.line, self.row, self.field = message, file, line, row, field
        number = line if row is None else f"row {row}"
        place = ":".join(str(part) for part in (file, number) if part is not None)
        super().__init__(": ".join(part for part in (place, field, message) if part))


class IncompleteTurn(InputError):
    """A turn lacks fields that an engine needs: complete it first (timing model, section 6)."""


class UnknownName(InputError):
    """A name that is not in its list."""

    def __init__(self, kind: str, name: str, valid: Iterable[str]) -> None:
        names = list(valid)
        close = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        super().__init__(f"unknown {kind} {name!r}.{hint} Valid: {', '.join(names)}")


class OutputError(TurntempoError):
    """A file cannot be written, or is there already and may not be overwritten."""


class StageError(TurntempoError):
    """A live stage (LLM, synthesis, recognition) refused a request or broke off; the text says how."""
