"""A day is written as each language writes it."""

from datetime import date

import pytest

from bot.wording import LANGUAGES, Day, said, together

DAY = Day(date(2024, 5, 3))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "3 May 2024"),
        ("de", "3. Mai 2024"),
        ("es", "3 de mayo de 2024"),
        ("ru", "3 мая 2024"),
    ],
)
def test_a_day_in_each_language(language: str, written: str) -> None:
    assert said(DAY, language).startswith(written)
    assert said(together(" · ", ("Example", DAY)), language).startswith(f"Example · {written}")


def test_every_language_has_a_way_to_write_it() -> None:
    assert DAY == "3 May 2024"
    assert len({said(DAY, language) for language in LANGUAGES}) == len(LANGUAGES)
