from __future__ import annotations

import os
from pathlib import Path

import pytest

from stages.errors import InputError
from turntempo.fleet.broker import PASSWORD, USER, Trust, broker_at
from turntempo.fleet.keeping import age_ms, size_bytes


def test_user_and_password_come_from_the_environment_or_a_file_and_are_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER, "ann")
    monkeypatch.setenv(PASSWORD, "s3cret")
    file = tmp_path / "credentials"
    file.write_text("bob\nhunter2\n")
    file.chmod(0o600)
    ours, theirs = broker_at("mqtt://h"), broker_at("mqtt://h:99", credentials=file)
    assert (ours.user, ours.password, ours.port) == ("ann", "s3cret", 1883)
    assert (theirs.user, theirs.password, theirs.address) == ("bob", "hunter2", "mqtt://h:99")
    assert not any(word in repr(ours) + repr(theirs) for word in ("ann", "s3cret", "bob", "hunter2"))


def test_a_password_on_the_command_line_is_refused_without_repeating_it() -> None:
    with pytest.raises(InputError, match=PASSWORD) as raised:
        broker_at("mqtt://ann:s3cret@h")
    assert "s3cret" not in str(raised.value)


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes here")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_with_a_secret_that_others_can_read_is_refused_with_what_to_type(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "secret"
    file.write_text("bob\nhunter2\n")
    file.chmod(mode)
    for where in ("credentials", "trust"):
        given = (
            {"credentials": file}
            if where == "credentials"
            else {"trust": Trust(certificate=tmp_path / "c.pem", key=file)}
        )
        with pytest.raises(InputError, match=f"chmod 600 {file}") as raised:
            broker_at("mqtts://h", **given)
        assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("content", [b"bob\n", b"", b"\nhunter2\n", b"\xff\xfe\n\xff\n"])
def test_a_file_that_is_not_two_lines_of_text_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "credentials"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(InputError, match="two lines"):
        broker_at("mqtt://h", credentials=file)


@pytest.mark.parametrize("url", ["h", "http://h", "mqtt://", "mqtt://h/topic", "mqtt://h:99999", "mqtt://h:x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="mqtt://HOST"):
        broker_at(url)


def test_files_for_tls_are_checked_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="mqtts://"):
        broker_at("mqtt://h", Trust(ca=tmp_path / "ca.pem"))
    with pytest.raises(InputError, match=r"ca\.pem"):
        broker_at("mqtts://h", Trust(ca=tmp_path / "ca.pem"))
    with pytest.raises(InputError, match="--cert"):
        broker_at("mqtts://h", Trust(key=tmp_path / "key.pem"))
    assert broker_at("mqtts://h").port == 8883


@pytest.mark.parametrize("text", ["", "30", "0d", "d", "-3d"])
def test_an_age_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--keep"):
        age_ms(text)


def test_ages_and_sizes_are_read() -> None:
    assert (age_ms("2d"), age_ms("45m")) == (172_800_000, 2_700_000)
    assert (size_bytes("1.5GB"), size_bytes("500 mb")) == (1_500_000_000, 500_000_000)
    with pytest.raises(InputError, match="--keep-size"):
        size_bytes("5")
