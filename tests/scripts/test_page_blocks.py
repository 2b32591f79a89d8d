from pathlib import Path

import pytest

from scripts.page_blocks import Step, excerpt, in_shell, output, renewed, steady, steps, write_or_check

PAGE = """\
```sh
turntempo greet   # a comment
```

<!-- shown: "hello" 1, exit 1 -->
```text
of yesterday
```

```sh
pipx install .
```
"""


def test_an_excerpt_marks_what_it_leaves_out() -> None:
    printed = "a\nb\nc\nd\ne\n"
    assert excerpt(printed, '"b" 1, "d" 1') == "b\n...\nd\n..."
    assert excerpt(printed, '"" 9') == "a\nb\nc\nd\ne"
    with pytest.raises(ValueError, match="no line begins with 'x'"):
        excerpt(printed, '"x" 1')


def test_an_excerpt_of_all_lines_ends_at_the_next_empty_one() -> None:
    printed = "a\nb\n\nc\nd\n\n"
    assert excerpt(printed, '"a" all') == "a\nb\n\n..."
    assert excerpt(printed, '"a" all, "c" all') == "a\nb\n\nc\nd"
    assert excerpt(printed, '"" all, "" 1') == "a\nb\n\nc\n..."


def test_a_page_is_renewed_with_the_lines_it_shows_and_other_blocks_are_neither_run_nor_changed() -> None:
    ran = []

    def run(step: Step) -> tuple[int, str]:
        ran.append(step.commands)
        return 1, "warning: x\nhello\n"

    assert renewed(PAGE, run) == PAGE.replace("of yesterday", "hello")
    assert ran == [[["greet"]]]


def test_another_exit_code_than_the_expected_one_is_an_error_with_what_was_printed() -> None:
    (greet, install) = steps(PAGE)
    assert (greet.exit_code, install.exit_code) == (1, 0)
    with pytest.raises(ValueError, match=r"(?s)exit code 0 for 1:.*turntempo greet.*well"):
        output(greet, lambda step: (0, "well"))


def test_times_and_checksums_are_the_same_in_every_run() -> None:
    assert steady("at 2031-01-02 03:04, sha256 " + "0" * 64) == steady("at 2032-02-03 04:05, sha256 " + "1" * 64)


def test_a_step_runs_in_the_shell_with_the_commands_of_this_checkout(tmp_path: Path) -> None:
    run = in_shell(tmp_path)
    assert run(Step("echo hello > made.txt\ncat made.txt\n", None)) == (0, "hello\n")
    assert run(Step("exit 3\n", None)) == (3, "")
    code, printed = run(Step("make --version\n", None))
    assert code == 0
    assert printed.startswith("turntempo")


def test_a_check_writes_nothing_and_prints_what_differs(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.page_blocks.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("old\n")
    assert write_or_check(page, "old\n", check=True) == 0
    assert write_or_check(page, "new\n", check=True) == 1
    assert page.read_text() == "old\n"
    assert "-old\n+new" in capsys.readouterr().out
    assert write_or_check(page, "new\n", check=False) == 0
    assert page.read_text() == "new\n"
