"""The forms of turntempo's files, as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.figures.outcome import MAYBE_UNKNOWN, Outcome
from stages.connect_settings import SCHEMA as CONNECT_SCHEMA
from stages.connect_settings import ConnectSettings
from stages.schema_ids import former_id
from stages.settings import SCHEMA as SETTINGS_SCHEMA
from stages.settings import Settings
from stages.turn import Turn

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def turn_schema() -> dict[str, Any]:
    """The form of one turn of a recording."""
    schema = titled(Turn.model_json_schema(by_alias=True), "one turn: a line of a recording")
    schema["required"] = ["schema", *schema["required"]]
    return schema


def settings_schema() -> dict[str, Any]:
    """The form of a settings file, and of the settings line of a recording; every field may be left out."""
    schema = titled(Settings.model_json_schema(), "settings: what is left out has the default")
    schema["properties"] = {"schema": {"enum": [SETTINGS_SCHEMA, former_id("settings")]}, **schema["properties"]}
    return schema


def outcome_schema() -> dict[str, Any]:
    """The form of one turn's outcome; a line of `turntempo replay --outcomes` carries the turn's `id` too."""
    schema = titled(Outcome.model_json_schema(), "what one turn was like under some settings")
    properties = schema["properties"] | {name: _or_unknown(schema["properties"][name]) for name in MAYBE_UNKNOWN}
    schema["properties"] = {"id": {"type": "string", "description": "the turn's"}, **properties}
    return schema


def session_schema() -> dict[str, Any]:
    """The form of one call of a recording of calls."""
    import msgspec

    from pipeline.connect.logged import LoggedSession

    made = msgspec.json.schema(LoggedSession)
    return titled(made["$defs"]["LoggedSession"] | {"$defs": made["$defs"]}, "one call: a line of a recording of calls")


def connect_settings_schema() -> dict[str, Any]:
    """The form of a settings file of connecting; every field may be left out."""
    schema = titled(ConnectSettings.model_json_schema(), "settings of connecting: what is left out has the default")
    schema["properties"] = {"schema": {"enum": [CONNECT_SCHEMA]}, **schema["properties"]}
    return schema


def _or_unknown(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}], "description": "null: the recording does not show it"}


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "turn": turn_schema,
    "settings": settings_schema,
    "outcome": outcome_schema,
    "session": session_schema,
    "connect-settings": connect_settings_schema,
}


def titled(made: dict[str, Any], title: str) -> dict[str, Any]:
    """A schema made by pydantic, with a title of its own alone."""
    return {"$schema": DRAFT, "title": f"turntempo {title}", **_without_titles(made)}


def _without_titles(node: Any) -> Any:
    """The same without the titles that only repeat the names of the fields."""
    if isinstance(node, dict):
        return {
            key: _without_titles(value) for key, value in node.items() if key != "title" or not isinstance(value, str)
        }
    return [_without_titles(value) for value in node] if isinstance(node, list) else node
