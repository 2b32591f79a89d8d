"""Fixtures for all tests."""

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile("here", deadline=None)  # no test is timed: machines are shared
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recordings beside the project's root; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the real recordings in a folder `{folder.name}` beside the project, and there is none")
    return folder
