"""A broker with TLS, client certificates, passwords and the ACL of the guide: who may do what."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.fleet.processes import Fleet, Process, answers, free_port, wait_for
from turntempo.recorders.mqtt import MqttSink, NotTaken

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "mqtt.md"
TURN = '{"schema": "turntempo.turn/2", "id": "%s", "session": "s", "speech": {"end_ms": 900}}'


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificate(folder: Path, name: str, subject: str) -> None:
    """A key and a certificate of our own CA."""
    openssl(
        folder,
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.csr",
        "-subj",
        subject,
    )
    (folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1\n")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", *signing)


@pytest.fixture
def safe(fleet: Fleet) -> int:
    """The port of a broker that asks for certificates, with the guide's ACL; a certificate's name is the user."""
    folder, port = fleet.folder, free_port()
    openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "2",
        "-subj",
        "/CN=ours",
    )
    for name in ("broker", "collector", "toy-1"):
        certificate(folder, name, f"/CN={name}")
    acl = next(
        text for text in re.findall(r"```text\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "pattern write" in text
    )
    (folder / "acl").write_text(acl)
    conf = folder / "safe.conf"
    conf.write_text(
        ("user root\n" if os.geteuid() == 0 else "")
        + f"listener {port} 127.0.0.1\ncafile {folder}/ca.pem\ncertfile {folder}/broker.pem\n"
        f"keyfile {folder}/broker.key\nrequire_certificate true\nuse_identity_as_username true\nacl_file {folder}/acl\n"
    )
    broker = Process(["mosquitto", "-c", str(conf)], folder / "safe.log")
    fleet.started.append(broker)
    broker.start()
    wait_for(lambda: answers(port))
    return port


def published(fleet: Fleet, port: int, agent: str, name: str) -> None:
    """Publish as toy-1."""
    tls = ("--cafile", "ca.pem", "--cert", "toy-1.pem", "--key", "toy-1.key")
    command = ["mosquitto_pub", "-p", str(port), "-h", "127.0.0.1", "-q", "1", *tls]
    subprocess.run(
        [*command, "-t", f"turntempo/{agent}/turns", "-m", TURN % name], cwd=fleet.folder, check=True, timeout=20
    )


def recorder(folder: Path, url: str, agent: str) -> MqttSink:
    """The sink of a recorder, with the certificate of toy-1."""
    ca, certificate, key = folder / "ca.pem", folder / "toy-1.pem", folder / "toy-1.key"
    return MqttSink(url, agent=agent, ca=ca, certificate=certificate, key=key)


def test_an_agent_writes_its_own_topics_alone_and_the_collector_reads_them_over_tls(fleet: Fleet, safe: int) -> None:
    tls = ("--ca", "ca.pem", "--cert", "collector.pem", "--key", "collector.key")
    collector = fleet.listening(fleet.collector("fleet.db", *tls, url=f"mqtts://127.0.0.1:{safe}"))
    published(fleet, safe, "toy-2", "forged")
    published(fleet, safe, "toy-1", "own")
    wait_for(lambda: fleet.stored() == 1)
    assert fleet.asked("SELECT COUNT(*) FROM turns WHERE agent = 'toy-1' AND turn = 'own'") == 1
    assert collector.kill(signal.SIGTERM) == 0


def test_a_recorder_shows_its_certificate_and_may_write_its_own_topics_alone(fleet: Fleet, safe: int) -> None:
    folder, url = fleet.folder, f"mqtts://127.0.0.1:{safe}"
    tls = ("--ca", "ca.pem", "--cert", "collector.pem", "--key", "collector.key")
    fleet.listening(fleet.collector("fleet.db", *tls, url=url))
    recorder(folder, url, "toy-1").write("s", None, [(TURN % "own").encode()])
    wait_for(lambda: fleet.stored() == 1)
    with pytest.raises(NotTaken, match="refused a message with code 135"):  # 0x87: not authorised
        recorder(folder, url, "toy-2").write("s", None, [(TURN % "forged").encode()])
    assert fleet.stored() == 1


@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")  # paho leaves it to the garbage collector
def test_a_recorder_does_not_talk_to_a_broker_that_its_ca_does_not_know(safe: int) -> None:
    with pytest.raises(NotTaken, match="certificate verify failed"):
        MqttSink(f"mqtts://127.0.0.1:{safe}", agent="toy-1").write("s", None, [(TURN % "unsure").encode()])


def test_a_broker_whose_certificate_is_not_of_the_ca_is_not_talked_to(fleet: Fleet, safe: int) -> None:
    tls = ("--cert", "collector.pem", "--key", "collector.key")
    collector = fleet.collector("fleet.db", *tls, url=f"mqtts://127.0.0.1:{safe}")
    collector.start()
    assert wait_for(lambda: "certificate verify failed" in collector.says())
    assert "connected to" not in collector.says()


def test_a_password_goes_to_the_broker_and_nowhere_else(fleet: Fleet) -> None:
    folder, port = fleet.folder, free_port()
    subprocess.run(["mosquitto_passwd", "-c", "-b", "passwords", "collector", "s3cret-word"], cwd=folder, check=True)
    (folder / "passwords").chmod(0o644)
    conf = folder / "password.conf"
    user = "user root\n" if os.geteuid() == 0 else ""
    conf.write_text(f"{user}listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder}/passwords\n")
    broker = Process(["mosquitto", "-c", str(conf)], folder / "password.log")
    fleet.started.append(broker)
    broker.start()
    wait_for(lambda: answers(port))
    stranger = fleet.collector("strange.db", url=f"mqtt://127.0.0.1:{port}")
    stranger.start()
    assert wait_for(lambda: "trying again" in stranger.says())
    (folder / "credentials").write_text("collector\ns3cret-word\n")
    (folder / "credentials").chmod(0o600)
    collector = fleet.collector("fleet.db", "--credentials", "credentials", url=f"mqtt://127.0.0.1:{port}")
    fleet.listening(collector)
    assert collector.kill(signal.SIGTERM) == 0
    kept = b"".join(path.read_bytes() for path in folder.glob("fleet.db*")) + collector.says().encode()
    assert b"s3cret-word" not in kept
    assert all("s3cret-word" not in argument for argument in collector.arguments)
