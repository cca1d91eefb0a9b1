"""One answer for a whole chain: one step, one undo, and nothing of a colleague's touched."""

import pytest

from annotations.domain import chains, merging, review, undo
from annotations.models import Article, Claim, Revision, Speaker, User
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.replay import differences, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong(db: None) -> Speaker:
    return make_speaker("Donald Trump")


@pytest.fixture
def right(db: None) -> Speaker:
    return make_speaker("Keir Starmer")


@pytest.fixture
def article(wrong: Speaker) -> Article:
    article = make_article()
    for start in (0, 10, 20, 30):
        make_claim(article=article, content=((start, start + 8),), speaker=wrong)
    return article


def claims_of(article: Article) -> list[Claim]:
    return list(article.claims.in_text_order())


def states(article: Article) -> list[str]:
    return [claim.state for claim in claims_of(article)]


def answer(article: Article, right: Speaker, by: User) -> chains.ChainStep:
    """Correct the first claim, and give the three others to the same speaker."""
    first, *others = claims_of(article)
    review.assign_speaker(claim=first, speaker=right, by=by, version=1)
    versions = {claim.pk: 1 for claim in others}
    return chains.assign_chain(claim=first, speaker=right, versions=versions, by=by)


def test_all_claims_of_the_chain_are_given_in_one_step(
    article: Article, right: Speaker, editor: User
) -> None:
    step = answer(article, right, editor)

    first, *others = claims_of(article)
    assert step == chains.ChainStep(given=tuple(claim.pk for claim in others), left_out=())
    assert {(claim.speaker, claim.state, claim.version) for claim in others} == {(right, "corrected", 2)}
    revision = Revision.objects.get(verb="assign chain")
    assert revision.claim_id == first.pk
    assert {key for key in revision.after if key.startswith("claim:")} == {f"claim:{c.pk}" for c in others}


def test_one_undo_takes_the_chain_back_and_one_redo_gives_it_again(
    article: Article, right: Speaker, wrong: Speaker, editor: User
) -> None:
    start = world()
    answer(article, right, editor)

    undo.undo_last(article=article, by=editor)
    assert [claim.speaker for claim in claims_of(article)] == [right, wrong, wrong, wrong]
    assert article.claims.undecided().count() == 3

    undo.redo_last(article=article, by=editor)
    assert [claim.speaker for claim in claims_of(article)] == [right] * 4
    assert differences(start) == []


def test_undo_of_a_chain_leaves_what_a_colleague_changed_since_and_names_it(
    article: Article, right: Speaker, wrong: Speaker, editor: User
) -> None:
    start = world()
    answer(article, right, editor)
    _, second, *_ = claims_of(article)
    colleague = make_user(username="bo")
    review.reject_claim(claim=second, by=colleague, version=2)

    step = undo.undo_last(article=article, by=editor)

    assert [undo.reason(obstacle) for obstacle in step.obstacles] == [
        f"“assign chain” stays, since bo changed claim {second.pk} after it (reject)."
    ]
    assert [claim.state for claim in claims_of(article)] == [
        "corrected",
        "rejected",
        "suggested",
        "suggested",
    ]

    undo.redo_last(article=article, by=editor)
    assert [claim.state for claim in claims_of(article)] == [
        "corrected",
        "rejected",
        "corrected",
        "corrected",
    ]
    assert differences(start) == []


def test_claims_that_changed_since_the_offer_are_left_out_and_told(
    article: Article, right: Speaker, editor: User
) -> None:
    _, decided, noted, _ = claims_of(article)
    colleague = make_user()
    review.accept_claim(claim=decided, by=colleague, version=1)
    review.change_note(claim=noted, note="Who is he?", by=colleague, version=1)

    step = answer(article, right, editor)

    assert step.left_out == (decided.pk, noted.pk)
    assert len(step.given) == 1


def test_a_chain_of_which_nothing_is_left_writes_nothing_down(
    article: Article, right: Speaker, editor: User
) -> None:
    first, second, *_ = claims_of(article)

    step = chains.assign_chain(claim=first, speaker=right, versions={second.pk: 7, 999_999: 1}, by=editor)

    assert step == chains.ChainStep(given=(), left_out=(second.pk, 999_999))
    assert not Revision.objects.exists()


def test_a_claim_of_another_article_is_left_out(article: Article, right: Speaker, editor: User) -> None:
    elsewhere = make_claim()

    step = chains.assign_chain(
        claim=claims_of(article)[0], speaker=right, versions={elsewhere.pk: 1}, by=editor
    )

    assert step.left_out == (elsewhere.pk,)


def test_a_repeated_request_gives_the_same_answer_and_is_done_once(
    article: Article, right: Speaker, editor: User
) -> None:
    first, second, third, _ = claims_of(article)
    versions = {second.pk: 1, third.pk: 5}

    steps = [
        chains.assign_chain(claim=first, speaker=right, versions=versions, by=editor, request_key="k")
        for _ in range(2)
    ]

    assert steps == [chains.ChainStep(given=(second.pk,), left_out=(third.pk,))] * 2
    assert Revision.objects.filter(verb="assign chain").count() == 1


def test_a_speaker_merged_since_the_offer_stands_for_its_survivor(
    article: Article, right: Speaker, editor: User
) -> None:
    survivor = make_speaker("Sir Keir Starmer")
    merging.merge_speakers(source=right, target=survivor, by=editor)

    answer(article, right, editor)

    assert {claim.speaker for claim in claims_of(article)} == {survivor}


def test_the_last_claims_of_an_article_close_it_as_single_decisions_do(
    article: Article, right: Speaker, editor: User
) -> None:
    answer(article, right, editor)

    article.refresh_from_db()
    assert article.state == "reviewed"
