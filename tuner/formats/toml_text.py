"""TOML: read and edited by tomlkit, which keeps comments and layout. It has no null: a setting says "null" as text."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from stages.errors import SettingsError
from tuner.formats.tree import NULL, grown, in_unix_lines, shallow


class Toml:
    """TOML 1.0 text."""

    name, suffix = "toml", ".toml"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        import tomlkit
        from tomlkit.exceptions import ParseError, TOMLKitError

        try:
            return shallow(dict(tomlkit.parse(text).unwrap()), source)
        except ParseError as error:
            raise SettingsError(f"{source}:{error.line}:{error.col}: is not TOML: {_reason(error)}") from None
        except (TOMLKitError, RecursionError) as error:
            raise SettingsError(f"{source}: is not TOML: {error or 'nested too deeply'}") from None

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        return in_unix_lines(text, lambda unix: _all_changed(unix, changes))

    def fresh(self, values: Mapping[str, Any]) -> str:
        import tomlkit

        return tomlkit.dumps(grown(values))


def _all_changed(text: str, changes: Mapping[str, Any]) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    for path, value in changes.items():
        if value is NULL:
            raise SettingsError(f"{path}: TOML has no null; leave the key out")
        _set(document, path.split("."), value)
    return tomlkit.dumps(document)


def _set(table: MutableMapping[str, Any], path: list[str], value: Any) -> None:
    import tomlkit

    key, rest = path[0], path[1:]
    if rest and key not in table and value is None:
        return
    if rest:
        if key not in table:
            table[key] = tomlkit.table()
        if not isinstance(table[key], MutableMapping):
            raise SettingsError(f"{key}: must be a table to hold {rest[0]!r}; mend that first")
        _set(table[key], rest, value)
    elif value is None:
        table.pop(key, None)
    elif key not in table or table[key] != value or isinstance(table[key], bool) != isinstance(value, bool):
        table[key] = value


def _reason(error: Exception) -> str:
    return str(error).rpartition(" at line ")[0] or str(error)
