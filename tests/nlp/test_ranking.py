"""Putting the candidates of a mention in order."""

import pytest

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Entry
from annotations.nlp.discourse import Event, Form, Trace
from annotations.nlp.names import parse_name
from annotations.nlp.ranking import FixedOrder, Query, features, shipped_ranker


def person(name, *votes):
    entry = Entry(parse_name(name), SpeakerKind.PERSON)
    entry.votes.update(votes)
    return entry


def trace(entry, sentence, *, form=Form.NAME, is_subject=True, is_quoted=False):
    return Trace(entry, [Event(sentence, sentence * 100, entry, form, is_subject, is_quoted)])


def query(gender="", **told):
    return Query("person", 500, 5, 500, gender, **told)


def first(*traces, gender="", **told):
    return shipped_ranker().rank(query(gender, **told), traces)[0].entry.name.text


LEE, ROE = person("Ann Lee"), person("Bo Roe")


def test_whoever_was_named_last_comes_first():
    assert first(trace(LEE, 4), trace(ROE, 1)) == "Ann Lee"
    assert first(trace(LEE, 1), trace(ROE, 4)) == "Bo Roe"


def test_last_to_speak_comes_before_one_who_is_as_near():
    assert first(trace(LEE, 4), trace(ROE, 4), last_speaker=ROE) == "Bo Roe"


def test_name_inside_quotation_marks_counts_little():
    assert first(trace(LEE, 4, is_quoted=True), trace(ROE, 4)) == "Bo Roe"


def test_forename_tells_less_than_the_text():
    mary, told = person("Mary Hall"), person("Jo Park", "f", "f")

    found = features(query("f"), trace(mary, 4), [])
    assert "forename agrees" in found
    assert "gender told by the text" in features(query("f"), trace(told, 4), [])
    assert "forename agrees" not in features(query("f"), trace(told, 4), [])


def test_whoever_was_called_he_is_not_she():
    assert first(trace(LEE, 4), trace(ROE, 4), gender="f", called={id(LEE): "m"}) == "Bo Roe"


@pytest.mark.parametrize("order", [shipped_ranker(), FixedOrder()])
def test_chances_are_shares(order):
    ranked = order.rank(query(), [trace(LEE, 4), trace(ROE, 3)])

    assert all(0 < choice.chance < 1 for choice in ranked)
    assert sum(choice.chance for choice in ranked) <= 1.0001
    assert [choice.chance for choice in ranked] == sorted((c.chance for c in ranked), reverse=True)


def test_fixed_order_knows_no_pronouns():
    ranked = FixedOrder().rank(query(), [trace(LEE, 4, form=Form.PRONOUN), trace(ROE, 3)])

    assert [choice.entry.name.text for choice in ranked] == ["Bo Roe"]
