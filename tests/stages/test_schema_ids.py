import pytest

from stages.errors import SettingsError
from stages.schema_ids import former_id, is_schema, schema_id
from stages.settings import Settings, parse
from stages.turn import Turn


def test_files_carry_the_present_id_and_the_former_one_is_read() -> None:
    assert schema_id("turn") == "turntempo.turn/2"
    assert is_schema(schema_id("turn"), "turn")
    assert is_schema(former_id("turn"), "turn")
    assert not is_schema(schema_id("settings"), "turn")
    assert not is_schema(None, "turn")


def test_a_turn_with_the_former_id_is_read_and_written_with_the_present_one() -> None:
    row = {"schema": former_id("turn"), "id": "a", "session": "s", "speech": {"end_ms": 900}}
    turn = Turn.model_validate(row)
    assert turn.json_dict() == row | {"schema": schema_id("turn")}


def test_settings_with_the_former_id_are_read() -> None:
    assert parse({"schema": former_id("settings"), "vad": {"silence_ms": 300}}).vad.silence_ms == 300
    with pytest.raises(SettingsError, match=schema_id("settings")):
        parse({"schema": former_id("turn")})
    assert parse({}) == Settings()
