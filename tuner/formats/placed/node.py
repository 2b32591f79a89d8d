"""Values of a text with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar


class Code(str):
    """A value that only running the file would give, as its source text; `line`: where it begins, from 1."""

    line: int

    def __new__(cls, source: str, line: int = 1) -> Code:
        made = super().__new__(cls, source)
        made.line = line
        return made


class Built(dict[str, Any]):
    """The arguments of a call; `code`: the call as source text."""

    code: Code

    def __init__(self, arguments: dict[str, Any], code: Code) -> None:
        super().__init__(arguments)
        self.code = code


class Absent:
    """What JavaScript calls undefined: the key stands there, and says as much as none would."""


ABSENT = Absent()

AnyNode = TypeVar("AnyNode", bound="Node")


OPEN = "**"
"""The name of what brings members that the file does not write out: Python's `**options()`."""


@dataclass
class Node:
    """A value in the text: characters [start, end)."""

    start: int
    end: int
    value: Any = None
    """Of one that has neither members nor items: text, number, flag, None; Code."""
    members: list[Member] | None = None
    """Of an object."""
    items: list[Node] | None = None
    """Of a list."""
    style: str = ""
    """How a text is written, where a format has several ways: the quote, or the mark of a block."""
    shared: str = ""
    """The name by which other places of the file mean it too."""
    inner: int = -1
    """Of an object: where its first member may stand, after the opening bracket."""
    code: Code | None = None
    """Of an object that is the arguments of a call: the call."""

    def __post_init__(self) -> None:
        if self.inner < 0:
            self.inner = self.start + 1

    def named(self) -> dict[str, tuple[Node, Node]]:
        """Name -> its value, and the object that it stands in: this one, or one that is opened in it."""
        found: dict[str, tuple[Node, Node]] = {}
        for one in self.members or ():
            if one.opens:
                found |= one.node.named()
            elif one.name is not None:
                found[one.name] = (one.node, self)
        return found


@dataclass
class Member:
    """A name and its value in an object: characters [start, end), brackets around the value with it."""

    name: str | None
    """None: it has none, as an argument by position."""
    node: Node
    start: int
    end: int
    key: Node | None = None
    """Where the name stands; None: in no place of its own."""
    opens: bool = False
    """Whether the members of its value count as this object's, as of Python's `**{...}`."""


def named(names: Sequence[str], node: Node) -> Node:
    """The value inside of objects of these names, outermost first."""
    for name in reversed(names):
        node = Node(node.start, node.end, members=[Member(name, node, node.start, node.end)], style="dotted")
    return node


def plain(node: Node) -> Any:
    """The value without places. The text it is from is no deeper than `tree.DEEPEST`."""
    if node.members is not None:
        held = {name: plain(one) for name, (one, _) in node.named().items() if one.value is not ABSENT}
        return Built(held, node.code) if node.code is not None else held
    if node.items is not None:
        return [plain(one) for one in node.items]
    return node.value


def scalars(nodes: Iterable[Node]) -> Iterator[Node]:
    """All values that are neither objects nor lists, names among them, in the order in which they stand."""
    todo = [*nodes][::-1]
    while todo:
        node = todo.pop()
        if node.members is not None:
            todo += [part for one in reversed(node.members) for part in (one.node, one.key) if part is not None]
        elif node.items is not None:
            todo += reversed(node.items)
        else:
            yield node


def outermost(found: Mapping[str, AnyNode]) -> dict[str, AnyNode]:
    """The objects that are no part of another of them, a name that stands for one included."""
    parts: dict[tuple[int, int], set[str]] = {}
    for name, whole in found.items():
        todo = _inner(whole)
        while todo:
            one = todo.pop()
            parts.setdefault((one.start, one.end), set()).add(name)
            todo += _inner(one)
    return {name: one for name, one in found.items() if not parts.get((one.start, one.end), set()) - {name}}


def _inner(node: Node) -> list[Node]:
    return [*(one.node for one in node.members or ()), *(node.items or ())]
