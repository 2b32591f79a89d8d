import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from turntempo import app, screen, stdout
from turntempo.__main__ import main

HEAVY = {"numba", "scipy", "pyarrow", "rich", "pydantic", "numpy", "cmaes", "plotext", "tuner", "pipeline", "stages"}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment, check=False
    )


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in app.COMMANDS)])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from turntempo.__main__ import main
code = main({arguments!r})
print("LOADED", *(name for name in {HEAVY!r} if name in sys.modules))
sys.exit(code)
"""
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: turntempo")
    assert done.stdout.splitlines()[-1] == "LOADED"


def test_without_a_command_the_help_is_shown(run) -> None:
    done = run()
    assert done.code == 0
    assert all(f"  {name} " in done.out for name in app.COMMANDS)


def test_every_command_and_option_has_a_help_text() -> None:
    context = app.app.make_context("turntempo", ["schema", "turn"])
    for name in app.COMMANDS:
        command = app.app.get_command(context, name)
        assert command is not None
        assert command.help, name
        options = (one for one in command.params if one.param_type_name == "option")
        assert [one.name for one in options if not getattr(one, "help", "")] == [], name


def test_the_version_is_the_package_s(run) -> None:
    assert run("--version").out.startswith("turntempo 0.")


def test_an_unknown_command_is_refused_with_the_closest(run) -> None:
    done = run("replai")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean replay?" in done.err


def test_bad_usage_is_one_message_and_where_to_look(run) -> None:
    done = run("schema", "turm")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: Invalid value")
    assert done.err.splitlines()[-1] == "hint: `turntempo schema --help` lists what there is"


def test_bad_input_is_one_message_without_a_traceback(run, tmp_path: Path) -> None:
    done = run("replay", tmp_path / "none.jsonl")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: {tmp_path / 'none.jsonl'}: there is no such file\n"


def test_an_unexpected_error_is_reported_as_a_bug(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("turntempo.schemas.SCHEMAS", {"turn": broken})
    done = run("schema", "turn")
    assert (done.code, done.out) == (2, "")
    assert "this is a bug in turntempo" in done.err
    assert "ZeroDivisionError: division by zero" in done.err
    assert "hint: `turntempo --debug" in done.err
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "schema", "turn"])


def test_ctrl_c_exits_130(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("turntempo.schemas.SCHEMAS", {"turn": interrupted})
    done = run("schema", "turn")
    assert done.code == 130
    assert "interrupted" in done.err


def test_a_closed_stdout_is_not_an_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m turntempo settings --json; echo $? >{tmp_path}/code"
    done = subprocess.run(
        ["sh", "-c", f"({command}) | head -1"], capture_output=True, text=True, env=os.environ, check=False
    )
    assert (done.stdout, done.stderr) == ("[\n", "")
    assert (tmp_path / "code").read_text() in ("141\n", "0\n")  # it may all have fitted into the pipe


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1"}, {}])
def test_no_colour_where_none_is_wanted_or_nobody_looks(settings: dict[str, str]) -> None:
    done = python("from turntempo.__main__ import main; main(['settings']); main(['nonsense'])", **settings)
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_with_a_closed_stdout_all_files_are_written(tmp_path: Path, unbuffered: str) -> None:
    """Printed at once or at the end: what is written besides is there either way."""
    config, out = tmp_path / "join.json", tmp_path / "s.json"
    config.write_text('{"properties": {"turn_detection": {"config": {"speech_threshold": 0.5}}}}')
    command = f"{sys.executable} -m turntempo settings from agora {config} -o {out} --json; echo $? >{tmp_path}/code"
    done = subprocess.run(
        ["sh", "-c", f"({command}) | true"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert (tmp_path / "code").read_text() in ("141\n", "0\n")  # it may all have fitted into the pipe
    assert json.loads(out.read_text())["schema"] == "turntempo.settings/2"


def test_a_command_goes_on_when_its_reader_closes_stdout(run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(stdout, "drop", lambda: None)
    monkeypatch.setattr("turntempo.screen.click.echo", gone)
    with stdout.to_a_reader():
        screen.say("lost")
        screen.show_json({"lost": True})
        screen.data("lost")
    assert stdout.reader_gone()


def test_a_missing_file_costs_no_heavy_import(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.jsonl")
    for arguments in (
        ["diagnose", missing],
        ["tune", missing, "-o", str(tmp_path / "out")],
        ["check", missing],
        ["replay", missing],
        ["compare", "now", "now", missing],
        ["compare", "now", missing, missing],
        ["replay", "-", "--settings", missing],
    ):
        code = f"""
import sys
from turntempo.__main__ import main
code = main({arguments!r})
print("LOADED", *(name for name in ("numba", "scipy", "pyarrow", "rich") if name in sys.modules))
sys.exit(code)
"""
        done = python(code)
        assert (done.returncode, done.stdout) == (2, "LOADED\n"), arguments
        assert done.stderr == f"error: {missing}: there is no such file\n", arguments
