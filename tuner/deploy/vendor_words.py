"""Changed settings in a vendor's words and units, as its users would write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stages.i18n import Said, joined, say
from stages.settings import Settings
from tuner.deploy.overrides import NEUTRAL, vendor_names
from tuner.diagnosis.words.sentences import moves_text
from tuner.statistics.numbers import setting
from tuner.support.case import Case
from tuner.targets.target import Target

Moves = Mapping[str, tuple[Any, Any]]
"""Setting -> (now, then)."""


def vendor_naming(vendor: str | None, case: Case | None, in_force: Settings) -> Callable[[Moves], Said | None]:
    """What names changes in the words of this vendor, else of the case's, where its file has them; else in ours."""
    found = vendor_names(vendor, case)
    if found is None or found.target.name in NEUTRAL:
        return moves_text
    form, stated = found.target, found.stated or {}
    return lambda moves: _in_words(form, stated, in_force, moves)


def _in_words(form: Target, stated: Mapping[str, Any], in_force: Settings, moves: Moves) -> Said | None:
    before = form.write(in_force).values
    after = form.write(in_force.replace({name: then for name, (_, then) in moves.items()})).values
    changed = {path: value for path, value in after.items() if value != before.get(path)}
    if not changed:
        return None
    texts = joined(
        [_move(form, path, stated.get(path, before.get(path)), value) for path, value in changed.items()], "comma"
    )
    said = say("short.of_vendor", moves=texts, vendor=form.title)
    apart = {name: pair for name, pair in moves.items() if name not in form.carried}
    return say("short.also_ours", moves=said, ours=moves_text(apart)) if apart else said


def _move(form: Target, path: str, now: Any, then: Any) -> Said:
    """turn_handling.endpointing.min_delay 0.3 s (now 0.5 s)"""
    field = form.by_path[path]

    def shown(value: Any) -> str:
        if value is None:
            return say("short.absent")
        unit = field.unit if isinstance(value, int | float) and not isinstance(value, bool) else ""
        return f"{setting(value)} {unit}".rstrip()

    return say("short.vendor_move", path=path, then=shown(then), now=shown(now))
