"""The machine of a measurement; print it with every figure."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

import cpuinfo


def machine() -> str:
    """One line: processor, cores, system, versions."""
    processor = cpuinfo.get_cpu_info().get("brand_raw", platform.machine())
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"machine: {processor}, {os.cpu_count()} cores, {platform.system()}, {python}, {versions}"
