"""The forms of a fleet's payloads, as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from turntempo.fleet import messages
from turntempo.schemas import titled


def _fleet_schema(name: str, title: str) -> dict[str, Any]:
    """The form of a payload of a fleet's topic."""
    schema = titled(getattr(messages, name).model_json_schema(by_alias=True), title)
    schema["required"] = ["schema", *schema.get("required", ())]
    return schema


def fleet_turns_schema() -> dict[str, Any]:
    """The form of what agents publish on `turns`: a batch, or a turn alone."""
    batch = _fleet_schema("TurnsMessage", "fleet: turns, on turntempo/<agent>/turns")
    definitions = batch.pop("$defs")
    definitions["Turn"]["required"] = ["schema", *definitions["Turn"]["required"]]
    head = {key: batch.pop(key) for key in ("$schema", "title")}
    return head | {"anyOf": [batch, {"$ref": "#/$defs/Turn"}], "$defs": definitions}


def fleet_settings_schema() -> dict[str, Any]:
    """The form of what agents publish on `settings`."""
    return _fleet_schema("SettingsMessage", "fleet: the settings in force, on turntempo/<agent>/settings")


def fleet_recommended_schema() -> dict[str, Any]:
    """The form of what `turntempo publish` publishes on `recommended`."""
    return _fleet_schema("RecommendedMessage", "fleet: settings to take over, on turntempo/<agent>/recommended")


def fleet_status_schema() -> dict[str, Any]:
    """The form of what agents publish on `status`."""
    return _fleet_schema("StatusMessage", "fleet: whether an agent is connected, on turntempo/<agent>/status")


FLEET_SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "fleet-turns": fleet_turns_schema,
    "fleet-settings": fleet_settings_schema,
    "fleet-recommended": fleet_recommended_schema,
    "fleet-status": fleet_status_schema,
}
