"""A bug must meet the database's refusal: every rule that a row has to keep, on either database."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.models import (
    Alias,
    Article,
    Candidate,
    ClaimSpan,
    Mention,
    Paragraph,
    Revision,
    Sentence,
    Speaker,
)
from tests.builders import make_article, make_claim, make_mention, make_speaker, make_user

pytestmark = pytest.mark.django_db


def is_refused(row: Any, **fields: Any) -> bool:
    """Say whether the database refuses the row with these fields."""
    for name, value in fields.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


SPANS = [{"start": 5, "end": 5}, {"start": 6, "end": 5}]


@pytest.mark.parametrize("span", SPANS, ids=["empty", "backwards"])
def test_no_span_is_empty_or_runs_backwards(span: dict[str, int]) -> None:
    article = make_article()
    claim = make_claim(article=article)
    rows = [
        article.paragraphs.first(),
        article.sentences.first(),
        make_mention(article=article, start=0, end=3),
        claim.spans.first(),
    ]

    assert [type(row) for row in rows] == [Paragraph, Sentence, Mention, ClaimSpan]
    assert [is_refused(row, **span) for row in rows] == [True] * 4


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_article, "state"),
        (make_claim, "state"),
        (make_claim, "kind"),
        (make_claim, "origin"),
        (make_speaker, "kind"),
        (make_user, "role"),
        (lambda: make_article().paragraphs.first(), "region"),
        (lambda: make_claim().spans.first(), "role"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", ""),
)
def test_what_comes_from_a_list_is_on_it(make: Any, field: str) -> None:
    assert is_refused(make(), **{field: "unheard"})


def test_a_decision_has_both_its_person_and_its_moment() -> None:
    assert is_refused(make_claim(), decided_at=timezone.now())
    assert is_refused(make_claim(), decided_by=make_user())


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_confidence_lies_between_nought_and_one(confidence: float) -> None:
    assert is_refused(make_claim(), confidence=confidence)


def test_a_position_is_taken_once() -> None:
    claim = make_claim()
    assert is_refused(
        ClaimSpan(article=claim.article, claim=claim, role="content", position=0, start=1, end=2)
    )


def test_a_paragraph_and_a_sentence_have_an_index_of_their_own() -> None:
    article = make_article()
    paragraph = article.paragraphs.get(index=1)
    assert is_refused(Paragraph(article=article, index=1, start=0, end=1, region="body"))
    assert is_refused(Sentence(article=article, paragraph=paragraph, index=1, start=0, end=1))


def test_one_text_is_one_article() -> None:
    digest = make_article().text_sha256
    assert is_refused(Article(title="Again", text="x", text_sha256=digest, source_format="text"))


def test_a_speaker_has_a_name_and_is_not_merged_into_itself() -> None:
    speaker = make_speaker()
    assert is_refused(make_speaker(), name="")
    assert is_refused(speaker, merged_into=speaker)


def test_a_gender_comes_with_who_said_so() -> None:
    assert is_refused(make_speaker(), gender="woman")
    assert is_refused(make_speaker(), gender_basis="editor")


def test_an_alias_and_a_candidate_stand_once() -> None:
    speaker = make_speaker("Ana Lindqvist")
    claim = make_claim()
    Candidate.objects.create(claim=claim, speaker=speaker, position=0)
    assert is_refused(Alias(speaker=speaker, text="ANA", normalised="ana lindqvist"))
    assert is_refused(Alias(speaker=speaker, text="…", normalised=""))
    assert is_refused(Candidate(claim=claim, speaker=speaker, position=1))


def test_a_request_key_counts_once_a_person() -> None:
    editor, other = make_user(), make_user()
    Revision.objects.create(verb="accept", actor=editor, request_key="k")
    assert is_refused(Revision(verb="accept", actor=editor, request_key="k"))
    assert not is_refused(Revision(verb="accept", actor=other, request_key="k"))


def test_a_speaker_with_claims_is_not_deleted() -> None:
    speaker = make_speaker()
    make_claim(speaker=speaker)

    with pytest.raises(IntegrityError), transaction.atomic():
        Speaker.objects.filter(pk=speaker.pk).delete()
