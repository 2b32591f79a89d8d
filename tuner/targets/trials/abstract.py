"""The vendors and the single settings that cannot be simulated: their times are not published."""

from __future__ import annotations

from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import UntimedSetting
from tuner.targets.vendors import elevenlabs, gemini, openai_realtime, retell, tencent, vapi, volcengine

UNTIMED: dict[str, tuple[UntimedSetting, ...]] = {
    retell.RETELL.name: retell.UNTIMED,
    openai_realtime.GA.name: openai_realtime.UNTIMED,
    gemini.GEMINI.name: gemini.UNTIMED,
    elevenlabs.ELEVENLABS.name: elevenlabs.UNTIMED,
    vapi.VAPI.name: vapi.UNTIMED,
    volcengine.VOLCENGINE.name: volcengine.UNTIMED,
    tencent.TENCENT.name: tencent.UNTIMED,
}
"""Vendor -> what can only be tried there."""

ABSTRACT: dict[str, Target] = {retell.RETELL.name: retell.RETELL}
"""Vendors of which no setting can be simulated: they are read for their settings, and never written."""


TIMED = {retell.RETELL.name: retell.CUSTOM_STT}
"""Vendor of which a file may state a time after all -> the target that reads that."""


def timed(vendor: str, text: str, source: str) -> str:
    """The target of a file of such a vendor's: that of its times, where it has any. Raises SettingsError."""
    if vendor not in TIMED:
        return vendor
    form = TIMED[vendor]
    tree = form.opened(text, source).tree
    return form.name if any(scope in tree for scope in form.scopes) else vendor


def untimed_settings(vendor: str) -> tuple[UntimedSetting, ...]:
    """What can only be tried at a vendor; most have nothing of the kind."""
    return UNTIMED.get(vendor.partition("@")[0], ())
