"""The page of likely duplicates: what it lists, the two answers to a pair, and their undo."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotations.domain.duplicates import compare_names, keep_apart
from annotations.models import KeptApart, LikelyDuplicate, User
from annotations.queries import duplicates
from tests.builders import make_claim, make_speaker
from tests.views.requests import HTMX

pytestmark = pytest.mark.django_db
PAGE = "annotations:speaker-duplicates"


def test_speaker_duplicates_says_why_and_how_many_claims_each_has(editor_client: Client) -> None:
    one, other = make_speaker("Bob Kestle", role="mayor"), make_speaker("Robert Kestle")
    for _ in range(2):
        make_claim(speaker=one)
    compare_names()

    page = editor_client.get(reverse(PAGE)).content.decode()

    assert "1 likely pair" in page
    assert "Same surname and a short form of the forename" in page
    assert "2 claims" in page
    assert f'href="{reverse("annotations:speakers-merge")}?speaker={one.pk}&amp;speaker={other.pk}"' in page


def test_speaker_duplicates_shows_weak_signs_only_where_asked_for(editor_client: Client) -> None:
    make_speaker("Lindqvist")
    make_speaker("Ana Lindqvist")
    compare_names()

    page = editor_client.get(reverse(PAGE)).content.decode()
    weak = editor_client.get(reverse(PAGE), {"signs": "weak"}).content.decode()

    assert "No likely duplicates" in page
    assert "The surname alone, which nobody else here bears" not in page
    assert "The surname alone, which nobody else here bears" in weak


def test_speaker_duplicates_says_that_names_wait_to_be_compared(editor_client: Client) -> None:
    make_speaker("Bob Kestle")

    assert "1 name waits to be compared" in editor_client.get(reverse(PAGE)).content.decode()


def test_speaker_duplicates_pages_by_key(editor_client: Client) -> None:
    for number in range(21):
        surname = "Kestle" + "abcdefghijklmnopqrstuvwxyz"[number] * 4
        make_speaker(f"Bob {surname}")
        make_speaker(f"Robert {surname}")
    compare_names()

    first = editor_client.get(reverse(PAGE)).context["page"]
    second = editor_client.get(reverse(PAGE), {"page": first.next_cursor}).context["page"]

    assert (len(first.rows), len(second.rows)) == (20, 1)
    assert not {pair.pk for pair in first.rows} & {pair.pk for pair in second.rows}


def test_not_the_same_takes_the_pair_away_and_focuses_the_next(editor_client: Client) -> None:
    for name in ("Bob Kestle", "Robert Kestle", "Ana Oduya", "Ana B. Oduya"):
        make_speaker(name)
    compare_names()
    first, second = LikelyDuplicate.objects.order_by("pk")

    response = editor_client.post(
        reverse("annotations:pair-keep-apart", args=[first.pk]), {"place": "0"}, headers=HTMX
    )

    page = response.content.decode()
    assert f'id="apart-{first.pk}"' not in page
    assert f'id="apart-{second.pk}"' in page
    assert f"apart-{second.pk}" in response["HX-Trigger-After-Settle"]
    assert "are kept apart" in response["HX-Trigger-After-Settle"]
    assert "Bob Kestle is not Robert Kestle" in page


def test_not_the_same_without_script_goes_back_to_the_list(editor_client: Client) -> None:
    make_speaker("Bob Kestle")
    make_speaker("Robert Kestle")
    compare_names()

    response = editor_client.post(
        reverse("annotations:pair-keep-apart", args=[LikelyDuplicate.objects.get().pk]) + "?signs=weak"
    )

    assert (response.status_code, response["Location"]) == (303, f"{reverse(PAGE)}?signs=weak")
    assert KeptApart.objects.count() == 1


def test_kept_apart_undo_brings_the_pair_back(editor_client: Client, editor: User) -> None:
    one, other = make_speaker("Bob Kestle"), make_speaker("Robert Kestle")
    compare_names()
    kept = keep_apart(one=one, other=other, by=editor)

    response = editor_client.post(reverse("annotations:kept-apart-undo", args=[kept.pk]), headers=HTMX)

    assert "1 likely pair" in response.content.decode()
    assert "may be the same again" in response["HX-Trigger-After-Settle"]


@pytest.mark.parametrize("count", [1, 3])
def test_speaker_duplicates_query_count(
    editor_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_speaker(f"Bob Kestle{'abc'[number] * 4}")
        make_speaker(f"Robert Kestle{'abc'[number] * 4}")
    compare_names()

    with django_assert_num_queries(8):
        editor_client.get(reverse(PAGE))


def test_speaker_duplicates_counts_so_far_and_says_so(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "COUNTED_TO", 2)
    for name in ("Kestle", "Oduya", "Berg"):
        make_speaker(f"Bob {name}")
        make_speaker(f"Robert {name}")
    compare_names()

    assert "2+ likely pairs" in editor_client.get(reverse(PAGE)).content.decode()
