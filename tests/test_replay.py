"""The replay that other tests rely on: it agrees where revisions tell all, and names what they leave out."""

import pytest

from annotations.domain import merging, review, undo
from annotations.models import Article, Claim, User
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.replay import differences, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    article = make_article()
    make_claim(article=article, speaker=make_speaker("Ana Lindqvist"))
    return article


def test_replay_gives_what_verbs_merges_and_undos_left(article: Article, editor: User) -> None:
    start = world()
    claim = article.claims.get()

    named = review.assign_name(claim=claim, name="Cleo Ros", by=editor, version=1)
    added = review.add_claim(article=article, content=[(0, 28)], by=editor)
    assert named.speaker is not None
    assert claim.speaker is not None
    merging.merge_speakers(source=named.speaker, target=claim.speaker, by=editor)
    review.delete_claim(claim=added, by=editor, version=1)
    undo.undo_last(article=article, by=editor)

    assert differences(start) == []


def test_a_change_without_a_revision_is_named(article: Article) -> None:
    start = world()

    Claim.objects.update(note="nobody wrote this down")

    (line,) = differences(start)
    assert line.startswith(f"claim:{article.claims.get().pk}: the revisions say")


def test_a_revision_without_its_change_is_named(article: Article) -> None:
    start = world()
    review.accept_claim(claim=article.claims.get(), by=make_user(), version=1)

    Claim.objects.update(state="suggested")

    assert len(differences(start)) == 1
