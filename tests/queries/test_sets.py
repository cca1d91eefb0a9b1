"""Sets with their progress."""

import pytest

from annotations.choices import ArticleState, ClaimState
from annotations.queries.sets import sets_with_progress
from tests.builders import make_article, make_claim, make_set

pytestmark = pytest.mark.django_db


def test_sets_with_progress_counts_each_set_for_itself() -> None:
    ready = make_article()
    reviewed = make_article(state=ArticleState.REVIEWED.value)
    for state in ClaimState:
        make_claim(article=ready, state=state.value)
    make_claim(article=reviewed, state=ClaimState.ACCEPTED.value)
    make_claim()
    make_set("Both", articles=(ready, reviewed))
    make_set("Reviewed", articles=(reviewed,))
    make_set("Empty")

    counted = {
        row.name: (row.article_count, row.reviewed_count, row.claim_count, row.decided_count)
        for row in sets_with_progress()
    }
    assert counted == {"Both": (2, 1, 5, 4), "Empty": (0, 0, 0, 0), "Reviewed": (1, 1, 1, 1)}


def test_sets_with_progress_stand_by_name() -> None:
    for name in ("b", "c", "a"):
        make_set(name)

    assert [row.name for row in sets_with_progress()] == ["a", "b", "c"]
