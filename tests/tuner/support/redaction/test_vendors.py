"""What a customer's configuration must not give away, for every vendor, in unusual places."""

from __future__ import annotations

import pytest

from tests.tuner.support.redaction.planted import FILES, Planted
from tuner.support.redaction import Redactor

pytestmark = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def test_no_planted_secret_stays_and_all_else_does(file: Planted) -> None:
    safe = Redactor(transcripts=True).text(file.text, file.name)
    assert [secret for secret in file.gone if secret in safe] == []
    assert [text for text in file.stays if text not in safe] == []


def test_the_file_still_parses(file: Planted) -> None:
    safe = Redactor(transcripts=True).text(file.text, file.name)
    assert type(file.parse(safe)) is type(file.parse(file.text))


def test_lines_without_a_secret_stay_byte_for_byte(file: Planted) -> None:
    redactor = Redactor(transcripts=True)
    safe = redactor.text(file.text, file.name)
    kept = [line for line in file.text.splitlines() if not any(secret in line for secret in file.gone)]
    several_lines_a_secret = ("agora.jsonc", "livekit.py", "xiaozhi.yaml")
    assert set(kept) - set(safe.splitlines()) == set() or file.name in several_lines_a_secret


def test_redacting_again_changes_nothing(file: Planted) -> None:
    once = Redactor(transcripts=True).text(file.text, file.name)
    assert Redactor(transcripts=True).text(once, file.name) == once


def test_the_account_names_no_secret(file: Planted) -> None:
    redactor = Redactor(transcripts=True)
    redactor.text(file.text, file.name)
    report = " ".join(redactor.lines()) + str(redactor.json_dict())
    assert redactor.removed
    assert [secret for secret in file.gone if secret in report] == []
