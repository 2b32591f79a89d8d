"""The time of `turntempo --help` with the start of Python: under 0.3 s."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "arguments", [["--help"], ["tune", "--help"]], ids=["turntempo --help", "turntempo tune --help"]
)
def test_help(benchmark, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "turntempo", *arguments]
    benchmark.pedantic(subprocess.run, args=(command,), kwargs={"check": True, "capture_output": True}, rounds=10)
