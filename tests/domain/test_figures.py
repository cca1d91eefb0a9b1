"""The figures of a large desk: what the pages show is what would be counted, until the next round."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotations.choices import ClaimState
from annotations.domain import figures
from annotations.models import ArticleSet, Claim, KeptFigures, SetFigures, Speaker, SpeakerFigures, User
from annotations.queries import figures as queries
from annotations.queries.desk import desk_figures
from annotations.queries.sets import sets_with_progress
from annotations.queries.speakers import (
    SPEAKER_ORDERS,
    SpeakerSort,
    listed,
    with_claim_counts,
    with_rejected_count,
)
from annotations.queries.work_done import articles_in, work_done
from benchmarks.large_desk import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of sixty articles, which counts as a large one."""
    monkeypatch.setattr(queries, "LARGE", 50)
    fill(60)


def shown() -> list[Any]:
    person = User.objects.get(pk=2)
    article_set = ArticleSet.objects.get(pk=1)
    sets = sets_with_progress().values_list(
        "pk", "article_count", "reviewed_count", "claim_count", "decided_count"
    )
    speakers = with_rejected_count(with_claim_counts(Speaker.objects.all())).values_list(
        "pk", "claim_count", "article_count", "rejected_count"
    )
    numbers = desk_figures()
    return [
        numbers.counts,
        numbers.record,
        list(sets),
        sorted(speakers),
        *(articles_in(each) for each in (None, article_set)),
        *(work_done(each, person=person) for each in (None, article_set)),
    ]


@pytest.mark.usefixtures("desk")
def test_kept_figures_are_what_would_be_counted() -> None:
    counted = shown()

    figures.keep_figures()

    assert KeptFigures.objects.exists()
    assert desk_figures().counted_at is not None
    assert shown() == counted


@pytest.mark.usefixtures("desk")
def test_pages_show_the_kept_figures_until_they_are_counted_anew() -> None:
    figures.keep_figures()
    before = shown()
    Claim.objects.all().update(state=ClaimState.REJECTED)

    assert shown() == before
    figures.keep_figures()
    assert shown() == before, "It is not time yet."

    KeptFigures.objects.filter(pk=queries.ROUND).update(counted_at=timezone.now() - timedelta(hours=1))
    figures.keep_figures()
    assert set(SpeakerFigures.objects.values_list("claims", "articles")) == {(0, 0)}
    assert desk_figures().counts.undecided_claims == 0


@pytest.mark.usefixtures("desk")
def test_what_was_made_since_is_counted_by_itself() -> None:
    figures.keep_figures()
    made = ArticleSet.objects.create(name="Made since")
    made.articles.set([1, 2, 3])
    speaker = Speaker.objects.create(name="Ana Lindqvist")
    Claim.objects.filter(article=1).update(speaker=speaker, state=ClaimState.ACCEPTED)

    assert sets_with_progress().get(pk=made.pk).article_count == 3
    assert with_claim_counts(Speaker.objects.all()).get(pk=speaker.pk).article_count == 1


@pytest.mark.usefixtures("desk")
def test_the_most_quoted_speakers_come_first_by_the_kept_figures() -> None:
    everybody = Speaker.objects.current()
    counted = listed(everybody, SpeakerSort.CLAIMS).order_by(*SPEAKER_ORDERS[SpeakerSort.CLAIMS])
    first = [speaker.pk for speaker in counted if speaker.claim_count]

    figures.keep_figures()

    kept = listed(everybody, SpeakerSort.CLAIMS).order_by(*SPEAKER_ORDERS[SpeakerSort.CLAIMS])
    assert [speaker.pk for speaker in kept] == first


@pytest.mark.usefixtures("desk")
def test_only_one_worker_counts_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert figures.are_due()
    figures.keep_figures()
    assert not figures.are_due()

    monkeypatch.setattr(figures, "are_due", lambda: True)
    late = KeptFigures.objects.get(pk=queries.ROUND)
    KeptFigures.objects.filter(pk=queries.ROUND).update(counted_at=timezone.now())
    monkeypatch.setattr(KeptFigures.objects, "get_or_create", lambda **_: (late, False))
    SetFigures.objects.all().delete()
    figures.keep_figures()

    assert not SetFigures.objects.exists()


def test_a_small_desk_keeps_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(20)
    assert not figures.are_due()
    figures.keep_figures()
    assert not KeptFigures.objects.exists()

    monkeypatch.setattr(queries, "LARGE", 10)
    figures.keep_figures()
    assert SetFigures.objects.exists()

    monkeypatch.setattr(queries, "LARGE", 50)
    KeptFigures.objects.filter(pk=queries.ROUND).update(counted_at=timezone.now() - timedelta(hours=1))
    figures.keep_figures()
    assert not KeptFigures.objects.exists()
    assert not SetFigures.objects.exists()
    assert desk_figures().counted_at is None
