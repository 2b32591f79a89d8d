"""JavaScript and TypeScript as tree-sitter parses them: a tree of any text, broken ones too, without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from tuner.formats.placed.places import Places

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax
    from tree_sitter import Parser

_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r\n|(.))", re.DOTALL)
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r": "", "\u2028": ""}
_WRAPPERS = frozenset(("parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"))
LARGEST = 1 << 20
"""The most characters that are parsed: a text of quotes alone takes 25 seconds then."""


class Script:
    """One text: its tree, and where its nodes stand."""

    def __init__(self, text: str, jsx: bool = False) -> None:
        self.text, self._places = text, Places(text)
        self.root: Syntax = _parser(jsx).parse(text.encode("utf-8", "surrogatepass")).root_node

    def span(self, node: Syntax) -> tuple[int, int]:
        return self._places.of_byte(node.start_byte), self._places.of_byte(node.end_byte)

    def source(self, node: Syntax) -> str:
        return self.text[slice(*self.span(node))]

    def words(self, node: Syntax) -> str | None:
        """The text in quotes that a node is; None: it is another value, or holds an expression."""
        if node.type not in ("string", "template_string"):
            return None
        if any(part.type == "template_substitution" for part in node.children):
            return None
        return _ESCAPE.sub(_meant, self.source(node)[1:-1])


def walked(root: Syntax) -> Iterator[Syntax]:
    """A node and all below it, in the order of the text."""
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo += reversed(node.children)


def bare(node: Syntax) -> Syntax:
    """The expression without brackets and types around it."""
    while node.type in _WRAPPERS and node.named_children:
        node = next(one for one in node.named_children if one.type != "comment")
    return node


def field(node: Syntax, name: str) -> Syntax | None:
    return node.child_by_field_name(name)


def _meant(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is not None:
        return chr(min(int(code, 16), 0x10FFFF))
    return _SIGNS.get(found[4], found[4]) if found[4] is not None else ""


@cache
def _parser(jsx: bool) -> Parser:
    import tree_sitter_typescript  # a heavy import
    from tree_sitter import Language, Parser

    return Parser(
        Language(tree_sitter_typescript.language_tsx() if jsx else tree_sitter_typescript.language_typescript())
    )
