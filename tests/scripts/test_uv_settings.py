import subprocess
import sys
from pathlib import Path

from scripts.uv_settings import exports, pip_settings, uv_variables

FILES_AND_ENVIRONMENT = """\
:env:.find-links='/wheels'
:env:.no-index='false'
global.cert='/etc/ssl/our own.pem'
global.extra-index-url='file:///one/simple\\nfile:///two/simple'
global.find-links='/old'
global.index-url='first'
install.index-url='second'
freeze.timeout='10'
""".splitlines()


def test_the_environment_wins_over_the_install_section_and_that_over_the_global_one() -> None:
    found = pip_settings(FILES_AND_ENVIRONMENT)
    assert (found["find-links"], found["index-url"]) == ("/wheels", "second")
    assert "timeout" not in found


def test_uv_is_reported_of_indexes_links_and_certificates_in_its_own_form() -> None:
    variables = uv_variables(pip_settings(FILES_AND_ENVIRONMENT))
    assert variables["UV_DEFAULT_INDEX"] == "second"
    assert variables["UV_INDEX"] == "file:///one/simple file:///two/simple"
    assert variables["UV_FIND_LINKS"] == "/wheels"
    assert variables["SSL_CERT_FILE"] == "/etc/ssl/our own.pem"
    assert "UV_NO_INDEX" not in variables


def test_several_find_links_are_joined_by_commas() -> None:
    assert uv_variables({"find-links": "/one\n/two"})["UV_FIND_LINKS"] == "/one,/two"


def test_no_index_reaches_uv_in_each_of_pips_spellings() -> None:
    assert {uv_variables({"no-index": yes}).get("UV_NO_INDEX") for yes in ("1", "true", "Yes", "on")} == {"1"}


def test_nothing_configured_names_no_index() -> None:
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"} & uv_variables({}).keys()


def test_what_is_set_for_uv_already_stays_under_either_name() -> None:
    variables = {"UV_DEFAULT_INDEX": "pips", "UV_INDEX": "pips", "UV_FIND_LINKS": "/wheels"}
    ours = {"UV_INDEX_URL": "ours", "UV_INDEX": "ours"}
    assert exports(variables, ours) == ["export UV_FIND_LINKS=/wheels"]


def test_values_are_quoted_for_the_shell() -> None:
    assert exports({"SSL_CERT_FILE": "/a b.pem"}, {}) == ["export SSL_CERT_FILE='/a b.pem'"]


def test_as_a_program_it_turns_pips_list_into_shell_lines(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "scripts" / "uv_settings.py"],
        input="\n".join(FILES_AND_ENVIRONMENT),
        env={"UV_FIND_LINKS": "/mine"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "export UV_DEFAULT_INDEX=second" in done.stdout.splitlines()
    assert "UV_FIND_LINKS" not in done.stdout
