"""Writes docs/targets.md, the tables of every vendor, from the targets: `python -m scripts.targets_page`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stages.settings import NAMES, Settings
from tuner.targets import all_targets
from tuner.targets.field import Field, spoken_range
from tuner.targets.target import Target
from tuner.targets.trials.abstract import ABSTRACT, untimed_settings

PAGE = Path(__file__).parents[1] / "docs" / "targets.md"

INTRO = """# Targets: the configurations that turntempo reads and writes

<!-- scripts/targets_page.py writes this page from tuner/targets/ -->

```sh
turntempo settings from agora join.json -o agent.json                      # a vendor's file as our settings
turntempo tune calls.jsonl.gz --settings agent.json --target agora -o tuned   # only what that vendor has
turntempo export tuned --to agora --base join.json -o join.new.json        # into the customer's own file
```

The table of each vendor shows which of its settings correspond to which of ours ([timing-model.md](timing-model.md),
section 2). For all of them:

- A range is safe to write. If several ranges are published, it is their intersection; *read* is the widest one. A value
  of ours outside a range is written as the nearest value in it, and `export` says so.
- A setting that a file does not have gets the default of the vendor, if it is known.
- `export --base` writes only settings that differ from those in the customer's file; every other byte stays.
- Settings that the file cannot hold are listed separately, with the place where to set them or the reason.
- Delays that the stack of a vendor adds are part of the recorded delays, not of a setting.
- The tables come from SDKs, schemas and references, as each row says. No server of a vendor was used.
"""


def page() -> str:
    """The whole page."""
    targets = list(all_targets().values())
    index = "\n".join(f"- [{one.title}](#{one.name}): `{one.name}`, {one.format.name}" for one in targets)
    index += "".join(f"\n- [{one.title}](#{name}): `{name}`, only for trials" for name, one in ABSTRACT.items())
    sections = [*(line for one in targets for line in _section(one)), *map(_trials_only, ABSTRACT.values())]
    return "\n".join([INTRO, index, *sections]).rstrip() + "\n"


def _trials_only(target: Target) -> str:
    """A vendor whose settings cannot be simulated."""
    head = (
        f'\n<a id="{target.name}"></a>\n\n## {target.title}\n\n`{target.name}`: {next(iter(target.beyond.values()))}.'
    )
    return "\n".join([head, *_tried(target), *_fields(target)])


def _tried(target: Target) -> Iterator[str]:
    """Settings without published times."""
    found = untimed_settings(target.name)
    if found:
        yield f"\nThese cannot be simulated. `turntempo export SETTINGS --to {target.name} --ab` plans a trial:\n"
        yield from (f"- `{one.path}` ({', '.join(map(_plain, one.arms))}): {one.effect}" for one in found)


def _section(target: Target) -> Iterator[str]:
    yield f'\n<a id="{target.name}"></a>\n\n## {target.title}\n'
    yield f"`{target.name}`" + (f", as {target.format.name}." if target.format.name != target.name else ".")
    if target.roots:
        yield f"A file may also consist of only {' or '.join(f'`{root}`' for root in target.roots)}."
    if target.older:
        yield "Older forms are read too, and written if the customer's file has them. They follow below."
    yield from _ours_by_name(target) if len(target.rules) == len(NAMES) else _tables(target)
    yield from _tried(target)
    yield from [f"\n{note}" for note in target.notes]
    for other in target.older:
        yield f"\n### {other.title}\n\n`{other.name}`"
        yield from _mapping(other)
        yield from _fields(other)


def _ours_by_name(target: Target) -> Iterator[str]:
    """A file with our own names in another format."""
    example = target.write(Settings().replace({"endpointing.silence_ms": 720, "barge_in.mode": "append"}))
    shown = {path: value for path, value in example.values.items() if path.lower().endswith((".mode", "g.silence_ms"))}
    yield "Each of our settings has the same name here. The README lists their ranges."
    yield f"\n```\n{target.format.fresh(shown).rstrip()}\n```"


def _tables(target: Target) -> Iterator[str]:
    yield from _mapping(target)
    couplings = [f"- `{coupling.name}`: {_code(coupling.description)}" for coupling in target.couplings]
    yield from ["\nSet together in a search:\n", *couplings] if couplings else []
    yield from _apart("Set elsewhere", target, [name for name in NAMES if target.is_elsewhere(name)])
    yield from _apart("Fixed by the stack", target, [name for name in NAMES if name in target.stack])
    left = [name for name in NAMES if name not in target.carried and name not in target.stack]
    yield from _apart("Not to be had", target, [name for name in left if not target.is_elsewhere(name)])
    yield from _fields(target)


def _mapping(target: Target) -> Iterator[str]:
    yield "\n| our setting | their setting | relation |\n|---|---|---|"
    for rule in target.rules:
        ours, theirs = ("<br>".join(f"`{name}`" for name in names) for names in (rule.ours, rule.theirs))
        yield f"| {ours} | {theirs} | {_cell(rule.how or 'the same')} |"


def _fields(target: Target) -> Iterator[str]:
    """The settings of the vendor, first those that correspond to ours."""
    used = {path for rule in target.rules for path in rule.theirs}
    yield "\n| their setting | values | default | |\n|---|---|---|---|"
    for one in sorted(target.fields, key=lambda one: one.path not in used):
        note = [] if one.path in used else ["nothing of ours"]
        note += [one.note] if one.note else []
        default = "" if one.default in (None, {}) else _plain(one.default)
        last = _cell(f"{'; '.join(note)} ({one.source})".strip())
        yield f"| `{one.path}` | {_cell(_values(one))} | {default} | {last} |"


def _values(one: Field) -> str:
    if one.choices:
        return ", ".join(one.choices)
    if one.kind == "any":
        return "anything"
    if one.kind == "flag":
        return "true, false"
    if one.low is None and one.high is None and not one.unit:
        return {"integer": "a whole number", "number": "a number", "list": "a list", "object": "an object"}.get(
            one.kind, "text"
        )
    bounded = one.low is not None or one.high is not None
    parts = [f"{spoken_range(*one.bounds) if bounded else 'not published'} {one.unit}".strip()]
    parts += [f"in steps of {one.step:g}"] if one.step else []
    parts += [f"or {_plain(value)}" for value in one.special]
    parts += [f"(read: {spoken_range(*one.reads)})"] if one.reads else []
    return " ".join(parts)


def _apart(title: str, target: Target, names: Iterable[str]) -> Iterator[str]:
    """Settings that the file does not hold, by reason."""
    by_reason: dict[str, list[str]] = {}
    for name in names:
        fixed = f" ({_plain(target.stack[name].value)})" if name in target.stack else ""
        by_reason.setdefault(target.why(name), []).append(f"`{name}`{fixed}")
    if by_reason:
        yield f"\n{title}:\n"
        yield from (f"- {', '.join(found)}: {why}" for why, found in by_reason.items())


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).strip('"')


def _code(text: str) -> str:
    return " ".join(f"`{word}`" if word in NAMES else word for word in text.split(" "))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
