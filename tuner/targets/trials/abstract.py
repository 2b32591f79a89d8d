"""The vendors and the single settings that cannot be simulated: knobs without published times."""

from __future__ import annotations

from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import Knob
from tuner.targets.vendors import elevenlabs, gemini, openai_realtime, retell, tencent, vapi, volcengine

KNOBS: dict[str, tuple[Knob, ...]] = {
    retell.RETELL.name: retell.KNOBS,
    openai_realtime.GA.name: openai_realtime.KNOBS,
    gemini.GEMINI.name: gemini.KNOBS,
    elevenlabs.ELEVENLABS.name: elevenlabs.KNOBS,
    vapi.VAPI.name: vapi.KNOBS,
    volcengine.VOLCENGINE.name: volcengine.KNOBS,
    tencent.TENCENT.name: tencent.KNOBS,
}
"""Vendor -> what can only be tried there."""

ABSTRACT: dict[str, Target] = {retell.RETELL.name: retell.RETELL}
"""Vendors of which no setting can be simulated: they are read for their knobs, and never written."""


def knobs(vendor: str) -> tuple[Knob, ...]:
    """What can only be tried at a vendor; most have nothing of the kind."""
    return KNOBS.get(vendor, ())
