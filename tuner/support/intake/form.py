"""The form on disk: TOML or YAML; edits keep the comments."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.recordings.text_file import file_text
from stages.brief import brief
from stages.errors import InputError
from tuner.support.intake.intake import Intake, parse

SYNTAXES = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}
LARGEST = 1 << 20
"""The most bytes a form may have."""


def read_form(path: Path) -> Intake:
    """The answers in a form; InputError names the file, and the line or the field."""
    return parse_form(form_text(path), path)


def parse_form(text: str, path: Path) -> Intake:
    """The answers in a form's text; `path` gives its syntax, and its name for errors. Raises InputError."""
    return parse(_values(text, path), str(path))


def form_text(path: Path) -> str:
    """The text of the form; InputError where it cannot be read."""
    syntax_of(path)
    return file_text(path, LARGEST, InputError, "name the form in it", "a form is a page of answers")


def syntax_of(path: Path) -> str:
    """ "toml" or "yaml", by the name."""
    if path.suffix.lower() not in SYNTAXES:
        raise InputError(f"{path}: a form's name ends in {', '.join(SYNTAXES)}")
    return SYNTAXES[path.suffix.lower()]


def answered(text: str, path: Path, answers: Mapping[str, str]) -> str:
    """The form's text with these answers in it; comments, order and everything else stay. Raises InputError."""
    if not answers:
        return text
    if syntax_of(path) == "toml":
        import tomlkit

        document: Any = _toml(text, path)
        for name, value in answers.items():
            document[name] = tomlkit.string(value, multiline="\n" in value)
        return tomlkit.dumps(document)
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import LiteralScalarString

    keeping = YAML()
    keeping.preserve_quotes, keeping.width = True, 4096
    document = _yaml(keeping, text, path)
    for name, value in answers.items():
        document[name] = LiteralScalarString(value) if "\n" in value else value
    out = io.StringIO()
    keeping.dump(document, out)
    return out.getvalue()


def _values(text: str, path: Path) -> Any:
    if syntax_of(path) == "toml":
        return _toml(text, path)
    from ruamel.yaml import YAML

    return _yaml(YAML(typ="base"), text, path)  # base: every value stays the text of the file


def _toml(text: str, path: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import ParseError, TOMLKitError

    try:
        return tomlkit.parse(text)
    except ParseError as error:
        raise InputError(f"{path}:{error.line}: is not TOML: {str(error).partition(' at line')[0]}") from None
    except TOMLKitError as error:
        raise InputError(f"{path}: is not TOML: {error}") from None


def _yaml(loader: Any, text: str, path: Path) -> Any:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        found = loader.load(text)
    except MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f":{error.problem_mark.line + 1}"
        raise InputError(f"{path}{line}: is not YAML: {' '.join(str(error.problem).split())}") from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"{path}: is not YAML: {' '.join(str(error).split()):.200}") from None
    if found is None or found == "":
        return {}
    if not isinstance(found, Mapping):
        raise InputError(f"{path}: a form has a line `field: answer` for each answer, got {brief(found)}")
    return found
