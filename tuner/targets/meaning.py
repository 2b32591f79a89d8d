"""What a written configuration means: the settings of an agent that runs with it."""

from __future__ import annotations

from stages.settings import NAMES, Settings
from tuner.targets.target import Target


def meant_by(target: Target, text: str, name: str, judged: Settings, in_force: Settings | None) -> Settings:
    """The settings of an agent that runs with this file.

    What the file or the vendor's stack decides is theirs; what is set elsewhere is taken as judged; what is not to be
    had, or is set by the file's code, stays as it is in force.
    """
    family, found = target.of_file(text, name)
    form, reading = family.form(found.tree), family.read_document(found)
    said, wanted, before = reading.settings.flat(), judged.flat(), (in_force or judged).flat()
    meant = {}
    for setting in NAMES:
        if reading.origins[setting] not in ("not known", "code"):
            meant[setting] = said[setting]
        else:
            meant[setting] = (wanted if form.is_elsewhere(setting) else before)[setting]
    return judged.replace(meant)
