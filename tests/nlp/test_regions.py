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


def at_the_end(paragraph, *before):
    """Return the region of a paragraph that is the last of an article."""
    return kinds("\n\n".join([BODY, BODY, BODY, *before, paragraph]))[-1]


@pytest.mark.parametrize(
    "paragraph",
    [
        "( EPA )",
        "(Jane Roe/Getty Images)",
        "[Reuters]",
        "Jane Roe/Getty Images",
        "Advertisement",
        "Read more: Why the bridge was never built",
        "Sign up for our morning newsletter.",
        "© 2024 The Harbour Post. All rights reserved.",
        "(c) 2024 The Harbour Post",
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
        "Recommended doses vary, and most of them are too high.",
        "The committee met at 3/4 of its strength.",
    ],
)
def test_reporting_is_body(paragraph):
    assert among_body(paragraph) is Region.BODY


# -- the page's own voice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "paragraph",
    [
        "We said we would never sell your data. Unsubscribe from this newsletter whenever you like.",
        "“I read it before breakfast,” says one of our subscribers. Start your free trial now.",
        "Sign up to receive our weekly letter, “The Tide”, and find it in your inbox on Fridays.",
        "Thank you for reading. It is our readers who pay for our journalism, and nobody told us to say so.",
    ],
)
def test_a_page_that_calls_on_its_reader_is_furniture_whatever_it_quotes(paragraph):
    assert among_body(paragraph) is Region.BOILERPLATE


@pytest.mark.parametrize(
    "paragraph",
    [
        "“Subscribe now, and get our newsletter in your inbox,” she told us.",
        "You should never give your email address to a caller, police said, and unsubscribe from such lists.",
        "Subscribers pay 5 pounds for unlimited access, and the paywall stays, the publisher said.",
        "We need your support. We ask you to donate today and to become a member of this party.",
    ],
)
def test_calls_that_people_in_the_article_make_are_body(paragraph):
    assert among_body(paragraph) is Region.BODY


# -- links to other articles -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Read more: ‘I want my bridge back,’ says mayor",
        "RELATED | “Never again,” the ferryman said",
        "More – Mayor told to resign",
        "Watch the full interview below:",
        "Follow Ann Lee on Twitter @annlee.",
        "Read the rest of the story here.",
        "Watch: “It just fell,” says witness",
    ],
)
def test_labels_and_pointers_are_furniture_and_so_is_the_title_behind_them(line):
    assert among_body(line) is Region.BOILERPLATE


@pytest.mark.parametrize(
    "line",
    [
        "More: that is what the union wants, its leader said.",
        "Related costs – for sand and for paint – are not known, he said",
        "See how the bridge fell, and you will sleep no more, he said, here or elsewhere.",
    ],
)
def test_sentences_that_open_like_a_label_are_body(line):
    assert among_body(line) is Region.BODY


def test_a_first_line_that_says_what_there_is_to_watch_is_the_headline():
    assert kinds(f"Watch: Mayor falls “into the lake”\n\n{BODY}")[0] is Region.HEADLINE


def test_titles_below_a_heading_of_links_are_furniture_until_a_sentence_comes():
    links = "More on this story\n\n“Keep off the bridge,” police say\n\nBus driver says he was lost"

    assert kinds(f"{BODY}\n\n{links}\n\n{BODY}\n\nA new day")[1:] == [
        *[Region.BOILERPLATE] * 3,
        Region.BODY,
        Region.BODY,
    ]


def test_the_headline_below_a_heading_of_links_is_no_link():
    text = f"Most read\n\nBridge closed for good\n\nNo other way over the river\n\n{BODY}"

    assert kinds(text, title="Bridge closed for good") == [
        Region.BOILERPLATE,
        Region.HEADLINE,
        Region.BODY,
        Region.BODY,
    ]


# -- the top of the article --------------------------------------------------------------------------------


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


# -- the author --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "paragraph",
    [
        "Ann Lee is a reporter in Hull.",
        "Ann Lee, a former nurse, is the author of “Nights”, which a critic called “the best of its year”.",
        "Ann Lee is a staff writer. She says she has read the bill. Email her at the newsroom.",
        "About the author: I am Ann Lee and I believe that every bridge is a story.",
        "I’m Ann Lee, and I write about bridges.",
        "(Reporting by Ann Lee; editing by Bo Roe.)",
        "Editing by Bo Roe. Our standards: “accurate and fair.”",
        "Bo Roe and Cy Poe contributed reporting.",
        "Ann Lee reported from Hull, and Bo Roe from Leeds.",
    ],
)
def test_a_line_about_the_author_at_the_end_is_boilerplate(paragraph):
    assert at_the_end(paragraph) is Region.BOILERPLATE


@pytest.mark.parametrize(
    "paragraph",
    [
        "Ann Lee, who is the author of the report, said the bridge was unsafe.",
        "Ann Lee is the author of the report. “It was unsafe,” she said.",
        "Ann Lee is the author of the report and believes that the bridge is unsafe.",
        "He denied it. (Reporting by Ann Lee.)",
        "Reporting by the council led to his fall.",
        "Associated Press reported from Hull that three people died.",
        "Her aides would email her about the bridge, and the council thinks that she knew.",
        "“I’m Ann Lee, and I write about bridges.”",
        "I’m Ann Lee, and I am tired,” she says.",
    ],
)
def test_a_last_paragraph_in_which_people_of_the_article_speak_is_body(paragraph):
    assert at_the_end(paragraph) is Region.BODY


def test_who_is_in_the_article_is_not_its_author():
    paragraph = "Ann Lee is a reporter in Hull."

    assert among_body(paragraph) is Region.BODY
    assert at_the_end(paragraph, "The mayor shouted at Lee.") is Region.BODY


def test_the_line_below_the_heading_about_the_author_is_about_the_author():
    assert at_the_end("She has seen every bridge.", "About the author") is Region.BOILERPLATE
    assert at_the_end("She has seen every bridge.") is Region.BODY


# -- the rest ----------------------------------------------------------------------------------------------


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
