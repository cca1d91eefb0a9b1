"""The sample articles are whole, short and full of what makes attribution hard."""

import re
from datetime import date

import pytest

from annotations.choices import Region
from annotations.nlp.regions import find_regions
from annotations.sample import sample_documents

DOCUMENTS = dict(sample_documents())


def test_sample_holds_three_short_english_articles():
    assert list(DOCUMENTS) == ["ferry.txt", "flood.txt", "library.txt"]
    assert all(200 <= len(document.text.split()) <= 400 for document in DOCUMENTS.values())
    assert [document.language for document in DOCUMENTS.values()] == ["en"] * 3


def test_sample_articles_carry_what_is_known_about_them():
    ferry = DOCUMENTS["ferry.txt"]

    assert (ferry.title, ferry.outlet, ferry.byline, ferry.published_on) == (
        "Islanders promised a winter ferry after a year of cancellations",
        "Firth Courier",
        "Nell Harcastle",
        date(2025, 10, 14),
    )


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_sample_titles_stand_in_their_texts(document):
    assert document.text.startswith(document.title + "\n\nBy " + document.byline + "\n")


@pytest.mark.parametrize(
    ("name", "case", "pattern"),
    [
        ("ferry.txt", "a quote over two paragraphs", r"“[^”\n]*\n\n“[^”\n]*”\n"),
        ("ferry.txt", "a quote interrupted by its cue", r",” said [^.“]*, “"),
        ("ferry.txt", "marks that do not match", r'"[^"“”\n]*”'),
        ("ferry.txt", "a scare quote", r"so-called “"),
        ("ferry.txt", "a misspelt name", r"Ms Faraday"),
        ("ferry.txt", "a couple with one surname", r"Her husband, Olav Sande"),
        ("ferry.txt", "an unnamed official", r"official, who asked not to be named"),
        ("ferry.txt", "according to", r"According to the company"),
        ("ferry.txt", "told reporters", r"told reporters"),
        ("ferry.txt", "a post", r"In a post on X he wrote: “"),
        ("ferry.txt", "a role long after the name", r"The managing director said"),
        ("library.txt", "a title in marks", r"“The Salt Garden”"),
        ("library.txt", "a colon for a cue", r"herself: “"),
        ("library.txt", "single marks beside apostrophes", r"‘It's [^’]*’ said"),
        ("flood.txt", "a document that speaks", r"a report published on Thursday says"),
        ("flood.txt", "a body that speaks", r"The water board accepted"),
        ("flood.txt", "no cue at all", r"shrugged\. “"),
        ("flood.txt", "two people of one surname who are not related", r"Gil Abara, who is not related"),
    ],
)
def test_sample_holds_the_hard_case(name, case, pattern):
    assert re.search(pattern, DOCUMENTS[name].text), case


@pytest.mark.parametrize(
    ("name", "opening", "region"),
    [
        ("ferry.txt", "Photo: ", Region.CAPTION),
        ("ferry.txt", "You have read", Region.BOILERPLATE),
        ("ferry.txt", "Read more: ", Region.BOILERPLATE),
        ("library.txt", "By Corin", Region.BYLINE),
        ("library.txt", "( Handout", Region.BOILERPLATE),
        ("library.txt", "Sign up", Region.BOILERPLATE),
        ("flood.txt", "Report blames", Region.HEADLINE),
        ("flood.txt", "( Supplied )", Region.BOILERPLATE),
        ("flood.txt", "Related: ", Region.BOILERPLATE),
    ],
)
def test_sample_holds_furniture_that_is_known_as_such(name, opening, region):
    document = DOCUMENTS[name]

    [found] = [
        paragraph.region
        for paragraph in find_regions(document.text, title=document.title)
        if document.text.startswith(opening, paragraph.start)
    ]

    assert found is region
