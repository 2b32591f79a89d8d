"""The options of a session as a session report has them, as the Python that would set them.

So the target `livekit` reads them, with LiveKit's defaults for what a report lacks: turn detection, the VAD, the
timeouts of the services.
"""

from __future__ import annotations

from pipeline.importers.json_values import Object, entries, flag, group, number, text
from pipeline.importers.report import VendorSettings

TARGET = "livekit"

_ENDPOINTING = {"min_endpointing_delay": "min_delay", "max_endpointing_delay": "max_delay"}
_INTERRUPTION = {"min_interruption_duration": "min_duration", "min_interruption_words": "min_words"}
_PREEMPTIVE = ("max_speech_duration", "max_retries")


def vendor_settings(report: Object, source: str) -> VendorSettings | None:
    """The options in force; None: the report has none."""
    options = group(report, "options")
    if not options:
        return None
    endpointing = _numbers(options, _ENDPOINTING)
    interruption = _numbers(options, _INTERRUPTION)
    if (enabled := flag(options, "allow_interruptions")) is not None:
        interruption.append(f'"enabled": {enabled}')
    given = group(options, "preemptive_generation")
    preemptive = _numbers(given, {name: name for name in _PREEMPTIVE})
    preemptive += [
        f'"{key}": {value}' for key in ("enabled", "preemptive_tts") if (value := flag(given, key)) is not None
    ]
    detection = _detection(report)
    handling = [] if detection is None else [f'"turn_detection": "{detection}"']
    parts = {"endpointing": endpointing, "interruption": interruption, "preemptive_generation": preemptive}
    handling += [f'"{name}": {{{", ".join(held)}}}' for name, held in parts.items() if held]
    document = f"session = AgentSession(turn_handling={{{', '.join(handling)}}})\n"
    return VendorSettings(target=TARGET, document=document, source=source)


def _numbers(held: Object, names: dict[str, str]) -> list[str]:
    return [f'"{ours}": {_plain(value)}' for key, ours in names.items() if (value := number(held, key)) is not None]


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _detection(report: Object) -> str | None:
    """What ended turns, which the options do not say: without a prediction among the events the VAD did."""
    kinds = {text(event, "type") for event in entries(report, "events") if isinstance(event, dict)}
    return "vad" if kinds and "eot_prediction" not in kinds else None
