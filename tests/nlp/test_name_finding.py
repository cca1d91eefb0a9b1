"""What stands around a name, told without a parse."""

import pytest

from annotations.nlp.name_finding import find_mentions
from annotations.nlp.name_repair import NamedSpan
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan


def found(text, *labelled, headline=False):
    """Return the mentions of `text`, in which `labelled` are (words, label) that somebody found."""
    lines = list(paragraphs(text))
    names = sorted(
        (NamedSpan(text.index(words), text.index(words) + len(words), label) for words, label in labelled),
        key=lambda name: name.start,
    )
    return find_mentions(text, lines, names, scan(text, lines), headlines=lines[:1] if headline else [])


def names(text, *labelled, **options):
    return [(name.text, name.role) for name in found(text, *labelled, **options).names]


@pytest.mark.parametrize(
    ("text", "words", "role"),
    [
        ("Acme spokesman Bo Roe said no.", "Bo Roe", "Acme spokesman"),
        ("The horse trainer Ann Lee won.", "Ann Lee", "The horse trainer"),
        ("Then Ann Lee, the deputy mayor of Hull, left.", "Ann Lee", "the deputy mayor of Hull"),
        ("The surgeon and his patient, Ann Lee, met.", "Ann Lee", "his patient"),
        ("Secretary of State Ann Lee met him.", "Ann Lee", "Secretary of State"),
        ("After the rain, Ann Lee left.", "Ann Lee", ""),
        ("In his office, Ann Lee laughed.", "Ann Lee", ""),
    ],
)
def test_role_is_what_stands_beside_the_name(text, words, role):
    assert (words, role) in names(text, (words, "PERSON"))


def test_title_is_part_of_the_mention_and_of_the_role():
    assert names("Then Prime Minister Ann Lee left.", ("Ann Lee", "PERSON")) == [
        ("Minister Ann Lee", "Prime Minister")
    ]


def test_name_that_says_whose_spokesman_speaks_is_no_subject():
    mentions = found("Lee spokesman Bo Roe said no.", ("Lee", "PERSON"), ("Bo Roe", "PERSON")).names

    assert [(name.text, name.is_subject) for name in mentions] == [("Lee", False), ("Bo Roe", True)]


def test_initials_and_broken_letters_belong_to_the_name():
    text = "He met Joseph R. Biden and FranÃ§ois Hollande."

    assert [name for name, _ in names(text, ("Biden", "PERSON"), ("ois Hollande", "PERSON"))] == [
        "Joseph R. Biden",
        "FranÃ§ois Hollande",
    ]


def test_acronym_tells_where_the_name_of_a_body_begins():
    text = "So says the Alliance to Reclaim Our Schools (AROS) today."

    assert ("Alliance to Reclaim Our Schools", "") in names(text, ("Our Schools", "ORG"))


def test_person_whom_nobody_labelled_opens_a_sentence():
    assert names("Inês Cardoso, the deputy mayor, left.")[0][0] == "Inês Cardoso"
    assert names("The Bridge closed.") == []


def test_headline_verb_is_no_name():
    text = "Ann Lee Slams Acme\n\nAnn Lee was angry."

    mentions = found(text, ("Ann Lee Slams", "PERSON"), ("Acme", "ORG"), headline=True).names
    assert "Ann Lee Slams" in [name.text for name in mentions]
    known = find_mentions(
        text,
        list(paragraphs(text)),
        [NamedSpan(0, 13, "PERSON"), NamedSpan(20, 27, "PERSON")],
        (),
        headlines=list(paragraphs(text))[:1],
    )
    assert [name.text for name in known.names] == ["Ann Lee", "Ann Lee"]


def test_subject_without_a_name_is_a_thing():
    text = "The canal trust did not object. In the report of May there is more. My mother laughed."

    assert [text[thing.start : thing.end] for thing in found(text).things] == ["The canal trust", "My mother"]
