"""Values of a YAML file, changed where they stand."""

from tuner.formats.yaml_text import Yaml


def test_a_member_is_added_behind_a_block_whose_last_member_goes() -> None:
    text = "b:\n  a:\n    a: 0\n    b:\n      a: 0\n      c: 0 # x\n\n  # then\n  b: 0\n"
    after = Yaml().edited(text, {"b.a.b.c": None, "b.a.new": 1})
    assert after == "b:\n  a:\n    a: 0\n    b:\n      a: 0\n    new: 1\n\n  # then\n  b: 0\n"
