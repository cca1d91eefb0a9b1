"""The quotation scanner: marks of every style, paired by paragraph, whatever the text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import inside, scan

MARKS = "\"“”„«»'‘’`"


def quoted(text):
    return [text[quotation.start : quotation.end] for quotation in scan(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "we lost" again.', ['"we lost"']),
        ("He said “we lost” again.", ["“we lost”"]),
        ("He said ``we lost'' again.", ["``we lost''"]),
        ("He said ''we lost'' again.", ["''we lost''"]),
        ("Il a dit « perdu » hier.", ["« perdu »"]),
        ("Er sagte „verloren“ und ging.", ["„verloren“"]),
        ("Han sagde »tabt« igen.", ["»tabt«"]),
        ('He said "we lost” and “it is over" too.', ['"we lost”', '“it is over"']),
        ("He said “we lost” and then ” again.", ["“we lost”"]),
        ("“She said ‘never’ to me,” he said.", ["“She said ‘never’ to me,”"]),
        ("“It is bad,“ said Lee. “Very bad.”", ["“It is bad,“", "“Very bad.”"]),
        ("The film “Frozen“ is “too long,” he said.", ["“Frozen“", "“too long,”"]),
        ("” … and it is over,” she wrote.", ["” … and it is over,”"]),
        ("\u202a”Sorry, no,” posted Lee.", ["”Sorry, no,”"]),
    ],
)
def test_scan_pairs_marks_of_every_style(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'The room is 12" wide and 6\'2" high.',
        "It is the voters' choice, and the workers' too.",
        'A stray mark " stands alone.',
        "Nothing is quoted here.",
    ],
)
def test_scan_finds_nothing_where_nothing_is_quoted(text):
    assert quoted(text) == []


def test_scan_keeps_inches_inside_a_quotation():
    assert quoted('"He is 6\'2" tall," she said.') == ['"He is 6\'2" tall,"']


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"They call it “fair” and “free” there," he said.', ['"They call it “fair” and “free” there,"']),
        ("“What he calls “hell” is home,” said Lee.", ["“What he calls “hell” is home,”"]),
        (
            '"The play "Hamlet" is long," he said. "Too long."',
            ['"The play "Hamlet" is long,"', '"Too long."'],
        ),
        ('"“If I lost,” he says, “I would go.”"', ['"“If I lost,” he says, “I would go.”"']),
        ("'She said \"no\" to me,' he said.", ["'She said \"no\" to me,'"]),
        ("‘She said “no” to me,’ he said.", ["‘She said “no” to me,’"]),
    ],
)
def test_scan_takes_the_outermost_of_quotations_inside_each_other(text, expected):
    assert quoted(text) == expected


def test_scan_counts_single_marks_beside_double_ones_that_stand_inside_them_alone():
    text = "'Mend it,' she said.\n\n'He said \"no\" to that,' said Lee."

    assert quoted(text) == ["'Mend it,'", "'He said \"no\" to that,'"]


@pytest.mark.parametrize(
    "text", ["“He is 6’2”,” she said.", '"It is a 12" pipe," she said.', "“She is 5’2”. He is not.”"]
)
def test_scan_keeps_a_measure_inside_the_quotation_that_goes_on_behind_it(text):
    (quotation,) = scan(text)

    assert quotation.span.of(text).endswith((",”", ',"', "not.”"))


def test_scan_lets_a_quotation_end_behind_a_number():
    assert quoted('author="1234" class="5" and "the class of 20" too') == [
        '"1234"',
        '"5"',
        '"the class of 20"',
    ]


@pytest.mark.parametrize("mark", ["”", '"'])
def test_scan_begins_a_quotation_whose_opening_mark_was_lost_with_its_paragraph(mark):
    text = f"Some words.\n\nWe never saw it,{mark} said Bo Roe. “No,” said Lee."
    first, second = scan(text)

    assert (first.span.of(text), first.opened) == (f"We never saw it,{mark}", False)
    assert (second.span.of(text), second.opened) == ("“No,”", True)


@pytest.mark.parametrize("opening", ['"', "“"])
def test_scan_ends_a_quotation_whose_closing_mark_was_lost_where_the_report_begins(opening):
    text = f"{opening}We lost, said Lee. {opening}It is over.”"
    first, second = scan(text)

    assert (first.span.of(text), first.closed) == (f"{opening}We lost,", False)
    assert second.span.of(text) == f"{opening}It is over.”"


def test_scan_lets_an_unclosed_quotation_end_with_its_paragraph():
    text = '"We lost," he said. "And then\n\nA third paragraph says "no".'

    assert quoted(text) == ['"We lost,"', '"And then', '"no"']


def test_scan_says_where_an_unclosed_quotation_goes_on():
    text = "“First part.\n\n“Second part.”\n\n“Left open.\n\nPlain text."
    first, second, third = scan(text)

    assert (first.closed, first.continues) == (False, True)
    assert (second.closed, second.continues) == (True, False)
    assert (third.closed, third.continues) == (False, False)


def test_scan_ends_an_unclosed_quotation_at_its_report_even_where_the_next_paragraph_opens_with_a_mark():
    first, second = scan("“We lost, said Ann Lee.\n\n“It is over,” said Bo Roe.")

    assert (first.end, first.continues) == (len("“We lost,"), False)
    assert second.closed


def test_scan_lets_no_quotation_go_on_with_another_mark():
    first, second = scan('"First part.\n\n“Second part.”')

    assert (first.closed, first.continues, second.closed) == (False, False, True)


def test_scan_takes_single_marks_where_the_text_uses_no_double_ones():
    text = "'It isn't the voters' fault,' she said. 'They tried.'"

    assert quoted(text) == ["'It isn't the voters' fault,'", "'They tried.'"]


def test_scan_leaves_single_marks_alone_beside_double_ones():
    text = "Headline here\n\nThe 'deal' was \"dead\".\n\nThe 'plan' went on."

    assert quoted(text) == ['"dead"']


def test_scan_takes_single_marks_in_the_first_line():
    text = "Mayor: 'I will not go'\n\nShe said \"no\" twice."

    assert quoted(text) == ["'I will not go'", '"no"']


def test_inside_finds_the_quotation_that_covers_an_offset():
    text = 'a "b" c "d"'
    marks = scan(text)

    assert inside(marks, text.index("b")) == marks[0]
    assert inside(marks, text.index("c")) is None
    assert inside(marks, text.index("d")) == marks[1]


@given(st.text(alphabet=MARKS + "ab 1.,\n😀\u200f\x00", max_size=120))
def test_scan_never_overlaps_and_stays_inside_paragraphs(text):
    found = scan(text)
    lines = list(paragraphs(text))

    for before, after in pairwise(found):
        assert before.end <= after.start
    for quotation in found:
        line = next(line for line in lines if line.start <= quotation.start < line.end)
        assert quotation.start < quotation.end <= line.end
        words = quotation.span.of(text)
        assert words[0] in MARKS or not quotation.opened
        assert words[-1] in MARKS or not text[quotation.end : line.end].strip()
        assert quotation.closed or not text[quotation.end : line.end].strip()


@given(st.text() | st.text(alphabet=MARKS + "ab 1.,\n", max_size=300))
def test_scan_takes_any_text(text):
    for quotation in scan(text):
        assert 0 <= quotation.start < quotation.end <= len(text)
