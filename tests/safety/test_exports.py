"""A customer's configuration, changed for every vendor: no secret of theirs is printed, or written unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stages.settings import Settings
from tuner.targets import all_targets, target
from tuner.targets.export import new_file
from turntempo.__main__ import main

KEY, PHONE, MAIL, PASSWORD = "sk-proj-AbCdEf123456_7890-xyzXYZ", "13812345678", "li.lei@example.cn", "Tr0ub4dor&3"
SECRETS = (KEY, PHONE, MAIL, PASSWORD)


def planted(name: str) -> str:
    """A file of this vendor with secrets beside its settings."""
    chosen = target(name)
    text = new_file(chosen, chosen.deployable(Settings())).text
    if chosen.format.name == "json":
        held = json.loads(text)
        return json.dumps({"x_api_key": KEY, "about": f"{PHONE}, {MAIL}", "x": {"password": PASSWORD}} | held, indent=1)
    if chosen.format.name == "env":
        return f"# {PHONE} {MAIL}\nX_API_KEY={KEY}\nX_PASSWORD={PASSWORD}\n{text}"
    if chosen.format.name == "yaml":
        return f"# {PHONE} {MAIL}\nx_api_key: {KEY}\nx_password: {PASSWORD}\n{text}"
    return f'# {PHONE} {MAIL}\nx_api_key = "{KEY}"\nx_password = "{PASSWORD}"\n{text}'


@pytest.fixture
def exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    """What is printed when other settings are put into the planted file, and what is written."""
    wanted = Settings().replace({"endpointing.silence_ms": 1000, "barge_in.min_speech_ms": 500, "vad.silence_ms": 500})

    def export(name: str, *more: str) -> tuple[str, str]:
        (tmp_path / "s.json").write_text(json.dumps(wanted.json_dict()))
        base = tmp_path / f"base{target(name).format.suffix}"
        base.write_text(planted(name))
        output = tmp_path / f"out{target(name).format.suffix}"
        capsys.readouterr()
        code = main(["export", str(tmp_path / "s.json"), "--to", name, "--base", str(base), "-o", str(output), *more])
        printed = "".join(capsys.readouterr())
        assert code == 0, printed
        return printed, output.read_text()

    return export


@pytest.mark.parametrize("name", all_targets())
def test_no_secret_is_written_or_printed(exported: Callable[..., tuple[str, str]], name: str) -> None:
    printed, text = exported(name)
    assert [secret for secret in SECRETS if secret in printed + text] == []
    assert text.count("REDACTED-") >= len(SECRETS)


@pytest.mark.parametrize("name", all_targets())
def test_secrets_are_kept_where_that_is_asked_for_and_even_then_not_printed(
    exported: Callable[..., tuple[str, str]], name: str
) -> None:
    printed, text = exported(name, "--keep-secrets")
    assert [secret for secret in SECRETS if secret not in text] == []
    assert [secret for secret in SECRETS if secret in printed] == []


@pytest.mark.parametrize("name", all_targets())
def test_a_file_without_its_secrets_says_the_same_settings(exported: Callable[..., tuple[str, str]], name: str) -> None:
    _, without = exported(name)
    _, with_them = exported(name, "--keep-secrets", "--force")
    read = target(name).read
    assert read(without, "a").settings == read(with_them, "b").settings
