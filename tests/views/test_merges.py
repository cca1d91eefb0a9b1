"""The page on which two speakers become one, and the way back."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotations.choices import SpeakerKind
from annotations.domain.duplicates import compare_names
from annotations.domain.merging import merge_speakers
from annotations.domain.speakers import add_alias
from annotations.models import Revision, Speaker, User
from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db


def merge_url(speaker: Speaker) -> str:
    return reverse("annotations:speaker-merge", args=[speaker.pk])


def undo_url(revision: Revision) -> str:
    return reverse("annotations:merge-undo", args=[revision.pk])


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def source(db: None) -> Speaker:
    return make_speaker("A Lindqvist")


@pytest.fixture
def target(db: None) -> Speaker:
    return make_speaker("Ana Lindqvist")


def test_speaker_merge_first_proposes_likely_duplicates(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    make_speaker("Tomas Oduya")
    compare_names()

    response = editor_client.get(merge_url(source))

    assert response.context["found"] == [target]
    assert f'href="{merge_url(source)}?into={target.pk}"' in response.content.decode()


def test_speaker_merge_searches_by_name_and_leaves_itself_out(editor_client: Client, source: Speaker) -> None:
    other = make_speaker("Annika Oduya")

    response = editor_client.get(merge_url(source), {"q": "a"})

    assert response.context["found"] == [other]


def test_speaker_merge_search_without_a_find_says_what_to_do(editor_client: Client, source: Speaker) -> None:
    page = editor_client.get(merge_url(source), {"q": "zzz\0"}).content.decode()

    assert "Nobody else of the desk goes by this name." in page


def test_speaker_merge_shows_what_would_change_and_changes_nothing(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    article = make_article(title="Ferry", published_on=date(2025, 2, 24))
    claim = make_claim(article=article, speaker=source)

    page = editor_client.get(merge_url(source), {"into": target.pk}).content.decode()

    assert "Merge A Lindqvist into Ana Lindqvist?" in page
    assert "1 claim in 1 article will be Ana Lindqvist’s" in page
    assert "will also be known as A Lindqvist" in page
    assert "24 Feb 2025" in page
    assert f'href="{merge_url(target)}?into={source.pk}">The other way round</a>' in page
    claim.refresh_from_db()
    assert (claim.speaker, claim.version) == (source, 1)


def test_speaker_merge_warns_where_the_kinds_differ(editor_client: Client, source: Speaker) -> None:
    board = make_speaker("Harbour Board", kind=SpeakerKind.ORGANISATION.value)

    page = editor_client.get(merge_url(source), {"into": board.pk}).content.decode()

    assert "One is of kind person, the other of kind organisation." in page


def test_speaker_merge_by_post_merges_and_goes_to_the_survivor(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    claim = make_claim(speaker=source)

    response = editor_client.post(merge_url(source), {"into": target.pk})

    assert (response.status_code, response["Location"]) == (303, target.get_absolute_url())
    assert said(response) == [
        "A Lindqvist is merged into Ana Lindqvist; 1 claim moved. You can undo this below."
    ]
    claim.refresh_from_db()
    assert claim.speaker == target
    page = editor_client.get(response["Location"]).content.decode()
    assert f'action="{undo_url(Revision.objects.get())}"' in page


def test_speaker_merge_twice_leads_to_the_survivor(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    for _ in range(2):
        response = editor_client.post(merge_url(source), {"into": target.pk})

    assert response["Location"] == target.get_absolute_url()
    assert Revision.objects.count() == 1


def test_speaker_merge_into_a_merged_one_goes_on_to_its_survivor(
    editor_client: Client, editor: User, source: Speaker, target: Speaker
) -> None:
    old = make_speaker("Mayor Lindqvist")
    merge_speakers(source=old, target=target, by=editor)

    editor_client.post(merge_url(source), {"into": old.pk})

    source.refresh_from_db()
    assert source.merged_into == target


def test_speaker_merge_into_itself_is_refused(editor_client: Client, source: Speaker) -> None:
    page = editor_client.get(merge_url(source), {"into": source.pk}).content.decode()
    assert "can’t be merged into itself" in page

    response = editor_client.post(merge_url(source), {"into": source.pk})

    assert said(response) == ["A speaker can't be merged into itself. Choose another one."]
    assert Revision.objects.count() == 0


@pytest.mark.parametrize("into", ["", "x", "999999"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_speaker_merge_into_nobody_is_refused(
    editor_client: Client, source: Speaker, method: str, into: str
) -> None:
    response = getattr(editor_client, method)(merge_url(source), {"into": into})

    assert response.status_code == 400
    assert Revision.objects.count() == 0


def test_merge_undo_gives_back_and_goes_to_the_source(
    editor_client: Client, editor: User, source: Speaker, target: Speaker
) -> None:
    claim = make_claim(speaker=source)
    revision = merge_speakers(source=source, target=target, by=editor)

    response = editor_client.post(undo_url(revision))

    assert (response.status_code, response["Location"]) == (303, source.get_absolute_url())
    assert said(response) == ["A Lindqvist is a speaker of its own again and has 1 claim back."]
    claim.refresh_from_db()
    assert claim.speaker == source
    assert undo_url(revision) not in editor_client.get(target.get_absolute_url()).content.decode()


def test_merge_undo_twice_says_so(
    editor_client: Client, editor: User, source: Speaker, target: Speaker
) -> None:
    revision = merge_speakers(source=source, target=target, by=editor)
    editor_client.post(undo_url(revision))

    response = editor_client.post(undo_url(revision))

    assert said(response)[-1] == "This merge was taken back already."
    assert response["Location"] == target.get_absolute_url()


def test_merge_undo_of_another_revision_is_404(editor_client: Client, editor: User, source: Speaker) -> None:
    add_alias(speaker=source, text="The mayor", by=editor)

    assert editor_client.post(undo_url(Revision.objects.get())).status_code == 404
    assert source.aliases.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_speaker_merge_query_count(
    editor_client: Client,
    source: Speaker,
    target: Speaker,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        make_claim(speaker=source)

    with django_assert_num_queries(10):
        editor_client.get(merge_url(source), {"into": target.pk})


# ---- several forms of one name ----


def group_url(*speakers: Speaker, **fields: object) -> str:
    asked = urlencode([*(("speaker", speaker.pk) for speaker in speakers), *fields.items()])
    return f"{reverse('annotations:speakers-merge')}?{asked}"


def test_speakers_merge_offers_every_form_of_the_name_and_keeps_the_most_quoted(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    third = make_speaker("Ana M. Lindqvist")
    make_claim(speaker=target)
    compare_names()

    response = editor_client.get(group_url(source, target))

    assert (response.context["target"], set(response.context["sources"])) == (target, {source, third})
    assert "Merge 2 into Ana Lindqvist" in response.content.decode()


def test_speakers_merge_previews_those_that_are_ticked(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    third = make_speaker("Ana M. Lindqvist")
    make_claim(speaker=source, article=make_article(title="Ferry"))
    compare_names()

    response = editor_client.get(group_url(source, target, chosen="yes", into=target.pk))

    assert response.context["sources"] == [source]
    assert set(response.context["group"]) == {source, target, third}
    page = response.content.decode()
    assert "1 claim in 1 article will be Ana Lindqvist’s" in page
    assert "Ferry" in page


def test_speakers_merge_by_post_merges_all_and_goes_back_to_the_list(
    editor_client: Client, source: Speaker, target: Speaker
) -> None:
    third = make_speaker("Ana M. Lindqvist")
    make_claim(speaker=source)
    make_claim(speaker=third)

    response = editor_client.post(
        reverse("annotations:speakers-merge"),
        {"chosen": "yes", "into": target.pk, "speaker": [source.pk, third.pk]},
    )

    assert (response.status_code, response["Location"]) == (303, reverse("annotations:speaker-duplicates"))
    assert target.claims.count() == 2
    assert set(target.merged.all()) == {source, third}
    assert "2 claims moved" in said(response)[0]


def test_speakers_merge_with_one_that_was_merged_meanwhile_leads_back_to_the_list(
    editor_client: Client, editor: User, source: Speaker, target: Speaker
) -> None:
    merge_speakers(source=source, target=target, by=editor)

    response = editor_client.get(group_url(source, target))

    assert response["Location"] == reverse("annotations:speaker-duplicates")
    assert said(response) == ["One of them was merged or deleted meanwhile. Look at the list again."]
