import pytest

from stages import errors


def test_an_error_in_a_recording_names_file_line_and_field_where_they_are_known() -> None:
    error = errors.RecordingError("must be 0 or more, got -1", file="a.jsonl", line=7, field="speech.end_ms")
    assert str(error) == "a.jsonl:7: speech.end_ms: must be 0 or more, got -1"
    assert str(errors.RecordingError("is empty", file="a.jsonl")) == "a.jsonl: is empty"


def test_an_unknown_name_lists_the_valid_ones_and_the_closest() -> None:
    message = str(errors.UnknownName("profile", "ai-tutr", ["ai-tutor", "receptionist"]))
    assert message == "unknown profile 'ai-tutr'. Did you mean ai-tutor? Valid: ai-tutor, receptionist"


@pytest.mark.parametrize("kind", [errors.SettingsError, errors.IncompleteTurn, errors.OutputError])
def test_every_error_is_caught_by_the_one_root_and_ends_with_exit_code_2(kind: type[errors.TurntempoError]) -> None:
    assert issubclass(kind, errors.TurntempoError)
    assert kind.exit_code == 2
