"""A broker for each test; `make test-fleet` installs mosquitto where it is missing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.processes import Fleet, fleet_in


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    assert shutil.which("mosquitto"), "mosquitto is missing: apt-get install mosquitto mosquitto-clients"
    with fleet_in(tmp_path) as found:
        yield found
