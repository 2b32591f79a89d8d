"""TOML: each text and number with the names before it; comments let be."""

from __future__ import annotations

import json
import re
import tomllib

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.leaf import Change, Leaf

_TEXT = r'"""[\s\S]*?"{3,5}|\'\'\'[\s\S]*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
_TOKEN = re.compile(rf"(?P<comment>#[^\n]*)|(?P<text>{_TEXT})|(?P<word>[\w+-]+)|(?P<sign>[=.,{{}}\[\]\n])|[^\n]")
_KEY_FOLLOWS = re.compile(r"[ \t]*[=.]")
_TABLE = re.compile(r"(?m)^[ \t]*\[{1,2}(?P<names>[^\[\]\n]+)\]{1,2}[ \t]*(?:#.*)?$")


def toml_edits(text: str, change: Change) -> list[Edit]:
    """New values as TOML texts in double quotes; a number that was a secret becomes one."""
    edits: list[Edit] = []
    tables = [(found.start(), _names(found["names"])) for found in _TABLE.finditer(text)]
    table: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    for token in _TOKEN.finditer(text):
        while tables and tables[0][0] <= token.start():
            table, names = tables.pop(0)[1], ()
        if token["sign"] == "=":
            names, pending = pending, ()
        elif token["sign"] == "\n":
            pending = ()
        value = _value(token)
        if value is None:
            continue
        if _KEY_FOLLOWS.match(text, token.end()) and not (isinstance(value, int) and pending == () and names):
            pending = (*pending, str(value))
            leaf = Leaf((), str(value)) if token["text"] else None
        else:
            leaf = Leaf((*table, *names), value) if token["text"] or isinstance(value, int) else None
        new = None if leaf is None else change(leaf, token.start())
        if new is not None and not ("\n" in new and "\n" in token[0]):  # such a one stays as it is: prose finds it
            edits.append(Edit(token.start(), token.end(), json.dumps(new, ensure_ascii=False)))
    return edits


def _value(token: re.Match[str]) -> str | int | None:
    """What a token says: a text, a whole number, a bare word; None: a sign, a comment, no TOML."""
    if word := token["word"]:
        return int(word) if re.fullmatch(r"\d{6,30}", word) else str(word)
    if not token["text"]:
        return None
    try:
        return str(tomllib.loads(f"x = {token['text']}")["x"])
    except tomllib.TOMLDecodeError:
        return None


def _names(header: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in header.split("."))
