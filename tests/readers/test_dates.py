"""Which day a written date names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.readers.dates import date_left_out, parse_date

DAY = date(2025, 2, 24)


@pytest.mark.parametrize(
    "written",
    [
        "2025-02-24",
        "2025-02-24T10:30:00Z",
        "2025-02-24 10:30:00+01:00",
        "2025/02/24",
        "20250224",
        "24 February 2025",
        "24th Feb 2025",
        "Monday, 24 February 2025",
        "Mon, 24 Feb 2025 10:30:00 GMT",
        "February 24, 2025",
        "Feb. 24, 2025",
        "24-Feb-2025",
        "24.02.2025",
        "24. 2. 2025",
        "24/02/2025",
        "02/24/2025",
        "  2025-02-24 ",
    ],
)
def test_parse_date_reads_forms_that_mean_one_day(written: str) -> None:
    assert parse_date(written) == DAY


@pytest.mark.parametrize(
    "written",
    [
        "",
        "03/04/2024",
        "3/4/24",
        "2025",
        "February 2025",
        "2025-13-01",
        "31.02.2025",
        "yesterday",
        "24 Foo 2025",
    ],
)
def test_parse_date_leaves_out_what_may_mean_two_days_or_none(written: str) -> None:
    assert parse_date(written) is None


def test_parse_date_reads_slashes_whose_orders_agree() -> None:
    assert parse_date("04/04/2024") == date(2024, 4, 4)


@given(st.dates())
def test_parse_date_reads_back_every_iso_date(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@given(st.text())
def test_parse_date_takes_any_text(written: str) -> None:
    assert isinstance(parse_date(written), date | None)


def test_date_left_out_quotes_the_date() -> None:
    assert date_left_out(" 03/04/2024 ") == (
        "The date “03/04/2024” was left out, since it does not name one day for certain."
    )
