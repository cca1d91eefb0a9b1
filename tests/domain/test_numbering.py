"""The numbers of an article's speakers: given in order, never changed by what an editor does."""

import pytest
from django.db import IntegrityError, transaction

from annotations.choices import MentionForm, Region, RunState, SpeakerKind
from annotations.domain import annotation, merging, review, undo
from annotations.domain.numbering import number_speakers
from annotations.models import AnnotationRun, Article, Candidate, Claim, Speaker, SpeakerNumber, User
from annotations.nlp.draft import Draft, DraftMention, DraftParagraph, DraftSpeaker
from tests.builders import make_article, make_claim, make_speaker, make_user

pytestmark = pytest.mark.django_db


def numbers(article: Article) -> dict[str, int]:
    return dict(article.speaker_numbers.values_list("speaker__name", "number"))


@pytest.fixture
def article(db: None) -> Article:
    """An article in which Ana is 1 and Bo is 2."""
    article = make_article()
    for start, name in enumerate(("Ana", "Bo")):
        make_claim(article=article, content=((start, start + 4),), speaker=make_speaker(name))
    return article


def claim_of(article: Article, name: str) -> Claim:
    return article.claims.get(speaker__name=name)


def test_a_speaker_that_a_claim_is_given_to_gets_the_next_number(article: Article, editor: User) -> None:
    review.assign_name(claim=claim_of(article, "Ana"), name="Cleo Ros", by=editor, version=1)

    assert numbers(article) == {"Ana": 1, "Bo": 2, "Cleo Ros": 3}


def test_no_decision_changes_a_number(article: Article, editor: User) -> None:
    bo = Speaker.objects.get(name="Bo")
    claim = claim_of(article, "Ana")
    claim = review.assign_speaker(claim=claim, speaker=bo, by=editor, version=1)
    claim = review.reject_claim(claim=claim, by=editor, version=2)
    undo.undo_last(article=article, by=editor)
    undo.undo_last(article=article, by=editor)

    assert numbers(article) == {"Ana": 1, "Bo": 2}


def test_a_new_speaker_that_undo_took_away_has_a_number_again_after_redo(
    article: Article, editor: User
) -> None:
    review.assign_name(claim=claim_of(article, "Ana"), name="Cleo Ros", by=editor, version=1)

    undo.undo_last(article=article, by=editor)
    assert numbers(article) == {"Ana": 1, "Bo": 2}
    undo.redo_last(article=article, by=editor)
    assert numbers(article) == {"Ana": 1, "Bo": 2, "Cleo Ros": 3}


def test_the_survivor_of_a_merge_goes_by_the_number_it_took_over(article: Article, editor: User) -> None:
    cleo = make_speaker("Cleo")
    merging.merge_speakers(source=Speaker.objects.get(name="Ana"), target=cleo, by=editor)
    review.assign_speaker(claim=claim_of(article, "Bo"), speaker=cleo, by=editor, version=1)

    assert numbers(article) == {"Ana": 1, "Bo": 2}


def test_taking_a_merge_back_leaves_nobody_without_a_number(article: Article, editor: User) -> None:
    cleo = make_speaker("Cleo")
    merge = merging.merge_speakers(source=Speaker.objects.get(name="Ana"), target=cleo, by=editor)
    review.assign_speaker(claim=claim_of(article, "Bo"), speaker=cleo, by=editor, version=1)

    merging.undo_merge(revision=merge, by=editor)

    assert numbers(article) == {"Ana": 1, "Bo": 2, "Cleo": 3}


def draft(*names: str) -> Draft:
    """A draft that mentions these people in this order and has no claim."""
    return Draft(
        pipeline="test 2",
        paragraphs=(DraftParagraph(0, 80, Region.BODY),),
        speakers=tuple(DraftSpeaker(name, SpeakerKind.PERSON) for name in names),
        mentions=tuple(
            DraftMention(5 * at, 5 * at + 2, MentionForm.NAME, at) for at in reversed(range(len(names)))
        ),
    )


def annotate(article: Article, draft: Draft) -> None:
    run = AnnotationRun.objects.create(article=article, state=RunState.RUNNING, tries=1)
    annotation.store_draft(run=run, draft=draft)


def test_a_draft_numbers_its_speakers_as_the_text_first_mentions_them(db: None) -> None:
    article = make_article()

    annotate(article, draft("Dag Ås", "Cleo Ros", "Bo Ek"))

    assert numbers(article) == {"Dag Ås": 1, "Cleo Ros": 2, "Bo Ek": 3}


def test_annotating_again_keeps_the_numbers_and_adds_the_new_ones_behind(db: None) -> None:
    article = make_article()
    annotate(article, draft("Dag Ås", "Cleo Ros", "Bo Ek"))

    annotate(article, draft("Eva Lo", "Bo Ek", "Dag Ås"))

    assert numbers(article) == {"Dag Ås": 1, "Bo Ek": 3, "Eva Lo": 4}


def test_a_candidate_has_a_number_too(db: None) -> None:
    article = make_article()
    claim = make_claim(
        article=article, decided_by=make_user(), decided_at=article.created_at, state="accepted"
    )
    Candidate.objects.create(claim=claim, speaker=make_speaker("Fay"), position=0)

    annotate(article, draft("Dag Ås"))

    assert numbers(article) == {"Dag Ås": 1, "Fay": 2}


def test_the_database_gives_no_number_twice(article: Article) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakerNumber.objects.create(article=article, speaker=make_speaker("Gus"), number=2)


def test_a_speaker_that_is_gone_gets_no_number(article: Article) -> None:
    number_speakers(article_id=article.pk, speaker_ids=[987_654_321])

    assert numbers(article) == {"Ana": 1, "Bo": 2}
