"""The settings in force in a session of LiveKit Agents, as the target `livekit` reads them from a user's own code."""

from __future__ import annotations

from typing import Any

from stages.errors import TurntempoError
from stages.settings import Settings
from tuner.formats.tree import NULL, leaves
from tuner.targets import target

SESSION = "AgentSession"
CONNECTION = f"{SESSION}.conn_options"

HANDLED = {
    "endpointing": ("mode", "min_delay", "max_delay", "alpha"),
    "interruption": (
        *("enabled", "mode", "min_duration", "min_words"),
        *("resume_false_interruption", "false_interruption_timeout"),
    ),
    "preemptive_generation": ("enabled", "preemptive_tts", "max_speech_duration", "max_retries"),
}
"""Group of `turn_handling` -> the options that we know."""

BEFORE_GROUPS = (
    *("allow_interruptions", "min_interruption_duration", "min_interruption_words"),
    *("min_endpointing_delay", "max_endpointing_delay", "preemptive_generation"),
    *("false_interruption_timeout", "resume_false_interruption"),
)
"""The options of versions before 1.5, which have no groups: arguments of the session, of which an agent may have its
own."""


def settings_of(session: Any, activity: Any, version: str, threshold: float | None = None) -> Settings | None:
    """The settings of a session and of the agent in it; None where this version's are not known.

    `threshold`: that of the end-of-turn model, which it says with each prediction.
    """
    values = {name: NULL if value is None else value for name, value in _values(session, activity)}
    for name in (f"livekit@{version}", "livekit"):
        try:
            found = target(name)
            settings = found.read(found.format.fresh(values), "the session").settings
        except TurntempoError:
            continue
        scored = threshold is not None and settings.endpointing.eot_threshold is not None
        return settings.replace({"endpointing.eot_threshold": threshold}) if scored else settings
    return None


def made_ready(version: str) -> None:
    """Load what reading the settings needs, before a call begins: it takes some tenths of a second once."""
    settings_of(None, None, version)


def _values(session: Any, activity: Any) -> list[tuple[str, Any]]:
    """The options as paths of LiveKit's own constructors, with their values."""
    options = getattr(session, "options", None)
    handling: dict[str, Any] = {}
    for group, names in HANDLED.items():
        held = _options(options, activity, group)
        if known := {name: held[name] for name in names if name in held}:
            handling[group] = known
    found = [
        (path, value)
        for path, value in leaves(handling, f"{SESSION}.turn_handling.")
        if value is not None or path.endswith("false_interruption_timeout")
    ]
    if options is not None and not handling:
        found += _before_groups(options, activity)
    detection = detector(activity, session)
    if detection is not None:
        found.append((f"{SESSION}.turn_handling.turn_detection", detection))
    if options is not None and hasattr(options, "aec_warmup_duration"):
        found.append((f"{SESSION}.aec_warmup_duration", options.aec_warmup_duration))
    return found + _vad(session, activity) + _connections(session)


def _before_groups(options: Any, activity: Any) -> list[tuple[str, Any]]:
    """The options of an older version: the agent's own where it has them."""
    named = {name: getattr(activity, name, getattr(options, name, None)) for name in BEFORE_GROUPS}
    return [(f"{SESSION}.{name}", value) for name, value in named.items() if isinstance(value, bool | int | float)]


def _options(options: Any, activity: Any, group: str) -> dict[str, Any]:
    """The agent's own where it has them, else the session's."""
    for owner, name in ((activity, f"{group}_opts"), (options, group)):
        held = getattr(owner, name, None)
        if isinstance(held, dict):
            return dict(held)
    return {}


def detector(activity: Any, session: Any) -> str | None:
    """What ends turns, by LiveKit's name for it; None: its default."""
    for owner in (activity, session):
        held = getattr(owner, "turn_detection", None)
        if isinstance(held, str):
            return held
        if held is not None:
            name = type(held).__name__
            return f"{name}()" if name in ("TurnDetector", "MultilingualModel", "EnglishModel") else None
    return None


def _vad(session: Any, activity: Any) -> list[tuple[str, Any]]:
    held = getattr(getattr(activity, "vad", None) or getattr(session, "vad", None), "_opts", None)
    names = ("min_speech_duration", "min_silence_duration")
    return [
        (f"VAD.{name}", getattr(held, name)) for name in names if isinstance(getattr(held, name, None), int | float)
    ]


def _connections(session: Any) -> list[tuple[str, Any]]:
    options, found = getattr(session, "conn_options", None), []
    for stage in ("llm", "tts"):
        held = getattr(options, f"{stage}_conn_options", None)
        for name in ("timeout", "max_retry"):
            if (value := getattr(held, name, None)) is not None:
                found.append((f"{CONNECTION}.{stage}_conn_options.{name}", value))
    return found
