"""Fixtures for tests with the packages of the vendors: `make test-vendors` runs them, the default run does not."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no vendor's package is to reach for a network
os.environ.setdefault("OTEL_SDK_DISABLED", "true")
