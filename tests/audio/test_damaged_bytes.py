"""Packed sound with any bytes replaced is read or refused with the file's name: no other error, no hang."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.importers import File
from pipeline.importers.audio.audio import Audio
from pipeline.importers.audio.options import AudioOptions
from pipeline.importers.final_check import checked
from stages.errors import RecordingError
from tests.audio.calls import WHY, call
from tests.audio.voice import RATE

soundfile = pytest.importorskip("soundfile", reason=WHY)

SHORT = call(((200, 1_000), (2_700, 3_200)), ((1_500, 2_400), (3_900, 4_400)), 4_600)


def packed(format: str, subtype: str | None) -> bytes:
    held = io.BytesIO()
    soundfile.write(held, SHORT, RATE, format=format, subtype=subtype)
    return held.getvalue()


KINDS = {
    "flac": packed("FLAC", None),
    "opus": packed("OGG", "OPUS"),
    "vorbis": packed("OGG", "VORBIS"),
    "mp3": packed("MP3", None),
    "float": packed("WAV", "FLOAT"),
    "adpcm": packed("WAV", "IMA_ADPCM"),
    "aiff": packed("AIFF", None),
}


def is_read(content: bytes) -> bool:
    """Whether it gives turns; it is refused with no error but a RecordingError."""
    try:
        checked(Audio().read([File("call/x.bin", content)], AudioOptions(scores=False)))
    except RecordingError as error:
        if "x.bin" not in str(error):
            raise
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_whole(kind: str) -> None:
    assert is_read(KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_anywhere_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    content = bytearray(KINDS[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.one_of(st.integers(0, 120), st.integers(0, len(content) - 1)))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    assert is_read(bytes(content)) in (True, False)
