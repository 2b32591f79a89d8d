"""The formats that suites run on; audio is skipped where what it needs is not installed."""

from collections.abc import Iterable

import pytest

from tests.audio.calls import MISSING, WHY


def each(names: Iterable[str]) -> pytest.MarkDecorator:
    """A test for each of these formats, as its argument `name`."""
    lacks_audio = pytest.mark.skipif(bool(MISSING), reason=WHY)
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=lacks_audio) if name == "audio" else name for name in sorted(names)]
    )
