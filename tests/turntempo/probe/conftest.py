"""Probes of scripted servers."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from turntempo.probe.journal import Records, read_records


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the person who runs the tests goes anywhere, and no proxy is between."""
    for name in ("OPENAI_API_KEY", "ELEVENLABS_API_KEY", "DEEPGRAM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def probe(run, tmp_path: Path) -> Callable[..., tuple[object, Records]]:
    """Call `turntempo probe llm` on a server, with few requests; the result and the records."""

    def call(
        url: str, *arguments: object, n: int = 4, concurrency: str = "1", only: str = "load"
    ) -> tuple[object, Records]:
        out = tmp_path / "records.jsonl"
        common = (
            "--url",
            url,
            "--model",
            "m",
            "-n",
            n,
            "--concurrency",
            concurrency,
            "--history",
            "50",
            "-o",
            out,
            "--only",
            only,
        )
        done = run("probe", "llm", *common, *arguments)
        return done, read_records(out)

    return call


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody has signed, with its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(path), "-out", f"{path}.crt"]
    try:
        subprocess.run([*made, *names], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs openssl, to make a certificate")
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path
