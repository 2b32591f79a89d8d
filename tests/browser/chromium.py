"""Headless Chromium: a picture of a page, its messages on the console, and its requests to the network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

QUIET = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
)
"""The browser loads nothing of its own and cannot reach the network; its console goes to stderr."""

ITSELF = "not an origin"
"""Origins of requests that the browser itself makes, and no page."""

_CONSOLE = re.compile(r"\bCONSOLE[:(]\S*\s*(.*)")


def found() -> str | None:
    """The path of the browser; None: it is not installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Visit:
    """The result of showing a page."""

    console: tuple[str, ...]
    requests: tuple[str, ...]
    """Addresses that the page requested over the network, reached or not."""
    out: str


def visit(page: Path, work: Path, *options: str) -> Visit:
    """Show the page; `work` is an empty folder for this visit."""
    browser, log = found(), work / "net.json"
    if browser is None:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is on the PATH: apt-get install chromium")
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [browser, *QUIET, *sandbox, f"--user-data-dir={work / 'profile'}", f"--log-net-log={log}", *options]
    run = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=180, check=True, cwd=work)
    console = tuple(line[1] for line in map(_CONSOLE.search, run.stderr.splitlines()) if line)
    return Visit(console, tuple(_requests(log)), run.stdout)


def _requests(log: Path) -> list[str]:
    """Every address that the page made the browser request, each once; requests of the browser itself are left out."""
    text = log.read_text(encoding="utf-8").rstrip().rstrip(",")
    events = json.loads(text if text.endswith("}") else f"{text}]}}")["events"]  # it may have been cut off
    asked = (event["params"] for event in events if isinstance(event.get("params"), dict))
    found = (event.get("url") for event in asked if event.get("initiator", ITSELF) != ITSELF)
    return list(dict.fromkeys(url for url in found if isinstance(url, str)))
