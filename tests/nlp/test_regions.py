"""Region rules: furniture is found, and a body paragraph is never lost to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.choices import Region
from annotations.nlp.regions import find_regions, first_body_sentence

BODY = "The council met for six hours on Tuesday and put the vote off until next month, officials said."


def kinds(text, **options):
    return [paragraph.region for paragraph in find_regions(text, **options)]


def among_body(paragraph):
    """Return the region of a paragraph that stands in the middle of an article."""
    return kinds("\n\n".join([BODY, BODY, BODY, paragraph, BODY, BODY, BODY, BODY]))[3]


@pytest.mark.parametrize(
    "paragraph",
    [
        "( EPA )",
        "(Jane Roe/Getty Images)",
        "[Reuters]",
        "Advertisement",
        "Read more: Why the bridge was never built",
        "Sign up for our morning newsletter.",
        "© 2024 The Harbour Post. All rights reserved.",
        "Your support keeps our journalism free. Make a donation today and become a member.",
    ],
)
def test_furniture_is_boilerplate(paragraph):
    assert among_body(paragraph) is Region.BOILERPLATE


@pytest.mark.parametrize(
    "paragraph",
    [
        BODY,
        "Read more, he told the pupils, and you will fear less.",
        '"Sign up for our newsletter," the minister joked.',
        "( The committee met in private. )",
        "By then the river had risen by two metres.",
        "More fromage was eaten than ever before.",
        "“We need your support,” she wrote to subscribers of the newsletter. “Make a donation.”",
        "The paper's subscription income fell.",
    ],
)
def test_reporting_is_body(paragraph):
    assert among_body(paragraph) is Region.BODY


def test_byline_and_date_line_stand_near_the_top():
    assert kinds(
        f"Bridge closed for good\n\nBy Ann Lee and Bo Roe\n\nMonday 24 February 2025\n\n{BODY}\n\n{BODY}"
    ) == [
        Region.HEADLINE,
        Region.BYLINE,
        Region.BYLINE,
        Region.BODY,
        Region.BODY,
    ]


def test_captions_are_told_by_their_opening_or_credit():
    assert among_body("Pictured: the bridge before the flood") is Region.CAPTION
    assert among_body("The bridge before the flood. (Bo Roe/Reuters)") is Region.CAPTION


def test_author_line_at_the_end_is_boilerplate():
    text = "\n\n".join([BODY] * 4 + ["Ann Lee is a reporter in Hull."])

    assert kinds(text)[-1] is Region.BOILERPLATE
    assert among_body("Ann Lee is a reporter in Hull.") is Region.BODY


def test_crawl_header_with_an_appeal_is_boilerplate():
    text = f" date 2025-02-24 Your support helps us. Read more. Support now.\n\n{BODY}\n\n{BODY}"

    assert kinds(text) == [Region.BOILERPLATE, Region.BODY, Region.BODY]


def test_crawl_header_that_runs_into_the_report_is_body():
    assert kinds(f" date 2025-02-24 {BODY}\n\n{BODY}") == [Region.BODY, Region.BODY]


def test_first_line_is_headline_only_where_it_looks_like_one():
    assert kinds(f"Bridge closed for good\n\n{BODY}")[0] is Region.HEADLINE
    assert kinds(f"The bridge is closed for good.\n\n{BODY}")[0] is Region.BODY
    assert kinds(f"{BODY}\n\nBridge closed") == [Region.BODY, Region.BODY]


def test_given_title_names_the_headline_whatever_its_form():
    text = f"Bridge closed, says mayor.\n\n{BODY}"

    assert kinds(text, title="BRIDGE CLOSED, says Mayor") == [Region.HEADLINE, Region.BODY]


def test_editor_wins_over_every_rule():
    text = f"{BODY}\n\nAdvertisement"
    start = text.index("Advertisement")

    assert kinds(text, regions={start: Region.BODY, 0: Region.CAPTION}) == [Region.CAPTION, Region.BODY]


def test_first_body_sentence_skips_furniture_and_abbreviations():
    text = (
        " date 2025-02-24 Your support helps us. Read more. Support now.\n\nMr. Lee met Dr. Roe. They spoke."
    )

    assert first_body_sentence(text) == "Mr. Lee met Dr. Roe."


def test_first_body_sentence_is_cut_at_a_word():
    assert first_body_sentence("one two three four", limit=10) == "one two…"
    assert first_body_sentence(" \n ") == ""


@given(st.text(alphabet='aA \n.,"“”()©:-19', max_size=200), st.text(max_size=20))
def test_regions_cover_every_non_empty_line_of_any_text(text, title):
    found = find_regions(text, title=title)

    assert [text[p.start : p.end] for p in found] == [line for line in text.split("\n") if line.strip()]


@given(
    st.lists(st.sampled_from([BODY, "“No,” said Ann Lee, who leads the council.", "It rained."]), min_size=1)
)
def test_plain_reporting_is_never_furniture(lines):
    assert set(kinds("\n\n".join(lines))) <= {Region.BODY, Region.HEADLINE}
