"""What lists put together by themselves, for speed, is what Django would write."""

from datetime import date

from django import forms
from django.template import engines
from django.test.html import parse_html
from hypothesis import given
from hypothesis import strategies as st

from annotations.forms.base import LongSelect

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=8)
VALUES = TEXTS | st.integers() | st.none()
CHOICES = st.lists(st.tuples(VALUES, TEXTS), max_size=5, unique_by=lambda choice: str(choice[0] or ""))


@given(CHOICES, VALUES, st.booleans())
def test_a_long_select_is_djangos_select(
    choices: list[tuple[object, str]], value: object, is_wrong: bool
) -> None:
    attrs = {"id": "id_set"} | ({"aria-invalid": "true", "required": True} if is_wrong else {})
    ours, theirs = (
        widget(choices=choices).render("set", value, dict(attrs)) for widget in (LongSelect, forms.Select)
    )

    assert parse_html(ours) == parse_html(theirs)


@given(st.dates())
def test_a_day_is_written_as_djangos_filter_writes_it(on: date) -> None:
    ours, theirs = (
        engines["django"].from_string("{% load rows %}" + source).render({"on": on})
        for source in (
            "{% day on %}",
            """<time datetime="{{ on|date:'Y-m-d' }}">{{ on|date:'j M Y' }}</time>""",
        )
    )

    assert ours == theirs
