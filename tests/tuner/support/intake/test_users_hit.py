import pytest

from tuner.support.intake.users_hit import extent_of


@pytest.mark.parametrize(
    ("answer", "extent"),
    [
        ("30 of 1,200", "few"),
        ("60 of 1,200", "many"),
        ("about 3 out of 40 users", "many"),
        ("1/1000", "few"),
        ("5%", "many"),
        ("0.5 %", "few"),
        ("12 users", "few"),
        ("100", "many"),
        ("2k", "many"),
        ("1.5万", "many"),
        ("everyone", "many"),
        ("所有用户", "many"),
        ("一半以上", "many"),
        ("a few", "few"),
        ("个别用户", "few"),
        ("nobody yet", "nobody"),
        ("0", "nobody"),
        ("0 of 300", "nobody"),
        ("no idea", "unknown"),
        (None, "unknown"),
    ],
)
def test_free_text_about_users_hit_is_understood(answer: str | None, extent: str) -> None:
    assert extent_of(answer).extent == extent
