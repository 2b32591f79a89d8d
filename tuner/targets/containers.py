"""Where in a file a vendor's settings stand: at its top, in the wrapper of a REST answer, in a list of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stages.errors import Ambiguous, SettingsError
from tuner.formats.embedded import Embedded
from tuner.formats.python.data import PythonData
from tuner.formats.script.data import ScriptData
from tuner.formats.texts_in_yaml import TextsInYaml
from tuner.formats.tree import Format

WRAPPERS = {
    "agent",
    "agentoverride",
    "agent_override",
    "assistant",
    "assistantoverrides",
    "body",
    "call",
    "config",
    "configuration",
    "data",
    "message",
    "options",
    "params",
    "payload",
    "properties",
    "request",
    "result",
    "session",
    "settings",
    "setup",
}
"""Keys, in lower case, under which REST clients and web hooks hold the object itself."""

IN_CODE: tuple[Format, ...] = (PythonData(), ScriptData(), TextsInYaml(), Embedded())
"""Where settings that are JSON may stand too: in the code that sends them, in a ConfigMap, in a command, in a log."""

CODE = tuple(one.name for one in IN_CODE)

PROGRAMS = (".sh", ".bash", ".ps1", ".php", ".cs", ".go", ".java", ".kt", ".swift", ".rb", ".dart", ".rs")
"""Files of programs whose own objects are not read, but text in them that is JSON."""

DATA = (".json", ".jsonc", ".json5", ".yaml", ".yml", ".toml", ".env")
"""Files in which nothing else is looked for: what is broken there is mended, not read in part."""

STATED = 10
"""What a setting weighs that an object states."""

DEEPEST = 4
"""Wrappers in one another."""

IN_PROGRAMS = WRAPPERS | {"json", "json_data", "overrides", "update"}
"""The same in programs: `post(url, json={...})`."""


@dataclass(frozen=True)
class Document:
    """A customer's file as one vendor's."""

    text: str
    """Without the brackets of a list around it."""
    source: str
    format: Format
    tree: Mapping[str, Any]
    """The object that holds the settings."""
    at: str = ""
    """Where in the file that stands, dotted; empty: it is the file."""
    brackets: tuple[int, int] | None = None
    """Where the brackets of a list of one stand in the text: from its begin, and from its end."""

    def edited(self, changes: Mapping[str, Any]) -> str:
        """The file's text with these paths of the object set."""
        before = f"{self.at}." if self.at else ""
        try:
            found = self.format.edited(self.text, {before + path: value for path, value in changes.items()})
        except SettingsError as error:
            raise SettingsError(f"{self.source}: {error}") from None
        return _bracketed(found, self.brackets)

    def there(self, path: str) -> str:
        """A path of the object as one of the file."""
        return f"{self.at}.{path}" if self.at else path

    @property
    def wrapping(self) -> tuple[str, ...]:
        """How the settings are wrapped, one sentence; nothing where they are not."""
        if self.at:
            return (f"{self.source}: the settings are read from `{self.at}`",)
        return (f"{self.source}: the settings are read from the one object of a list",) if self.brackets else ()


def opened(text: str, source: str, formats: tuple[Format, ...], weight: Callable[[Mapping[str, Any]], int]) -> Document:
    """The document in the first format that states a setting of the vendor's, that of the file's suffix before others.

    Where none does, in the first that shows anything of the vendor's; else in the first that the text is in.

    `weight`: how much an object shows of it, 0 where nothing, STATED for a setting. Raises SettingsError: of the first
    format where the text is in none, and where two wrappers beside one another hold settings.
    """
    whole, brackets = _unbracketed(text, source)
    found: dict[str, Document] = {}
    shown: dict[str, Document] = {}
    refused: SettingsError | None = None
    for one in sorted(formats, key=lambda one: not source.endswith(one.suffix)):
        is_yaml = source.lower().endswith((".yaml", ".yml"))
        if one.name in CODE and (
            "json" in {*found, *shown}
            or (one.name == "embedded" and source.lower().endswith(DATA))
            or is_yaml != (one.name == "yaml-texts")
        ):
            continue
        try:
            tree = _tree(one, whole, source)
        except SettingsError as error:
            refused = refused or error
            continue
        try:
            most, place = _heaviest(tree, weight, source, one.name in CODE)
        except SettingsError:
            if shown:
                continue
            raise
        document = Document(whole, source, one, _at(tree, place), place, brackets)
        if most >= STATED:
            return document
        (shown if most else found).setdefault(one.name, document)
    if shown or found:
        return next(iter((shown or found).values()))
    if source.lower().endswith(PROGRAMS) and formats[0].name == "json":
        raise SettingsError(
            f"{source}: no object of JSON, Python or JavaScript can be read in this program: write what it sends as "
            "JSON into a file and give that"
        )
    raise refused or SettingsError(f"{source}: cannot be read")


def _tree(format_: Format, text: str, source: str) -> Mapping[str, Any]:
    if format_.name not in CODE:
        return format_.parse(text, source)
    found = _of_code(format_.name, text, source)
    if isinstance(found, str):
        raise SettingsError(found)
    return found


@lru_cache(maxsize=8)
def _of_code(name: str, text: str, source: str) -> Mapping[str, Any] | str:
    """The tree in a format of IN_CODE, or why there is none; every vendor's form looks at it, and none changes it."""
    try:
        return next(one for one in IN_CODE if one.name == name).parse(text, source)
    except SettingsError as error:
        return str(error)


def _heaviest(
    tree: Mapping[str, Any], weight: Callable[[Mapping[str, Any]], int], source: str, named: bool
) -> tuple[int, str]:
    """How much is shown at most, and the outermost place that shows it; 0 where none shows anything.

    `named`: whether the tree holds the objects of a program by their names there.
    """
    weights = {at: weight(part) for at, part in _places(tree, named)}
    if named:
        weights.pop("", None)
    most = max(weights.values(), default=0)
    if not most:
        return 0, ""
    best = [at for at, found in weights.items() if found == most]
    outermost = [at for at in best if at.count(".") == best[0].count(".") and (at == "") == (best[0] == "")]
    if len(outermost) > 1:
        raise Ambiguous(f"{source}: {' and '.join(outermost)} both hold settings: which is meant? Give that alone")
    return most, outermost[0]


def _places(tree: Mapping[str, Any], named: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The object and those that it wraps, the outer before the inner."""
    level: list[tuple[str, Mapping[str, Any]]] = [("", tree)]
    for depth in range(DEEPEST):
        yield from level
        level = [
            (f"{at}.{key}" if at else key, value)
            for at, part in level
            for key, value in part.items()
            if ((named and not depth) or str(key).lower() in (IN_PROGRAMS if named else WRAPPERS))
            and isinstance(value, Mapping)
        ]


def _at(tree: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    for key in path.split(".") if path else ():
        tree = tree[key]
    return tree


def _unbracketed(text: str, source: str) -> tuple[str, tuple[int, int] | None]:
    """The text with blanks for the brackets of a list around it, and where those stood."""
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    inside = text[begin + 1 : end - 1].strip()
    if not (text[begin:end].startswith("[") and text[begin:end].endswith("]") and inside.startswith("{")):
        return text, None
    if _objects(inside) > 1:
        raise SettingsError(f"{source}: is a list of several objects: which is meant? Give a file with that alone")
    return f"{text[:begin]} {text[begin + 1 : end - 1]} {text[end:]}", (begin, len(text) - end)


def _objects(text: str) -> int:
    """How many objects stand side by side, by their brackets outside of quotes."""
    depth, count, quote, escaped = 0, 0, "", False
    for letter in text:
        if quote:
            quote, escaped = ("" if letter == quote and not escaped else quote), letter == "\\" and not escaped
        elif letter in "\"'":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            count += letter == "}" and depth == 0
    return count


def _bracketed(text: str, brackets: tuple[int, int] | None) -> str:
    if brackets is None:
        return text
    begin, after = brackets
    end = len(text) - after
    return f"{text[:begin]}[{text[begin + 1 : end - 1]}]{text[end:]}"
