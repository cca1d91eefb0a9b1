"""The offer in the answer to a correction, and the answer to taking it."""

import pytest
from django.test import Client

from annotations.domain import review
from annotations.models import Article, Claim, Revision, Speaker, User
from annotations.queries.cards import Card
from annotations.queries.review import ReviewedArticle
from tests.builders import make_article, make_claim, make_speaker, make_user
from tests.views.requests import post, url

pytestmark = pytest.mark.django_db

TEXT = "“A,” he said.\n\n“B,” he said.\n\n“C,” he said."


@pytest.fixture
def right(db: None) -> Speaker:
    return make_speaker("Keir Starmer")


@pytest.fixture
def made(right: Speaker) -> list[Claim]:
    article = make_article(text=TEXT)
    wrong = make_speaker("Donald Trump")
    return [
        make_claim(article=article, content=((at, at + 4),), source=((at + 5, at + 7),), speaker=wrong)
        for at in (TEXT.index(f"“{letter}") for letter in "ABC")
    ]


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return] # it is a response


def test_a_correction_is_answered_with_what_hangs_on_it(
    editor_client: Client, made: list[Claim], right: Speaker
) -> None:
    response = post(editor_client, "claim-speaker", made[0].pk, version=1, speaker=right.pk)

    for claim in made[1:]:
        assert f'value="{claim.pk}-1" checked' in body(response)
    assert "b gives them too" in response["HX-Trigger-After-Settle"]


def test_a_confirmation_is_answered_with_an_empty_offer_that_takes_the_place_of_the_one_before(
    editor_client: Client, made: list[Claim]
) -> None:
    response = post(editor_client, "claim-speaker", made[0].pk, version=1, speaker=made[0].speaker_id)

    assert 'id="chain-offer"' in body(response)
    assert 'type="checkbox"' not in body(response)


def test_taking_the_offer_is_answered_with_the_cards_and_their_versions(
    editor_client: Client, made: list[Claim], right: Speaker
) -> None:
    first, *others = made
    ticked = [f"{claim.pk}-1" for claim in others]

    response = post(editor_client, "claim-chain", first.pk, speaker=right.pk, claim=ticked, key="k")

    assert response["Claim-Versions"] == ",".join(f"{claim.pk}=2" for claim in others)
    assert body(response).lstrip().startswith("<section")
    for claim in others:
        assert f'id="claim-card-{claim.pk}"' in body(response)
    assert set(Claim.objects.filter(pk__in=[c.pk for c in others]).values_list("speaker", "state")) == {
        (right.pk, "corrected")
    }


def test_a_claim_that_changed_meanwhile_is_left_out_and_named(
    editor_client: Client, editor: User, made: list[Claim], right: Speaker
) -> None:
    first, second, third = made
    review.accept_claim(claim=second, by=editor, version=1)

    response = post(
        editor_client,
        "claim-chain",
        first.pk,
        speaker=right.pk,
        claim=[f"{second.pk}-1", f"{third.pk}-1"],
    )

    assert "1 claim left as it was" in response["HX-Trigger-After-Settle"]
    assert Claim.objects.get(pk=second.pk).state == "accepted"


@pytest.mark.parametrize("ticked", [[], ["x"], ["1-2-3"], ["5"]])
def test_an_offer_with_nothing_ticked_or_nonsense_is_refused_and_changes_nothing(
    editor_client: Client, made: list[Claim], right: Speaker, ticked: list[str]
) -> None:
    response = post(editor_client, "claim-chain", made[0].pk, speaker=right.pk, claim=ticked)

    assert (response.status_code, body(response)) == (400, "No claim is ticked: tick those that are theirs.")
    assert not Revision.objects.exists()


def test_an_offer_sent_without_a_script_leads_back_to_the_claim(
    editor_client: Client, made: list[Claim], right: Speaker
) -> None:
    article = Article.objects.get()

    response = editor_client.post(
        url("claim-chain", made[0].pk), {"speaker": right.pk, "claim": [f"{made[1].pk}-1"]}
    )

    assert (response.status_code, response["Location"]) == (
        303,
        f"{article.get_absolute_url()}?claim={made[0].pk}",
    )


def test_a_claim_that_was_left_out_shows_both_states_on_its_card_to_take_either(
    editor_client: Client, made: list[Claim], right: Speaker
) -> None:
    first, second, third = made
    bo = make_user()
    review.reject_claim(claim=second, by=bo, version=1)

    response = post(
        editor_client,
        "claim-chain",
        first.pk,
        speaker=right.pk,
        claim=[f"{second.pk}-1", f"{third.pk}-1"],
    )

    _, _, card = body(response).partition(f'id="claim-card-{second.pk}"')
    assert body(response).count('class="conflict"') == 1
    assert f"<dd>Given to {right.name}</dd>" in card
    assert f'<dd>Rejected, direct, Donald Trump <span class="muted small">by {bo.display_name}' in card
    assert (
        f'action="{url("claim-speaker", second.pk)}" data-step data-claim="{second.pk}" data-answers="mine"'
        in card
    )
    assert f'<input type="hidden" name="speaker" value="{right.pk}">' in card
    assert "Take yours or keep theirs on each card." in response["HX-Trigger-After-Settle"]


def test_a_claim_that_somebody_gave_to_the_same_speaker_meanwhile_is_no_conflict(
    editor_client: Client, made: list[Claim], right: Speaker
) -> None:
    first, second, _ = made
    review.assign_speaker(claim=second, speaker=right, by=make_user(), version=1)

    response = post(editor_client, "claim-chain", first.pk, speaker=right.pk, claim=[f"{second.pk}-1"])

    assert f'id="claim-card-{second.pk}"' in body(response)
    assert 'class="conflict"' not in body(response)
    assert "Take yours" not in response["HX-Trigger-After-Settle"]


def test_a_claim_that_goes_to_somebody_else_while_the_answer_is_made_is_a_conflict_where_the_card_says_so(
    editor_client: Client, made: list[Claim], right: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = made
    bo = make_user()
    review.assign_speaker(claim=second, speaker=right, by=bo, version=1)
    read = ReviewedArticle.cards

    def read_late(reviewed: ReviewedArticle, claim_ids: list[int]) -> list[Card]:
        late = Claim.objects.filter(pk__in=claim_ids, version=2).first()
        if late:
            review.assign_speaker(claim=late, speaker=make_speaker("Bo Ek"), by=bo, version=2)
        return read(reviewed, claim_ids)

    monkeypatch.setattr(ReviewedArticle, "cards", read_late)

    response = post(editor_client, "claim-chain", first.pk, speaker=right.pk, claim=[f"{second.pk}-1"])

    assert "<strong>Bo Ek</strong>" in body(response)
    assert body(response).count('class="conflict"') == 1


def test_without_a_script_what_was_left_out_is_told_on_the_page(
    editor_client: Client, editor: User, made: list[Claim], right: Speaker
) -> None:
    first, second, _ = made
    review.accept_claim(claim=second, by=editor, version=1)

    sent = editor_client.post(
        url("claim-chain", first.pk), {"speaker": right.pk, "claim": [f"{second.pk}-1"]}
    )

    page = body(editor_client.get(sent["Location"]))
    assert "0 claims given to Keir Starmer. 1 claim left as it was" in page
