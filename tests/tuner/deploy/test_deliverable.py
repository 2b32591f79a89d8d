from pathlib import Path

import pytest

from stages.errors import SettingsError
from stages.i18n import translate
from stages.settings import Settings
from tuner.deploy.deliverable import deliverable, file_name
from tuner.targets import all_targets, not_carried, target

SECRET = "sk-proj-" + "a1B2c3D4" * 5
BASE = """{"properties": {
  "llm": {"api_key": "SECRET"},
  "turn_detection": {"config": {"end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1500}}}}
}}
""".replace("SECRET", SECRET)
SETTINGS = Settings().replace({"endpointing.silence_ms": 700, "eager.on": "final", "llm.timeout_ms": 900})


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "join.json"
    path.write_text(BASE)
    return path


def test_it_is_named_as_the_customer_s_file_or_the_vendor_s(base: Path) -> None:
    assert file_name(target("agora"), base) == "join.json"
    assert file_name(target("agora"), None) == "agora.json"
    assert file_name(target("toml"), None) == "toml.toml"


def test_secrets_leave_only_where_they_are_kept(base: Path) -> None:
    made = deliverable(target("agora"), SETTINGS, None, base)
    assert SECRET not in made.leaving.text + made.leaving.diff
    assert made.leaving.taken_out
    assert '"silence_duration_ms": 700' in made.leaving.text
    kept = deliverable(target("agora"), SETTINGS, None, base, keep_secrets=True)
    assert SECRET in kept.leaving.text
    assert SECRET not in kept.leaving.diff
    assert kept.leaving.taken_out == ()


def test_a_base_that_breaks_a_rule_is_refused(base: Path) -> None:
    base.write_text("{")
    with pytest.raises(SettingsError, match=r"join\.json"):
        deliverable(target("agora"), SETTINGS, None, base)


def test_what_the_file_does_not_carry_is_listed_in_every_language(base: Path) -> None:
    made = deliverable(target("agora"), SETTINGS, Settings(), base)
    listed = not_carried.sections(made.export.writing, "Agora")
    found = {str(heading): lines for heading, lines in listed}
    assert any(line.startswith("llm.timeout_ms 900: ") for line in found["To be set elsewhere:"])
    assert any(line.startswith("eager.on final: ") for line in found["Not to be had on Agora:"])
    assert {translate(heading, "zh") for heading, _ in listed}.isdisjoint(found)
    only = dict(not_carried.sections(made.export.writing, "Agora", {"eager.on"}))
    assert list(only) == ["Not to be had on Agora:"]


def test_values_written_as_the_nearest_one_are_listed() -> None:
    made = deliverable(target("agora"), Settings().replace({"endpointing.silence_ms": 2900}), Settings())
    (heading, lines), *_ = not_carried.sections(made.export.writing, "Agora")
    assert heading == "Not exactly to be had on Agora; written as the nearest:"
    assert lines[0] == "endpointing.silence_ms: 2000 instead of 2900"


PARTLY = frozenset({"endpointing.silence_ms"})


@pytest.mark.parametrize("name", [name for name, one in all_targets().items() if set(one.carried) >= PARTLY])
def test_of_partial_settings_only_what_is_named_is_written_and_comes_back(name: str) -> None:
    stack = target(name)
    wanted = Settings().replace({"endpointing.silence_ms": 800})
    made = deliverable(stack, wanted, None, named=PARTLY)
    whole = deliverable(stack, wanted, None)
    assert set(made.export.changes) <= set(whole.export.changes)
    assert len(made.export.changes) < len(whole.export.changes) or len(stack.carried) <= 3
    before, after = (stack.read_values({}).settings.flat(), stack.read(made.export.text, name).settings.flat())
    expected = stack.deployable(stack.read_values({}).settings.replace({"endpointing.silence_ms": 800})).flat()
    assert after["endpointing.silence_ms"] == expected["endpointing.silence_ms"]
    others = {one for one in after if after[one] != before[one]} - PARTLY
    apart = {one: after[one] for one in others if after[one] != expected[one]}
    assert apart == pytest.approx({one: expected[one] for one in apart}, abs=10)  # Pipecat counts one from another


def test_partial_settings_leave_the_customer_s_own_as_they_are(tmp_path: Path) -> None:
    base = tmp_path / "join.json"
    base.write_text(
        BASE.replace('"vad_config": {', '"vad_config": {"x": 1, ').replace('"llm": {', '"llm": {"max_history": 8, ')
    )
    made = deliverable(target("agora"), SETTINGS, None, base, named=PARTLY)
    changed = [line for line in made.leaving.diff.splitlines() if line.startswith(("+ ", "- "))]
    assert len(changed) == 2
    assert '"silence_duration_ms": 700' in made.export.text
    assert '"max_history": 8' in made.export.text
