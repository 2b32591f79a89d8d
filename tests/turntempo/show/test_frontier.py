from stages.i18n import translate
from tuner.pages.chart_data import Frontier, Point
from turntempo.show.frontier import plot

POINTS = (
    Point(0.01, 2000, within=True),
    Point(0.02, 1500, within=True),
    Point(0.03, 1300, within=True),
    Point(0.06, 1200, within=False),
)
DATA = Frontier("cut_off_rate", POINTS, (), 0.03)


def english(text: str) -> str:
    return translate(text, "en")


def test_the_plot_shows_both_axes_and_who_is_beyond_a_limit() -> None:
    drawn = plot(DATA, english, 70)
    legend, *lines = drawn.splitlines()
    assert legend == "o within all limits   x beyond a limit"
    assert lines[0] == "response time, ms"
    assert "users cut off" in lines[-1]
    inside = "\n".join(lines[1:-1])
    assert inside.count("o") == 3
    assert inside.count("x") == 1
    assert "2,000" in drawn
    assert "1,200" in drawn
    assert max(len(line) for line in lines) <= 70
    assert "\x1b" not in drawn


def test_the_same_points_give_the_same_picture() -> None:
    assert plot(DATA, english, 60) == plot(Frontier("cut_off_rate", POINTS[::-1], (), 0.03), english, 60)


def test_its_words_are_in_the_reader_s_language() -> None:
    drawn = plot(DATA, lambda text: translate(text, "zh"), 70)
    assert "满足全部限值" in drawn
    assert "users cut off" not in drawn
