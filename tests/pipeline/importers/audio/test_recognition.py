"""Which files are sound, by their first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.importers.audio.sound_file import format_of, is_readable

HEADS = {
    b"RIFF\x24\x00\x00\x00WAVEfmt ": "WAV",
    b"RF64\xff\xff\xff\xffWAVEds64": "WAV",
    b"fLaC\x00\x00\x00\x22": "FLAC",
    b"OggS\x00\x02": "Ogg",
    b"ID3\x04\x00": "MP3",
    b"\xff\xfb\x90\x64": "MP3",
    b"FORM\x00\x00\x00\x00AIFF": "AIFF",
}


@pytest.mark.parametrize("head", HEADS)
def test_sound_is_known_by_its_first_bytes(head: bytes) -> None:
    assert format_of(head) == HEADS[head]
    assert is_readable(head)


@pytest.mark.parametrize("head", [b"\x00\x00\x00\x20ftypM4A ", b"\x1a\x45\xdf\xa3\x01", b"#!AMR\n"])
def test_other_sound_is_known_and_not_read(head: bytes) -> None:
    assert format_of(head) is not None
    assert not is_readable(head)


@pytest.mark.parametrize("head", [b"", b"{}", b"RIFF\x00\x00\x00\x00AVI ", b"\xff\xfe{\x00", b"\xff\xff\xff\xff"])
def test_what_is_no_sound_is_not_known(head: bytes) -> None:
    assert format_of(head) is None


@given(st.binary(max_size=20))
def test_any_bytes_are_known_or_not(head: bytes) -> None:
    assert isinstance(format_of(head), str | None)
