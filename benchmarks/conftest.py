"""Names the machine above the table: a figure without it says nothing."""

from benchmarks.machine import machine


def pytest_report_header() -> str:
    return machine()
