import pytest

from tuner.support.intake.complaints import proposed
from tuner.support.intake.intake import Intake


@pytest.mark.parametrize(
    ("report", "complaint"),
    [
        ("users say the AI answers too slowly", "slow"),
        ("the bot cuts me off before I finish", "cut-off"),
        ("any breath makes it stop; it stops mid sentence", "false-stops"),
        ("it cannot be interrupted", "not-interruptible"),
        ("it talks over our callers", "talks-over"),
        ("用户说话没说完就抢答", "cut-off"),
        ("智能体无法打断", "not-interruptible"),
        ("回答太慢", "slow"),
    ],
)
def test_the_words_of_a_case_propose_its_complaint(report: str, complaint: str) -> None:
    found = proposed(Intake(users_report=report))
    assert found is not None
    assert found[0] == complaint
    assert found[1]


def test_a_case_that_complains_of_nothing_proposes_nothing() -> None:
    assert proposed(Intake(title="how to compile the SDK")) is None
