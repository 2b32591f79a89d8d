from tuner.diagnosis.parts import NAMES, Slice
from tuner.pages.blocks import Chart
from tuner.pages.chart_data import Waterfall
from tuner.pages.waterfall import parts_of, parts_table
from turntempo import screen
from turntempo.show.bars import bar, bars
from turntempo.show.document import TERMINAL


def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_cell() -> None:
    assert bar(100, 100) == "█" * 16
    assert bar(50, 100) == "█" * 8
    assert bar(1, 128) == "▏"
    assert bar(0, 100) == ""
    assert bar(5, 0) == ""


def test_parts_that_take_no_time_are_left_out_and_columns_add_up() -> None:
    parts = dict.fromkeys(NAMES, 0.0) | {"network": 100.0, "endpoint": 640.0}
    now = Slice("p50", 10, 740.0, parts)
    data = Waterfall(parts_of([now]), now)
    chart = Chart("time", "", "", (), data, parts_table([now], ["p50"], TERMINAL))
    console = screen.Screen(width=80)
    with console.capture() as shown:
        console.print(bars(chart, data, str))
    lines = [line.split() for line in shown.get().splitlines()]
    assert [line[0] for line in lines] == ["part", "network", "endpoint", "together"]
    assert lines[-1][1] == "740"
    assert lines[2][-1] == "█" * 16
