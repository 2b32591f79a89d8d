"""Readers of customers' files: configurations of every vendor, texts that are searched for secrets, lock files."""

# ruff: noqa: E501 one row for each reader

from __future__ import annotations

from functools import partial
from pathlib import Path

from stages.settings import Settings
from tests.fuzz.files import turns
from tests.fuzz.reader import Given, Reader, Seeds
from tuner.deploy.our_settings import our_settings
from tuner.formats.readers import READERS as FORMATS
from tuner.support.bundle.content import safe_content
from tuner.support.bundle.refusal import LeftOut
from tuner.support.intake.configured import configured
from tuner.support.redaction import Redactor
from tuner.targets import all_targets
from tuner.targets.export import changed_file, new_file
from tuner.targets.versions.installed import required

SETTINGS = Settings()
PROSE = b"""From: ann@example.com
Subject: it talks over people, call +1 415 555 0134
The API key is sk-4f1c0f4e5f6a7b8c9d0e1f2a, password: hunter2!
User: my name is Robert. Agent: hello
Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl
sip:1001@10.0.0.7 amqp://u:pw@host/x  \xe5\xaf\x86\xe7\xa0\x81\xe6\x98\xafhunter2 4111 1111 1111 1111
"""
CSS = b"<!doctype html><p>token: abc</p><script>const k = {apiKey: 'sk-1234567890abcdef'}</script>\n"


def configurations(suffix: str) -> Seeds:
    """A configuration of each vendor in this form, and one of ours."""
    forms = {name: form for name, form in all_targets().items() if form.format.suffix == suffix}
    found = {
        f"{name}{suffix}": new_file(form, form.as_deployed(SETTINGS)).text.encode() for name, form in forms.items()
    }
    return found or {f"other{suffix}": b'a = 1\nb = "x"\n[c]\nd = [1, 2]\n'}


def in_form(suffix: str, _: Path) -> Seeds:
    """Those of a form."""
    return configurations(suffix)


def of_vendors() -> Seeds:
    """The configurations of all vendors."""
    suffixes = dict.fromkeys(form.format.suffix for form in all_targets().values())
    return {name: text for suffix in suffixes for name, text in configurations(suffix).items()}


def read_configuration(given: Given) -> object:
    """As `settings from` reads it; and every value of it with its place."""
    suffix, text = Path(given.name).suffix, given.text()
    values = [*FORMATS[suffix].nodes(text)], configured(text)
    form = all_targets().get(Path(given.name).stem)
    if form is None:
        return values
    return form.read(text, given.name), values


def changed(given: Given) -> object:
    """As `export --base` changes it."""
    form = all_targets()[Path(given.name).stem]
    text = given.text()
    return changed_file(form, SETTINGS, text, given.name)


def searched(given: Given) -> object:
    """As a bundle takes it in."""
    return safe_content(given.name, given.content, Redactor(), transcripts=False)


LOCKS = {
    "requirements.txt": b"livekit-agents[openai]>=1.2,<2 ; python_version > '3.9'\npipecat-ai==0.0.90 --hash=sha256:00\n",
    "uv.lock": b'[[package]]\nname = "livekit-agents"\nversion = "1.2.7"\n',
    "package-lock.json": b'{"packages": {"node_modules/@livekit/agents": {"version": "1.0.3"}}}',
    "pyproject.toml": b'[project]\ndependencies = ["livekit-agents ~= 1.2", "pipecat-ai"]\n',
}
PACKAGES = ("livekit-agents", "@livekit/agents", "pipecat-ai")

CUSTOMERS = (
    *(
        Reader(f"configuration {suffix}", ("tuner/formats/", "stages/toml.py"), partial(in_form, suffix), read_configuration)
        for suffix in (".json", ".yaml", ".toml", ".py", ".ts", ".env", ".csv")
    ),
    Reader("changed configuration", ("tuner/formats/",), lambda _: of_vendors(), changed),
    Reader(
        "settings of any vendor",
        ("tuner/deploy/",),
        lambda _: configurations(".json"),
        lambda given: our_settings(given.file()),
    ),
    Reader(
        "lock file", ("tuner/targets/versions/",), lambda _: LOCKS, lambda given: required(given.file(), PACKAGES)
    ),
    *(
        Reader(
            f"search for secrets {suffix}",
            ("tuner/support/bundle/content.py", "tuner/support/redaction/glance.py"),
            partial(turns, suffix=suffix),
            searched,
            (LeftOut,),
        )
        for suffix in (".jsonl", ".jsonl.gz", ".parquet")
    ),
    Reader(
        "search for secrets in configurations",
        ("tuner/support/bundle/content.py",),
        lambda _: {**of_vendors()} | {f"prose{suffix}": PROSE for suffix in FORMATS},
        searched,
        (LeftOut,),
    ),
    Reader(
        "search for secrets in prose",
        ("tuner/support/bundle/content.py",),
        lambda _: {"mail.eml": PROSE, "notes.txt": PROSE, "page.html": CSS + PROSE, "log": PROSE},
        searched,
        (LeftOut,),
    ),
)  # fmt: skip
