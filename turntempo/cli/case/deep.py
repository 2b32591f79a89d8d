"""`turntempo case check --deep`: every file of a case or a bundle against its checksum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stages.i18n import Language
    from tuner.support.bundle import Integrity

DAMAGED = 1
"""The exit code where a file is not as it was."""


def check(source: Path, languages: Sequence[Language], signed_by: Path | None, at: datetime, as_json: bool) -> int:
    """Check a case's folder or a bundle, and print what was found; the exit code."""
    from stages.errors import InputError
    from tuner.support.bundle import check_bundle, check_case
    from tuner.support.case import is_case
    from turntempo import screen
    from turntempo.given import signing

    if source.is_dir() and not is_case(source):
        raise InputError(f"{source}: is no case: there is no case.toml in it; name a case or a bundle, a zip file")
    judged = signing.judged_by(signed_by, at)
    found = check_case(source, judged) if source.is_dir() else check_bundle(source, judged)
    trusted = signed_by is None or (found.signature is not None and found.signature.known)
    if as_json:
        screen.show_json(
            {"checked_path": str(source), "whole": not found.damages, "signed_as_wanted": trusted, **found.json_dict()}
        )
    else:
        for language in languages:
            _tell(source, found, language)
    return 0 if trusted and not found.damages else DAMAGED


def _tell(source: Path, found: Integrity, language: Language) -> None:
    from stages.escaping import one_line
    from stages.i18n import say, translate
    from turntempo import screen, stderr

    for one in found.damages:
        screen.say(f"{one_line(one.path)}: {translate(one.why, language)}")
    n, damages = found.checked, len(found.damages)
    key = "integrity.damaged" if damages else f"integrity.whole_{found.kind}"
    screen.say(translate(say(key, case=str(source), n=n, damages=damages), language))
    if found.signature is not None and found.signature.is_ != "wrong":
        screen.say(translate(found.signature.sentence(), language))
    if found.without_sum:
        files = ", ".join(map(one_line, found.without_sum))
        stderr.note(translate(say("integrity.without_sum", files=files), language))
