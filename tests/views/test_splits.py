"""The page on which a speaker that is two becomes two, and the way back."""

from datetime import date
from functools import partial

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotations.models import Claim, Revision, Speaker
from annotations.queries import splits
from annotations.queries.counting import few_articles_of
from annotations.views import splits as views
from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def speaker(db: None) -> Speaker:
    return make_speaker("Ana Lindqvist", aliases=("A Lindqvist",))


def split_url(speaker: Speaker) -> str:
    return reverse("annotations:speaker-split", args=[speaker.pk])


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_speaker_split_opens_with_names_articles_and_single_claims(
    editor_client: Client, speaker: Speaker
) -> None:
    article = make_article(title="Ferry", published_on=date(2025, 2, 24))
    claims = [make_claim(article=article, speaker=speaker) for _ in range(2)]

    response = editor_client.get(split_url(speaker))

    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="article-{article.pk}"' in page
    assert all(f'id="claim-{claim.pk}"' in page for claim in claims)
    assert f'id="alias-{speaker.aliases.get(text="A Lindqvist").pk}"' in page
    assert f'id="alias-{speaker.aliases.get(text="Ana Lindqvist").pk}"' not in page
    assert "What will change" not in page
    assert "Write a name" not in page, "nobody was asked yet"


def test_speaker_split_of_somebody_quoted_in_many_articles_shows_the_newest(
    editor_client: Client, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splits, "few_articles_of", partial(few_articles_of, most=2))
    monkeypatch.setattr(views, "ARTICLES_SHOWN", 1)
    undated, old, new = (
        make_article(title=title, published_on=day)
        for title, day in (("Undated", None), ("Old", date(2025, 2, 1)), ("New", date(2025, 2, 24)))
    )
    for article in (new, old, undated, old):
        make_claim(article=article, speaker=speaker)

    page = editor_client.get(split_url(speaker)).content.decode()

    assert "The newest 1 of 2+ articles" in page
    assert f'id="article-{new.pk}"' in page
    assert f'id="article-{old.pk}"' not in page
    _, found = splits.articles_quoting(speaker)
    assert [(article, article.claims_of_speaker) for article in found] == [(new, 1), (old, 2), (undated, 1)]


def test_speaker_split_previews_articles_single_claims_and_claims_under_a_name(
    editor_client: Client, speaker: Speaker
) -> None:
    whole, part = make_article(title="Ferry"), make_article(title="Bridge")
    of_article = make_claim(article=whole, speaker=speaker)
    single = make_claim(article=part, speaker=speaker)
    make_claim(article=part, speaker=speaker)
    text = "“So it is,” said A. Lindqvist yesterday."
    named = make_claim(article=make_article(text=text, title="Harbour"), source=((17, 29),), speaker=speaker)
    alias = speaker.aliases.get(text="A Lindqvist")

    response = editor_client.get(
        split_url(speaker),
        {"name": "Anders", "article": whole.pk, "claim": single.pk, "alias": alias.pk, "under": alias.pk},
    )

    assert response.context["preview"].claim_ids == (of_article.pk, single.pk, named.pk)
    page = response.content.decode()
    assert "3 of Ana Lindqvist’s claims will go" in page
    assert "will not be known as A Lindqvist any more" in page
    assert Claim.objects.filter(speaker=speaker).count() == 4


def test_speaker_split_by_post_splits_and_offers_the_undo(editor_client: Client, speaker: Speaker) -> None:
    claim = make_claim(speaker=speaker)
    asked = {"name": "Anders Lindqvist", "claim": claim.pk}
    mark = editor_client.get(split_url(speaker), asked).context["mark"]

    response = editor_client.post(split_url(speaker), {**asked, "seen": mark, "to": ""})

    assert (response.status_code, response["Location"]) == (303, speaker.get_absolute_url())
    other = Speaker.objects.get(name="Anders Lindqvist")
    assert list(other.claims.all()) == [claim]
    revision = Revision.objects.get(verb="split speaker")
    page = editor_client.get(speaker.get_absolute_url()).content.decode()
    undo = reverse("annotations:split-undo", args=[revision.pk])
    assert f'action="{undo}"' in page

    response = editor_client.post(undo)

    assert said(response)[-1] == "Ana Lindqvist has 1 claim back."
    assert list(speaker.claims.all()) == [claim]


def test_speaker_split_offers_the_speaker_of_that_name(editor_client: Client, speaker: Speaker) -> None:
    other = make_speaker("Anders Lindqvist")
    claim = make_claim(speaker=speaker)
    asked = {"name": "Anders Lindqvist", "claim": claim.pk}
    looked = editor_client.get(split_url(speaker), asked)
    assert looked.context["known"] == [other]

    editor_client.post(split_url(speaker), {**asked, "seen": looked.context["mark"], "to": other.pk})

    assert list(other.claims.all()) == [claim]


def test_speaker_split_of_claims_that_changed_since_the_preview_asks_again(
    editor_client: Client, speaker: Speaker
) -> None:
    article = make_article()
    make_claim(article=article, speaker=speaker)
    asked = {"name": "Anders Lindqvist", "article": article.pk}
    mark = editor_client.get(split_url(speaker), asked).context["mark"]
    make_claim(article=article, speaker=speaker)

    response = editor_client.post(split_url(speaker), {**asked, "seen": mark, "to": ""})

    assert response.status_code == 409
    assert "has changed since you looked" in response.content.decode()
    assert speaker.claims.count() == 2


def test_speaker_split_of_nothing_says_what_to_do(editor_client: Client, speaker: Speaker) -> None:
    page = editor_client.get(split_url(speaker), {"name": "Anders"}).content.decode()

    assert "Choose at least one claim or name" in page


@pytest.mark.parametrize("name", ["", "?!"])
def test_speaker_split_without_a_name_asks_for_one(
    editor_client: Client, speaker: Speaker, name: str
) -> None:
    claim = make_claim(speaker=speaker)

    response = editor_client.get(split_url(speaker), {"name": name, "claim": claim.pk})

    assert response.context["preview"] is None
    assert response.context["form"].errors["name"]


def test_speaker_split_leaves_other_peoples_claims_alone(editor_client: Client, speaker: Speaker) -> None:
    foreign = make_claim(speaker=make_speaker("Tomas Oduya"))

    response = editor_client.get(split_url(speaker), {"name": "Anders", "claim": foreign.pk})

    assert response.context["preview"] is None
