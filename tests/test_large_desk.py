"""The large desk that benchmarks and tests of plans work on: its rows are such as the product writes."""

import hashlib
from collections import Counter
from typing import Any

import pytest

from annotations.choices import ArticleState, ProposalState
from annotations.domain.work_left import count_work_left
from annotations.models import COUNTED, Article, Claim, Proposal, ReannotationTally, Speaker, WorkLeft
from annotations.queries.export import ExportScope, claim_rows
from benchmarks.bulk_rows import BulkRows
from benchmarks.large_desk import fill
from benchmarks.made_articles import Desk, rows_of_article, rows_of_desk


@pytest.mark.django_db
def test_fill_writes_a_desk_as_the_verbs_would_leave_it() -> None:
    fill(44)

    read = Article.objects.filter(state__in=(ArticleState.READY, ArticleState.REVIEWED))
    claims = Counter(Claim.objects.values_list("speaker", flat=True))
    assert Article.objects.count() == 44
    assert 17 <= claims.total() / read.count() <= 23
    assert sum(count for _, count in claims.most_common(5)) > claims.total() / 3
    for article in Article.objects.all():
        assert article.text_sha256 == hashlib.sha256(article.text.encode()).hexdigest()
    for row in claim_rows(ExportScope(include_rejected=True)):
        assert (row.content[0][0], row.content[0][-2:]) == ("“", ",”")
        assert row.left_context[-2:] == "\n\n"
        assert row.source[0] in {"she", "he", row.speaker}
    counted = sorted(WorkLeft.objects.values_list("pk", "undecided", "confidence", "published_on"))
    for article in Article.objects.all():
        count_work_left(article=article)
    assert sorted(WorkLeft.objects.values_list("pk", "undecided", "confidence", "published_on")) == counted
    for tally in ReannotationTally.objects.all():
        of_state = Proposal.objects.filter(reannotation=tally.reannotation, state=tally.state)
        assert of_state.count() == tally.articles
        assert [sum(of_state.values_list(name, flat=True)) for name in COUNTED] == [
            getattr(tally, name) for name in COUNTED
        ]
    assert Proposal.objects.filter(state=ProposalState.READY).exists()
    assert Speaker.objects.create(name="Ana Lindqvist") == Speaker.objects.order_by("-pk")[0]


def test_the_rows_follow_from_the_seed() -> None:
    first, again, other = (_rows(seed) for seed in (7, 7, 8))

    assert first == again
    assert first != other


def _rows(seed: int) -> list[Any]:
    added: list[Any] = []

    class Kept(BulkRows):
        def __init__(self) -> None:
            super().__init__({})

        def add(self, model: Any, *values: Any) -> None:
            added.append((model, values))

    desk = Desk(articles=3, seed=seed)
    rows_of_desk(desk, Kept())
    for number in (1, 2, 3):
        rows_of_article(desk, number, Kept())
    return added
