"""One tree as a file of each format, in many hands: comments, commas, quotes, one line or many."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Tree = Mapping[str, Any]
Hand = Iterator[int]
"""What the writer fancies next: 0 to 7."""


@dataclass(frozen=True)
class Language:
    """How objects are written between brackets."""

    head: Callable[[str, int], str]
    value: Callable[[Any, int], str]
    comments: tuple[str, ...]
    """After a member, at the end of its line."""
    inline: tuple[str, ...] = ("",)
    """Between any two words."""
    closing: bool = True
    """Whether a comma may stand at the end."""


def bracketed(tree: Tree, hand: Hand, language: Language, indent: str = "") -> str:
    lines, closing, step = next(hand) > 2, language.closing and next(hand) > 4, ("  ", "\t", "    ")[next(hand) % 3]
    inner = indent + step if lines else indent
    members = []
    for name, value in tree.items():
        gap = language.inline[next(hand) % len(language.inline)]
        nested = isinstance(value, Mapping)
        written = bracketed(value, hand, language, inner) if nested else language.value(value, next(hand))
        members.append(f"{language.head(name, next(hand))}{gap}{written}")
    if not members:
        return "{}"
    if not lines:
        return "{" + (", ", ",")[next(hand) % 2].join(members) + ("," if closing else "") + "}"
    ends = [*[","] * (len(members) - 1), "," if closing else ""]
    body = "".join(
        f"{inner}{member}{end}{language.comments[next(hand) % len(language.comments)]}\n"
        for member, end in zip(members, ends, strict=True)
    )
    return f"{{\n{body}{indent}}}"


SCRIPT_COMMENTS = ("", "", " // it's, a {", " /* of, two */ // }")
JSON = Language(
    lambda name, _: f"{json.dumps(name)}:",
    lambda value, style: json.dumps(value, ensure_ascii=style > 3),
    SCRIPT_COMMENTS,
    (" ", "", "  ", " /* , } */ "),
)


def python_value(value: Any, style: int) -> str:
    return f"({value!r})" if style == 7 else repr(value)


PYTHON = Language(
    lambda name, style: f"{name!r}:" if style > 3 else f'"{name}" :', python_value, ("", "", "  # it's, {"), (" ", "")
)


def script_value(value: Any, style: int) -> str:
    if isinstance(value, str) and style < 4:
        return "'" + json.dumps(value)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return f"({json.dumps(value)})" if style == 7 else json.dumps(value)


SCRIPT = Language(
    lambda name, style: f"{name}:" if style < 6 else f"'{name}' :", script_value, SCRIPT_COMMENTS, (" ", " /* , } */ ")
)


def as_json(tree: Tree, hand: Hand) -> str:
    return (
        ("", "// first {\n", "\n\n")[next(hand) % 3]
        + bracketed(tree, hand, JSON)
        + ("", "\n", "\n// last\n")[next(hand) % 3]
    )


def as_python(tree: Tree, hand: Hand) -> str:
    return (
        f"x = 1\n\n\ndef f():\n    return Session(1, options={bracketed(tree, hand, PYTHON, '    ')}, last=2)  # end\n"
    )


def as_script(tree: Tree, hand: Hand) -> str:
    lead = "const x = '{ // ';\n" + ("", "// it's new AgentSession(\n")[next(hand) % 2]
    return f"{lead}export const s = new voice.Session<T>({bracketed(tree, hand, SCRIPT)}, /* last */);\nf(`${{x}}`);\n"


def as_env(tree: Tree, hand: Hand) -> str:
    def lines(part: Tree, before: str) -> Iterator[str]:
        for name, value in part.items():
            if isinstance(value, Mapping):
                yield from lines(value, f"{before}{name}__")
            else:
                note = ("", " # it's", "")[next(hand) % 3]
                yield f"{('', 'export ')[next(hand) % 2]}{before}{name}={_env_value(value, next(hand))}{note}\n"

    return "# first\n\n" + "".join(lines(tree, ""))


def _env_value(value: Any, style: int) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    quote = '"' if style > 3 else "'"
    return f"{quote}{value}{quote}"


def as_yaml(tree: Tree, hand: Hand, indent: str = "") -> str:
    text = ""
    for name, value in tree.items():
        if next(hand) == 0:
            text += f"\n{indent}# it's: a [\n"
        if isinstance(value, Mapping) and value and next(hand) > 2:
            text += f"{indent}{name}:{(' # block', '')[next(hand) % 2]}\n{as_yaml(value, hand, indent + '  ')}"
        else:
            flow = Language(lambda name, _: f"{name}:", _yaml_value, ("",), (" ", "  "))
            written = (
                bracketed(value, iter(lambda: 0, 1), flow)
                if isinstance(value, Mapping)
                else _yaml_value(value, next(hand))
            )
            text += f"{indent}{name}: {written}{('', '   # it is', '')[next(hand) % 3]}\n"
    return text


def _yaml_value(value: Any, style: int) -> str:
    if isinstance(value, str) and style < 4:
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)


def as_toml(tree: Tree, hand: Hand, names: tuple[str, ...] = ()) -> str:
    text, later = "", ""
    for name, value in tree.items():
        if isinstance(value, Mapping) and next(hand) > 2:
            header = ".".join((*names, name))
            later += f"\n[{header}]{('', ' # it is')[next(hand) % 2]}\n{as_toml(value, hand, (*names, name))}"
        else:
            written = _toml_value(value, next(hand))
            text += f"{name}{(' = ', '=', '  = ')[next(hand) % 3]}{written}{('', '   # it is', '')[next(hand) % 3]}\n"
    return text + later


def _toml_value(value: Any, style: int) -> str:
    if isinstance(value, Mapping):
        inside = (f"{name} = {_toml_value(one, style)}" for name, one in value.items())
        return "{ " + ", ".join(inside) + " }" if value else "{}"
    if isinstance(value, str) and style < 4 and "'" not in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)


WRITERS: dict[str, Callable[[Tree, Hand], str]] = {
    "json": as_json,
    "python": as_python,
    "typescript": as_script,
    "env": as_env,
    "yaml": as_yaml,
    "toml": as_toml,
}
