"""The pages of the speakers: list, details, aliases, claims."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotations.choices import ClaimState, FieldType, Gender, GenderBasis, Role, SpeakerKind
from annotations.domain.duplicates import compare_names
from annotations.domain.merging import merge_speakers
from annotations.domain.review import assign_speaker
from annotations.domain.speaker_fields import create_field
from annotations.domain.speakers import SpeakerDetails, details_of, details_version
from annotations.models import Alias, Speaker, SpeakerField, User
from annotations.queries.speaker_fields import answers_of
from tests.builders import make_article, make_claim, make_speaker, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("annotations:speaker-list")
CREATE = reverse("annotations:speaker-create")
HTMX = {"HX-Request": "true"}


def url(name: str, row: Speaker | Alias) -> str:
    return reverse(f"annotations:{name}", args=[row.pk])


def names(response: HttpResponse) -> list[str]:
    return [speaker.name for speaker in response.context["page"].rows]


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def filled(speaker: Speaker, **changes: str) -> dict[str, str]:
    """What the details form of the speaker sends, with these changes."""
    form = {
        "name": speaker.name,
        "kind": speaker.kind,
        "role": speaker.role,
        "gender": speaker.gender,
        "external_id": speaker.external_id,
        "countable": "on",
        "seen": details_version(speaker),
    }
    return form | changes


# ---- The list ----


def test_speaker_list_shows_who_they_are_and_how_much_they_say(editor_client: Client) -> None:
    speaker = make_speaker("Ana Lindqvist", role="mayor")
    article = make_article()
    make_claim(article=article, speaker=speaker)
    make_claim(article=article, speaker=speaker)

    page = editor_client.get(LIST).content.decode()

    assert f'<a href="{url("speaker-detail", speaker)}">Ana Lindqvist</a>' in page
    assert "mayor" in page
    assert 'data-label="Claims">2</td>' in page
    assert 'data-label="Articles">1</td>' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Ana Lindqvist", "Harbour Board", "Tomas Oduya"]),
        ({"q": "mayor"}, ["Ana Lindqvist"]),
        ({"kind": "organisation"}, ["Harbour Board"]),
        ({"sort": "claims"}, ["Tomas Oduya", "Ana Lindqvist", "Harbour Board"]),
        ({"kind": "machine", "sort": "sideways"}, ["Ana Lindqvist", "Harbour Board", "Tomas Oduya"]),
    ],
)
def test_speaker_list_searches_filters_and_sorts(
    editor_client: Client, query: dict[str, str], expected: list[str]
) -> None:
    make_speaker("Ana Lindqvist", aliases=("Mayor Lindqvist",))
    make_speaker("Harbour Board", kind=SpeakerKind.ORGANISATION.value)
    make_claim(speaker=make_speaker("Tomas Oduya"))

    assert names(editor_client.get(LIST, query)) == expected


def test_speaker_list_answers_htmx_with_the_results_alone(editor_client: Client) -> None:
    make_speaker("Ana Lindqvist")

    response = editor_client.get(LIST, {"q": "ana", "kind": ""}, headers=HTMX)

    page = response.content.decode().strip()
    assert page.startswith('<section id="speaker-results"')
    assert response["HX-Push-Url"] == f"{LIST}?q=ana"
    assert "1 speaker found." in response["HX-Trigger-After-Settle"]


def test_speaker_list_in_which_nobody_fits_says_what_to_do(editor_client: Client) -> None:
    make_speaker()

    assert "Nobody of the desk goes by this name." in editor_client.get(LIST, {"q": "zzz"}).content.decode()


def test_speaker_create_makes_one_and_goes_there(editor_client: Client) -> None:
    response = editor_client.post(CREATE, {"name": " Ana  Lindqvist", "kind": "person", "role": "mayor"})

    speaker = Speaker.objects.get()
    assert (speaker.name, speaker.kind, speaker.role) == ("Ana Lindqvist", "person", "mayor")
    assert (response.status_code, response["Location"]) == (303, url("speaker-detail", speaker))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_speaker_create_asks_first_where_the_name_is_known(
    editor_client: Client, headers: dict[str, str]
) -> None:
    known = make_speaker("Ana Lindqvist")
    form = {"name": "Mrs Ana Lindqvist", "kind": "person"}

    asked = editor_client.post(CREATE, form, headers=headers)

    assert asked.status_code == 422
    assert url("speaker-detail", known) in asked.content.decode()
    assert "The desk knows this name already" in asked.content.decode()
    assert Speaker.objects.count() == 1

    editor_client.post(CREATE, form | {"confirmed": "on"})
    assert Speaker.objects.count() == 2


@pytest.mark.parametrize("name", ["", "?!", "x" * 301])
def test_speaker_create_refuses_a_name_that_tells_nobody(editor_client: Client, name: str) -> None:
    response = editor_client.post(CREATE, {"name": name, "kind": "person"})

    assert response.status_code == 422
    assert '<details class="panel" id="speaker-form" open>' in response.content.decode()
    assert Speaker.objects.count() == 0


# ---- One speaker ----


def test_speaker_detail_shows_every_claim_with_its_words_and_the_way_there(editor_client: Client) -> None:
    text = "“We won,” said Ana, “and <b>we</b> knew.”"
    article = make_article(text=text, title="Ferry", outlet="Courier", published_on=date(2025, 2, 24))
    speaker = make_speaker("Ana Lindqvist")
    claim = make_claim(
        article=article,
        speaker=speaker,
        content=((0, text.index(" said")), (text.index("“and"), len(text))),
    )

    page = editor_client.get(url("speaker-detail", speaker)).content.decode()

    seam = '<span class="seam"> […] </span>'
    assert f"“We won,”{seam}“and &lt;b&gt;we&lt;/b&gt; knew.”</blockquote>" in page
    assert "Courier" in page
    assert '<time datetime="2025-02-24">24 Feb 2025</time>' in page
    address = f"{reverse('annotations:review', args=[article.pk])}?claim={claim.pk}"
    assert f'<a href="{address}">See it in the article</a>' in page


def test_speaker_detail_shows_rejected_claims_only_when_asked(editor_client: Client) -> None:
    speaker = make_speaker()
    stands = make_claim(speaker=speaker)
    rejected = make_claim(speaker=speaker, state=ClaimState.REJECTED.value)
    address = url("speaker-detail", speaker)

    response = editor_client.get(address)
    assert response.context["page"].rows == [stands]
    assert "Show 1 rejected" in response.content.decode()

    assert set(editor_client.get(address, {"rejected": "1"}).context["page"].rows) == {stands, rejected}


def test_speaker_detail_of_a_merged_one_leads_to_the_survivor(editor_client: Client, editor: User) -> None:
    source, target = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist")
    merge_speakers(source=source, target=target, by=editor)

    response = editor_client.get(url("speaker-detail", source))

    assert (response.status_code, response["Location"]) == (302, url("speaker-detail", target))
    assert said(response) == ["A Lindqvist was merged into Ana Lindqvist."]


def test_speaker_detail_lists_likely_duplicates_with_the_way_to_merge(editor_client: Client) -> None:
    speaker, other = make_speaker("Ana Lindqvist"), make_speaker("Mayor Ana Lindqvist")
    compare_names()

    page = editor_client.get(url("speaker-detail", speaker)).content.decode()

    merge = reverse("annotations:speakers-merge")
    assert f'href="{merge}?speaker={speaker.pk}&amp;speaker={other.pk}&amp;into={speaker.pk}"' in page
    assert "Same name but for a title" in page


def test_speaker_detail_shows_a_viewer_facts_and_no_forms(client: Client) -> None:
    client.force_login(make_user(role=Role.VIEWER))
    speaker = make_speaker(
        role="mayor",
        gender=Gender.WOMAN.value,
        gender_basis=GenderBasis.IMPORT.value,
        aliases=("The mayor",),
    )

    page = client.get(url("speaker-detail", speaker)).content.decode()

    assert "Woman (as stated by: import)" in page
    assert "The mayor" in page
    assert page.count("<form") == page.count(f'action="{reverse("annotations:log-out")}"')


def test_speaker_detail_of_nobody_is_404(editor_client: Client) -> None:
    assert editor_client.get(reverse("annotations:speaker-detail", args=[999999])).status_code == 404


# ---- Details ----


def test_speaker_edit_stores_every_detail(editor_client: Client) -> None:
    speaker = make_speaker("Ana Lindqvist")
    form = filled(speaker, name="Ana Berg", kind="group", role="mayor", gender="declined", external_id="Q42")
    del form["countable"]

    response = editor_client.post(url("speaker-edit", speaker), form)

    assert (response.status_code, response["Location"]) == (303, url("speaker-detail", speaker))
    assert details_of(Speaker.objects.get()) == SpeakerDetails(
        name="Ana Berg",
        kind=SpeakerKind.GROUP,
        role="mayor",
        gender=Gender.DECLINED,
        external_id="Q42",
        countable=False,
    )


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "?"}, {"kind": "machine"}, {"gender": "guess"}, {"seen": ""}]
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_speaker_edit_refuses_what_makes_no_sense(
    editor_client: Client, changes: dict[str, str], headers: dict[str, str]
) -> None:
    speaker = make_speaker("Ana Lindqvist")
    before = details_of(speaker)

    response = editor_client.post(url("speaker-edit", speaker), filled(speaker, **changes), headers=headers)

    assert response.status_code == 422
    assert ("<h1>" in response.content.decode()) == (not headers)
    assert details_of(Speaker.objects.get()) == before


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_speaker_edit_from_before_anothers_change_gets_409_and_both(
    editor_client: Client, headers: dict[str, str]
) -> None:
    speaker = make_speaker("Ana Lindqvist")
    form = filled(speaker, role="minister")
    Speaker.objects.filter(pk=speaker.pk).update(role="mayor")

    stale = editor_client.post(url("speaker-edit", speaker), form, headers=headers)

    assert stale.status_code == 409
    page = stale.content.decode()
    assert "role mayor" in page
    assert 'value="minister"' in page
    assert Speaker.objects.get().role == "mayor"

    again = form | {"seen": details_version(Speaker.objects.get())}
    assert f'value="{again["seen"]}"' in page
    editor_client.post(url("speaker-edit", speaker), again)
    assert Speaker.objects.get().role == "minister"


def test_speaker_edit_of_a_merged_one_is_404(editor_client: Client, editor: User) -> None:
    source, target = make_speaker("A Lindqvist"), make_speaker("Ana Lindqvist")
    form = filled(source, role="mayor")
    merge_speakers(source=source, target=target, by=editor)

    assert editor_client.post(url("speaker-edit", source), form).status_code == 404
    assert Speaker.objects.get(pk=source.pk).role == ""


# ---- Aliases ----


def test_alias_add_without_script_goes_back_to_the_speaker(editor_client: Client) -> None:
    speaker = make_speaker("Ana Lindqvist")

    response = editor_client.post(url("alias-add", speaker), {"text": "The mayor"})

    assert (response.status_code, response["Location"]) == (303, url("speaker-detail", speaker))
    assert said(response) == ["“The mayor” is added."]
    assert speaker.aliases.filter(text="The mayor", normalised="mayor").count() == 1


def test_alias_add_answers_htmx_with_the_aliases_and_keeps_the_focus(editor_client: Client) -> None:
    speaker = make_speaker("Ana Lindqvist")

    response = editor_client.post(url("alias-add", speaker), {"text": "The mayor"}, headers=HTMX)

    page = response.content.decode().strip()
    assert page.startswith('<section class="panel stack" id="speaker-aliases"')
    assert "The mayor" in page
    events = response["HX-Trigger-After-Settle"]
    assert '"focus-on": {"id": "id_text"}' in events


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ANA LINDQVIST", "“Ana Lindqvist” covers this name already."),
        ("!", "Write a name with at least one letter or digit."),
        ("", "This field is required."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_alias_add_refuses_a_name_and_says_why(
    editor_client: Client, text: str, sentence: str, headers: dict[str, str]
) -> None:
    speaker = make_speaker("Ana Lindqvist")

    response = editor_client.post(url("alias-add", speaker), {"text": text}, headers=headers)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert ("<h1>" in response.content.decode()) == (not headers)
    assert speaker.aliases.count() == 1


def test_alias_remove_takes_it_away_and_moves_the_focus(editor_client: Client) -> None:
    speaker = make_speaker("Ana Lindqvist", aliases=("The mayor",))
    alias = speaker.aliases.get(text="The mayor")

    response = editor_client.post(url("alias-remove", alias), headers=HTMX)

    assert "The mayor" not in response.content.decode()
    assert '"focus-on": {"id": "aliases-heading"}' in response["HX-Trigger-After-Settle"]
    assert speaker.aliases.count() == 1
    assert editor_client.post(url("alias-remove", alias)).status_code == 404


def test_alias_remove_of_the_own_name_says_what_to_do(editor_client: Client) -> None:
    speaker = make_speaker("Ana Lindqvist")

    response = editor_client.post(url("alias-remove", speaker.aliases.get()))

    assert said(response) == ["The speaker's own name stays. Change the name first."]
    assert speaker.aliases.count() == 1


# ---- Cost ----


@pytest.mark.parametrize("count", [1, 3])
def test_speaker_list_query_count(
    editor_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_claim(speaker=make_speaker(f"Ana {number}"))

    with django_assert_num_queries(4):
        editor_client.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_speaker_detail_query_count(
    editor_client: Client, editor: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    speaker = make_speaker("Ana Lindqvist", aliases=tuple(f"Alias {number}" for number in range(count)))
    for number in range(count):
        make_claim(speaker=speaker)
        make_speaker(f"A{number} Lindqvist")
        merge_speakers(source=make_speaker(f"Other {number}"), target=speaker, by=editor)

    with django_assert_num_queries(12):
        editor_client.get(url("speaker-detail", speaker))


def test_speaker_form_asks_the_desks_own_fields_and_keeps_declined_apart(
    editor_client: Client, editor: User
) -> None:
    place = create_field(label="Place", field_type=FieldType.TEXT, by=editor)
    speaker = make_speaker("Ana Lindqvist")
    typed = {
        "name": "Ana Lindqvist",
        "kind": "person",
        "countable": "on",
        "seen": details_version(speaker),
        f"declined_{place.pk}": "on",
    }

    both = editor_client.post(url("speaker-edit", speaker), {**typed, f"field_{place.pk}": "Hull"})
    saved = editor_client.post(url("speaker-edit", speaker), typed)

    assert "not both" in both.content.decode()
    assert (both.status_code, saved.status_code) == (422, 303)
    assert answers_of(speaker) == [("Place", "Declined")]
    page = editor_client.get(url("speaker-history", speaker)).content.decode()
    assert "Place: not asked → declined" in page


def test_speaker_detail_says_who_taught_a_name_and_in_which_article(
    editor_client: Client, editor: User
) -> None:
    known = make_speaker("Volodymyr Zelensky")
    claim = make_claim(
        article=make_article(text="“Tolls stay,” said Volodymyr Zelesnky.", title="Ferry"),
        content=((0, 13),),
        source=((19, 37),),
        speaker=make_speaker("Volodymyr Zelesnky"),
    )

    assign_speaker(claim=claim, speaker=known, by=editor, version=1)

    page = editor_client.get(url("speaker-detail", known)).content.decode()
    assert "“Volodymyr Zelesnky” was taught by a correction of edith" in page
    assert ">Ferry</a>" in page


def test_fields_of_speakers_are_added_changed_and_archived_on_their_page(editor_client: Client) -> None:
    fields = reverse("annotations:speaker-fields")
    editor_client.post(fields, {"label": "Age", "field_type": "choice", "options": "under 30\n30 or older"})
    field = SpeakerField.objects.get()
    changed = {"label": "Age range", "options": "under 30", "position": "3"}
    editor_client.post(reverse("annotations:speaker-field-edit", args=[field.pk]), changed)
    editor_client.post(reverse("annotations:speaker-field-archive", args=[field.pk]), {"archived": "yes"})
    refused = editor_client.post(fields, {"label": "gender", "field_type": "text"})

    field.refresh_from_db()
    assert (field.label, field.options, field.position) == ("Age range", ["under 30"], 3)
    assert field.archived_at is not None
    assert "The export has a column of this name" in refused.content.decode()
