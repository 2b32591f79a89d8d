from tuner.diagnosis.parts import NAMES, Slice
from turntempo import screen
from turntempo.show.diagnosis import bar, parts_table


def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_cell() -> None:
    assert bar(100, 100) == "█" * 16
    assert bar(50, 100) == "█" * 8
    assert bar(1, 128) == "▏"
    assert bar(0, 100) == ""
    assert bar(5, 0) == ""


def test_parts_that_take_no_time_are_left_out_and_columns_add_up() -> None:
    parts = dict.fromkeys(NAMES, 0.0) | {"network": 100.0, "endpoint": 640.0}
    console = screen.Screen(width=80)
    with console.capture() as shown:
        console.print(parts_table([Slice("p50", 10, 740.0, parts)]))
    lines = [line.split() for line in shown.get().splitlines()]
    assert [line[0] for line in lines] == ["part", "network", "endpoint", "together"]
    assert lines[-1][1] == "740"
