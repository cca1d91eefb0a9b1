"""Printed lines joined into paragraphs."""

from annotations.readers.paragraphs import Line, join_lines

FULL = "the line reaches all the way to the right margin of the page"


def lines(*texts: str, x: float = 72, top: float = 700, size: float = 10, page: int = 0) -> list[Line]:
    return [Line(text, x, top - 12 * number, size, page) for number, text in enumerate(texts)]


def test_no_lines_make_no_paragraph() -> None:
    assert join_lines([]) == ([], 0)


def test_lines_at_the_usual_distance_are_one_paragraph() -> None:
    assert join_lines(lines(FULL, FULL, "and ends.")) == ([f"{FULL} {FULL} and ends."], 0)


def test_wider_gap_ends_a_paragraph() -> None:
    above, below = lines(FULL, FULL), lines(FULL, FULL, top=670)

    assert join_lines(above + below)[0] == [f"{FULL} {FULL}"] * 2


def test_indent_starts_a_paragraph() -> None:
    first = lines(FULL, x=84)
    rest = lines(FULL, FULL, top=688)
    second = lines(FULL, x=84, top=664)
    last = lines(FULL, top=652)

    assert join_lines(first + rest + second + last)[0] == [f"{FULL} {FULL} {FULL}", f"{FULL} {FULL}"]


def test_other_type_size_starts_a_paragraph() -> None:
    assert join_lines(lines(FULL, size=18) + lines(FULL, top=688))[0] == [FULL, FULL]


def test_sentence_end_on_a_short_line_ends_a_paragraph() -> None:
    assert join_lines(lines(FULL, "and “ends.”", FULL, FULL))[0] == [f"{FULL} and “ends.”", f"{FULL} {FULL}"]


def test_sentence_end_on_a_full_line_does_not() -> None:
    assert join_lines(lines(f"{FULL}.", FULL))[0] == [f"{FULL}. {FULL}"]


def test_column_break_joins_a_sentence_that_goes_on() -> None:
    left, right = lines(FULL, FULL, top=100), lines(FULL, FULL, x=300, top=700)

    assert join_lines(left + right)[0] == [" ".join([FULL] * 4)]


def test_page_break_parts_what_starts_with_a_capital() -> None:
    assert join_lines(lines(FULL) + lines(FULL.capitalize(), page=1))[0] == [FULL, FULL.capitalize()]


def test_split_word_loses_its_hyphen_where_the_whole_word_occurs() -> None:
    assert join_lines(lines(f"understanding under standing {FULL} under-", f"standing {FULL}")) == (
        [f"understanding under standing {FULL} understanding {FULL}"],
        1,
    )


def test_compound_keeps_its_hyphen_where_it_occurs_elsewhere_or_both_its_halves_do() -> None:
    assert join_lines(lines(f"long-term {FULL} long-", f"term {FULL}"))[0] == [
        f"long-term {FULL} long-term {FULL}"
    ]
    assert join_lines(lines(f"minister deputy {FULL} deputy-", f"minister {FULL}"))[0] == [
        f"minister deputy {FULL} deputy-minister {FULL}"
    ]


def test_hyphen_before_a_capital_stays() -> None:
    assert join_lines(lines(f"{FULL} Anglo-", f"Irish {FULL}"))[0] == [f"{FULL} Anglo-Irish {FULL}"]
