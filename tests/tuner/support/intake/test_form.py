import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.errors import InputError
from stages.escaping import plain
from tuner.support.intake.blank_form import GROUPS, blank
from tuner.support.intake.form import answered, parse_form, read_form
from tuner.support.intake.intake import FIELDS, Intake

TOML, YAML = Path("case.toml"), Path("case.yaml")

FORM = {
    TOML: '# ours\ntitle = "Slow"  # short\nsdk_version = 4.10\nusers_hit = 30\nsteps = ["talk", "wait"]\ntts = "?"\n',
    YAML: "# ours\ntitle: Slow  # short\nsdk_version: 4.10\nusers_hit: 30\nsteps:\n  - talk\n  - wait\ntts: ?\n",
}


@pytest.mark.parametrize("path", [TOML, YAML], ids=str)
def test_answers_are_taken_as_they_are_written(path: Path) -> None:
    text = FORM[path].replace("tts: ?", 'tts: "?"')
    found = parse_form(text, path)
    assert found.answered == {"title": "Slow", "sdk_version": "4.10", "users_hit": "30", "steps": "1. talk\n2. wait"}


@pytest.mark.parametrize("open_answer", ["", "?", "TBD", " n/a ", "unknown", "-", "待定", "未知"])
def test_a_placeholder_counts_as_no_answer(open_answer: str) -> None:
    assert parse_form(f'asr = "{open_answer}"', TOML).asr is None


def test_yes_and_no_of_yaml_stay_words() -> None:
    found = parse_form("region: NO\nllm: yes\nos: 1e3\nsdk_version: 010\n", YAML)
    assert found.answered == {"region": "NO", "llm": "yes", "os": "1e3", "sdk_version": "010"}


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (TOML, 'titel = "x"', "case.toml: unknown field of the form 'titel'. Did you mean title?"),
        (TOML, 'environment = "prod"', "environment: is one of production, test, got 'prod'"),
        (TOML, '[device]\nmodel = "x"', "device: is a text, a number or a list"),
        (TOML, 'schema = "turntempo.turn/2"', "schema: must be 'turntempo.case/2'"),
        (TOML, 'title = "a"\nos = ', "case.toml:2: is not TOML"),
        (TOML, 'os = "a"\nos = "b"', "is not TOML"),
        (YAML, "title: a\nos: [", "case.yaml:2: is not YAML"),
        (YAML, "os: a\nos: b", "is not YAML: found duplicate key"),
        (YAML, "title: &a [x]\nos: [*a, *a]", "os: is a text, a number or a list of up to 200 of them, got lists in"),
        (YAML, "os: &a x\nsteps: [" + "*a, " * 201 + "]", "steps: is a text, a number or a list of up to 200"),
        (TOML, f'os = "{"x" * 20_001}"', "os: has more than 20,000 characters; attach it as a file"),
        pytest.param(YAML, "title: " + "[" * 5000, "is not YAML", id="nested too deeply"),
        (YAML, "- a\n- b", "a form has a line `field: answer`"),
        (YAML, "title: \x1b[31m", "is not YAML"),
        (Path("case.json"), "{}", "a form's name ends in .toml, .yaml, .yml"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_reported_with_its_place(path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        parse_form(text, path)


def test_a_form_that_is_missing_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_bytes(b'title = "a"\nos = "\xff"\n')
    with pytest.raises(InputError, match=r"case\.toml:2: is not UTF-8"):
        read_form(tmp_path / "case.toml")
    with pytest.raises(InputError, match="there is no such file"):
        read_form(tmp_path / "none.toml")


@pytest.mark.parametrize("path", [TOML, YAML], ids=str)
def test_comments_and_other_answers_stay_when_one_is_filled_in(path: Path) -> None:
    text = FORM[path].replace("tts: ?", 'tts: "?"')
    filled = answered(text, path, {"tts": "voice A", "tried": "nothing\nyet"})
    assert "# ours" in filled
    assert "# short" in filled
    assert "4.10" in filled
    found = parse_form(filled, path)
    assert (found.tts, found.tried, found.title) == ("voice A", "nothing\nyet", "Slow")
    assert answered(text, path, {}) == text


@pytest.mark.parametrize("syntax", ["toml", "yaml"])
def test_the_blank_form_asks_for_every_field_and_answers_none(syntax: str) -> None:
    text, path = blank(syntax), Path(f"case.{syntax}")
    assert parse_form(text, path) == Intake()
    assert all(f"\n{name}" in text for name in FIELDS)
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(FIELDS)
    every = dict.fromkeys((name for name in FIELDS if name not in ("impact", "environment", "language")), "answer")
    assert parse_form(answered(text, path, every), path).answered == every


@given(
    st.sampled_from([TOML, YAML]), st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)
)
def test_any_answer_survives_the_form(path: Path, answer: str) -> None:
    filled = answered(blank(path.suffix[1:]), path, {"users_report": f"> {answer}"})
    assert parse_form(filled, path).users_report == plain(f"> {answer}")
