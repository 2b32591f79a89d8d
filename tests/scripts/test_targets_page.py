import runpy
from pathlib import Path

from stages.settings import NAMES
from tuner.targets import all_targets


def test_the_page_of_targets_is_current(root: Path) -> None:
    made = runpy.run_path(str(root / "scripts" / "targets_page.py"))["page"]()
    assert (root / "docs" / "targets.md").read_text(encoding="utf-8") == made, "run `python scripts/targets_page.py`"


def test_the_page_has_every_target_and_its_settings(root: Path) -> None:
    page = (root / "docs" / "targets.md").read_text(encoding="utf-8")
    assert all_targets()
    for target in all_targets().values():
        assert f"\n## {target.title}\n" in page
        for form in (target, *target.older) if len(target.rules) < len(NAMES) else ():
            assert all(f"| `{field.path}` |" in page for field in form.fields)


def test_what_the_vendor_s_own_stack_adds_is_reported(root: Path) -> None:
    page = (root / "docs" / "targets.md").read_text(encoding="utf-8")
    assert "80 to 300 ms more" in page
    assert "set it in your own LLM service" in page
