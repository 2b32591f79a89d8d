"""The vendors' packages are those whose figures we quote."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

GROUP = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["dependency-groups"]["vendors"]
PINNED = [one for one in map(Requirement, GROUP) if str(one.specifier).startswith("==")]
APPLY = [one for one in PINNED if one.marker is None or one.marker.evaluate()]


@pytest.mark.parametrize("package", APPLY, ids=lambda one: one.name)
def test_the_installed_package_is_the_one_that_was_read(package: Requirement) -> None:
    assert version(package.name) in package.specifier
