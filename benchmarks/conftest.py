"""Prints the machine above the table of the benchmarks, and the rates below it."""

from collections.abc import Callable

import pytest

from benchmarks.machine import machine
from benchmarks.rates import Rate, Rated, table

RATES = pytest.StashKey[dict[str, Rate]]()


def pytest_report_header() -> str:
    return machine()


@pytest.fixture
def rated(benchmark, pytestconfig: pytest.Config) -> Rated:
    """Times a function, and records its turn-evaluations a second."""

    def rate(label: str, evaluations: int, run: Callable[[], object], rounds: int) -> None:
        benchmark.pedantic(run, rounds=rounds)
        times = benchmark.stats.stats
        rates = pytestconfig.stash.setdefault(RATES, {})
        rates[label] = Rate(evaluations, times.min, times.median)

    return rate


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if rates := config.stash.get(RATES, {}):
        terminalreporter.section("rates")
        for line in table(rates):
            terminalreporter.write_line(line)
