"""Which versions of a framework its recorder works with."""

from __future__ import annotations

import re


def need(package: str, version: str, oldest: str) -> None:
    """ImportError where an older version of the framework is installed than its recorder knows."""
    if is_older(version, oldest):
        raise ImportError(
            f"turntempo records {package} from version {oldest} on, and {version} is installed; "
            f"install a newer one: pip install -U {package}"
        )


def is_older(version: str, oldest: str) -> bool:
    """Whether this version came before the other."""
    return _numbers(version) < _numbers(oldest)


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: 1.2.0rc1 counts as 1.2.0."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else (0,)
