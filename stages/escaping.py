"""Escaping text of others for a terminal, a table's cell, Markdown.

Text of customers is data: it stays readable, but has no effect on a terminal, a spreadsheet or a renderer. HTML is
escaped where it is rendered.
"""

from __future__ import annotations

import re

_ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udfff]|[\U000e0000-\U000e0fff]"
)
"""Control characters but tab and newline, direction marks, invisible characters, lone surrogates."""

_JOINERS = "\u200c\u200d"
"""Two of them that some scripts and emoji need."""

_FORMULA = re.compile(r"\s*[=+\-@\t\r|%]")
"""The beginning of a cell that a spreadsheet takes for a formula (OWASP, "CSV Injection"; | and % for old DDE)."""

_LINKED = r"@|/(?=/)|(?<=/)/|(?<=\S)\.(?=[^\W\d_])|(?<=[wW]{3})\."
"""What makes links of bare addresses (GitHub Flavored Markdown 6.9, "Autolinks (extension)"; linkify-it, which also
takes example.com): https://, www., the dots of a host, the @ of an e-mail address."""

_MARKS = re.compile(rf"([\\`*_{{}}\[\]()<>#+!|~$&-]|{_LINKED}|^[^\S\n]*+\d++(?=\.(?![^\W\d_])))", re.MULTILINE)
_NUMBER = re.compile(r"\s*+[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d++)?%?\s*+")


def visible(text: str) -> str:
    """The text with control and invisible characters as escapes: \\x1b, \\u202e. Tabs and line ends stay."""
    return _ACTS.sub(lambda found: _escaped(found[0]), text)


def one_line(text: str) -> str:
    """The same on one line: tabs and line ends become escapes too."""
    return visible(text).replace("\t", "\\t").replace("\n", "\\n")


def plain(text: str) -> str:
    """The text without control and invisible characters, with newlines as line ends, stripped."""
    lines = re.sub("\r\n?|[\u2028\u2029]", "\n", text)
    return _ACTS.sub(lambda found: found[0] if found[0] in _JOINERS else "", lines).strip()


def cell(text: str) -> str:
    """The text for a cell of a table: a formula gets an apostrophe before it."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


def markdown(text: str) -> str:
    """The text for Markdown, on one line, with every mark escaped; no address in it becomes a link."""
    return _MARKS.sub(lambda found: _escaped_mark(found[0]), " ".join(visible(text).split()))


def _escaped_mark(mark: str) -> str:
    if mark in "<>&":
        return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[mark]
    return f"{mark}\\" if mark.strip().isdigit() else f"\\{mark}"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def in_json(text: str) -> str:
    """JSON with control and invisible characters as \\u escapes, which have the same meaning."""
    return _ACTS.sub(lambda found: _units(found[0]), text)


def _units(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
