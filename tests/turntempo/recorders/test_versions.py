"""A framework that is too old for its recorder is refused, with what to do."""

import pytest

from turntempo.recorders.versions import is_older, need


def test_an_older_version_than_the_oldest_is_refused_by_name() -> None:
    with pytest.raises(ImportError, match=r"livekit-agents from version 1\.2\.0 on, and 1\.0\.23 is installed.*pip"):
        need("livekit-agents", "1.0.23", "1.2.0")


@pytest.mark.parametrize("version", ["1.2.0", "1.2.18", "1.10.0", "2.0.0b1", "1.2.0rc1"])
def test_the_oldest_and_newer_ones_are_taken(version: str) -> None:
    assert not is_older(version, "1.2.0")
