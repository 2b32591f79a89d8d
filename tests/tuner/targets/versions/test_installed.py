"""The version that a customer has, out of the files that stand beside their agent."""

from pathlib import Path

import pytest

from stages.errors import InputError
from tuner.targets.versions.installed import beside, mentioned, required
from tuner.targets.versions.version import Version

UV = '[[package]]\nname = "livekit-agents"\nversion = "1.2.7"\nsource = { registry = "r" }\n'
NPM = '{"packages": {"node_modules/@livekit/agents": {"version": "1.4.0", "resolved": "r"}}}'
SAID = [
    ("requirements.txt", "numpy\nlivekit-agents==1.2.7\n", "livekit-agents", "1.2.7"),
    ("requirements.txt", "livekit_agents[silero, deepgram]==1.2.7  # pinned\n", "livekit-agents", "1.2.7"),
    ("requirements.txt", "pipecat-ai[daily,silero]==0.0.87; python_version >= '3.10'\n", "pipecat-ai", "0.0.87"),
    ("requirements.lock", "livekit-agents==1.2.7 \\\n    --hash=sha256:00\n", "livekit-agents", "1.2.7"),
    ("uv.lock", UV, "livekit-agents", "1.2.7"),
    (
        "Pipfile.lock",
        '{"default": {"livekit-agents": {"hashes": [], "version": "==1.2.7"}}}',
        "livekit-agents",
        "1.2.7",
    ),
    ("pyproject.toml", '[project]\ndependencies = ["livekit-agents[silero]==1.2.7"]\n', "livekit-agents", "1.2.7"),
    ("pyproject.toml", '[tool.poetry.dependencies]\nlivekit-agents = "1.2.7"\n', "livekit-agents", "1.2.7"),
    ("Pipfile", '[packages]\npipecat-ai = {extras = ["daily"], version = "==0.0.87"}\n', "pipecat-ai", "0.0.87"),
    ("package.json", '{"dependencies": {"@livekit/agents": "1.4.0"}}', "@livekit/agents", "1.4.0"),
    ("package-lock.json", NPM, "@livekit/agents", "1.4.0"),
    ("yarn.lock", '"@livekit/agents@^1.2.0":\n  version "1.4.0"\n', "@livekit/agents", "1.4.0"),
    (
        "pnpm-lock.yaml",
        "packages:\n  '@livekit/agents@1.4.0(zod@3)':\n    resolution: {}\n",
        "@livekit/agents",
        "1.4.0",
    ),
]


@pytest.mark.parametrize(("name", "text", "package", "version"), SAID, ids=[f"{one[0]}-{one[2]}" for one in SAID])
def test_the_version_is_read_from_the_file_beside_the_agent(
    tmp_path: Path, name: str, text: str, package: str, version: str
) -> None:
    (tmp_path / name).write_text(text)
    found = beside(tmp_path / "agent.py", (package,))
    assert found is not None
    assert found.versions.exact == Version(version)
    assert found.where == str(tmp_path / name)


def test_a_lock_file_goes_before_a_range(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('dependencies = ["livekit-agents~=1.2"]\n')
    (tmp_path / "uv.lock").write_text(UV)
    found = beside(tmp_path / "agent.py", ("livekit-agents",))
    assert found is not None
    assert (found.where.rpartition("/")[2], found.text) == ("uv.lock", "1.2.7")


def test_a_range_is_kept_as_one(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("livekit-agents[silero]~=1.2\n")
    found = beside(tmp_path / "agent.py", ("livekit-agents",))
    assert found is not None
    assert (found.versions.exact, found.text) == (None, "~=1.2")
    assert found.versions.holds(Version("1.8.9"))


def test_a_plugin_tells_the_version_where_the_package_is_not_named(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("livekit-plugins-silero==1.2.7\n")
    found = beside(tmp_path / "agent.py", ("livekit-agents", "livekit-plugins-silero"))
    assert found is not None
    assert found.versions.exact == Version("1.2.7")


def test_nothing_is_said_by_other_packages_or_an_address(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("livekit-api==1.2.7\nmy-livekit-agents==9\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"@livekit/agents": "workspace:*"}}')
    assert beside(tmp_path / "agent.py", ("livekit-agents",)) is None
    assert beside(tmp_path / "agent.ts", ("@livekit/agents",)) is None


def test_a_file_that_is_named_must_name_the_package(tmp_path: Path) -> None:
    file = tmp_path / "reqs.txt"
    file.write_text("numpy==2.0\n")
    with pytest.raises(InputError, match="livekit-agents is not in it"):
        required(file, ("livekit-agents",))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("we are on livekit-agents 1.2.7, python", "1.2.7"),
        ("# livekit-agents==1.2.7", "1.2.7"),
        ("livekit_agents v1.3 and livekit-agents version 1.3", "1.3"),
        ("livekit-agents 1.2.7, later livekit-agents 1.5.0", "*"),
        ("my-livekit-agents 1.2.7", "*"),
        ("livekit-agents 10 times slower", "*"),
        ("", "*"),
    ],
)
def test_a_text_may_name_the_version_in_prose(text: str, version: str) -> None:
    assert str(mentioned(text, ("livekit-agents",))) == version
