"""The verbs about single speakers: making, editing, and the names they go by."""

import pytest

from annotations.choices import Gender, GenderBasis, SpeakerKind
from annotations.domain import history, speakers
from annotations.domain.speakers import SpeakerDetails, details_of, details_version
from annotations.models import Alias, Revision, Speaker, User
from tests.builders import make_speaker

pytestmark = pytest.mark.django_db

DETAILS = SpeakerDetails(name="Ana Lindqvist", kind=SpeakerKind.PERSON)


def aliases_of(speaker: Speaker) -> list[tuple[str, str]]:
    return [(alias.text, alias.normalised) for alias in speaker.aliases.order_by("pk")]


def edit(speaker: Speaker, editor: User, **changes: object) -> Speaker:
    stored = details_of(speaker)
    fields = {name: getattr(stored, name) for name in SpeakerDetails.__dataclass_fields__}
    details = SpeakerDetails(**(fields | changes))
    return speakers.edit_speaker(speaker=speaker, details=details, seen=details_version(speaker), by=editor)


def test_create_speaker_has_its_name_for_an_alias(editor: User) -> None:
    speaker = speakers.create_speaker(
        name="  Dr  Ana\nLindqvist ", kind=SpeakerKind.PERSON, role="mayor", by=editor
    )

    assert (speaker.name, speaker.kind, speaker.role) == ("Dr Ana Lindqvist", "person", "mayor")
    assert speaker.created_by == editor
    assert aliases_of(speaker) == [("Dr Ana Lindqvist", "ana lindqvist")]


def test_create_speaker_leaves_a_revision(editor: User) -> None:
    speaker = speakers.create_speaker(name="Ana Lindqvist", by=editor)

    revision = Revision.objects.get()
    assert (revision.verb, revision.actor, revision.speaker_id) == ("create speaker", editor, speaker.pk)
    assert revision.before == {f"speaker:{speaker.pk}": None}
    assert revision.after == {f"speaker:{speaker.pk}": history.speaker_state(speaker)}


@pytest.mark.parametrize("name", ["", "  ", "?!", "\u200f", "x" * 301])
def test_create_speaker_refuses_a_name_that_tells_nobody(editor: User, name: str) -> None:
    with pytest.raises(speakers.UnusableName):
        speakers.create_speaker(name=name, by=editor)

    assert Speaker.objects.count() == 0


def test_create_speaker_takes_a_name_that_grows_when_it_is_folded(editor: User) -> None:
    speaker = speakers.create_speaker(name="ﷺ" * 300, by=editor)

    assert [len(normalised) for _, normalised in aliases_of(speaker)] == [300]


def test_edit_speaker_stores_every_detail(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist")
    details = SpeakerDetails(
        name="Ana Maria Lindqvist",
        kind=SpeakerKind.ORGANISATION,
        role="mayor",
        gender=Gender.WOMAN,
        external_id="Q42",
        countable=False,
    )

    speakers.edit_speaker(speaker=speaker, details=details, seen=details_version(speaker), by=editor)

    assert details_of(Speaker.objects.get()) == details


def test_edit_speaker_leaves_both_states_in_a_revision(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist")
    before = history.speaker_state(speaker)

    edited = edit(speaker, editor, role="mayor")

    revision = Revision.objects.get()
    assert (revision.verb, revision.speaker_id) == ("edit speaker", speaker.pk)
    assert revision.before == {f"speaker:{speaker.pk}": before}
    assert revision.after == {f"speaker:{speaker.pk}": before | {"role": "mayor"}}
    assert history.speaker_state(edited) == before | {"role": "mayor"}


def test_edit_speaker_keeps_the_old_name_as_an_alias(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist")

    edit(speaker, editor, name="Ana Berg")

    assert aliases_of(speaker) == [("Ana Lindqvist", "ana lindqvist"), ("Ana Berg", "ana berg")]


def test_edit_speaker_spells_the_alias_as_the_name(editor: User) -> None:
    speaker = make_speaker("ana lindqvist")

    edit(speaker, editor, name="Ana Lindqvist")

    assert aliases_of(speaker) == [("Ana Lindqvist", "ana lindqvist")]


@pytest.mark.parametrize("gender", [Gender.WOMAN, Gender.DECLINED])
def test_edit_speaker_that_states_a_gender_has_the_editor_for_its_basis(editor: User, gender: Gender) -> None:
    edit(make_speaker(), editor, gender=gender)

    stored = Speaker.objects.get()
    assert (stored.gender, stored.gender_basis) == (gender, GenderBasis.EDITOR)


def test_edit_speaker_that_leaves_the_gender_leaves_its_basis(editor: User) -> None:
    speaker = make_speaker(gender=Gender.MAN.value, gender_basis=GenderBasis.IMPORT.value)

    edit(speaker, editor, role="minister")

    stored = Speaker.objects.get()
    assert (stored.gender, stored.gender_basis) == (Gender.MAN, GenderBasis.IMPORT)


def test_edit_speaker_that_takes_the_gender_away_takes_its_basis_too(editor: User) -> None:
    speaker = make_speaker(gender=Gender.MAN.value, gender_basis=GenderBasis.IMPORT.value)

    edit(speaker, editor, gender=Gender.NOT_ASKED)

    stored = Speaker.objects.get()
    assert (stored.gender, stored.gender_basis) == ("", "")


def test_edit_speaker_refuses_a_form_from_before_somebody_elses_change(editor: User) -> None:
    speaker = make_speaker()
    seen = details_version(speaker)
    edit(speaker, editor, role="mayor")

    with pytest.raises(speakers.StaleSpeaker) as stale:
        speakers.edit_speaker(speaker=speaker, details=DETAILS, seen=seen, by=editor)

    assert stale.value.speaker.role == "mayor"
    assert Speaker.objects.get().role == "mayor"


def test_edit_speaker_is_not_stale_after_an_alias_was_added(editor: User) -> None:
    speaker = make_speaker()
    seen = details_version(speaker)
    speakers.add_alias(speaker=speaker, text="The mayor", by=editor)

    speakers.edit_speaker(
        speaker=speaker,
        details=SpeakerDetails(name="Ana Berg", kind=SpeakerKind.PERSON),
        seen=seen,
        by=editor,
    )

    assert Speaker.objects.get().name == "Ana Berg"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Ana Berg"},
        {"kind": SpeakerKind.GROUP},
        {"role": "mayor"},
        {"gender": Gender.DECLINED},
        {"external_id": "Q42"},
        {"countable": False},
    ],
)
def test_details_version_changes_with_each_detail(editor: User, changes: dict[str, object]) -> None:
    speaker = make_speaker()
    seen = details_version(speaker)

    assert details_version(edit(speaker, editor, **changes)) != seen


def test_add_alias_stores_it_under_its_normalised_form(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist")

    alias = speakers.add_alias(speaker=speaker, text=" Mayor  Lindqvist’s", by=editor)

    assert (alias.speaker, alias.text, alias.normalised) == (
        speaker,
        "Mayor Lindqvist’s",
        "mayor lindqvist",
    )
    revision = Revision.objects.get()
    key = f"speaker:{speaker.pk}"
    assert (revision.verb, revision.speaker_id) == ("add alias", speaker.pk)
    assert revision.after[key]["aliases"] == [
        ["Ana Lindqvist", "ana lindqvist"],
        ["Mayor Lindqvist’s", "mayor lindqvist"],
    ]


def test_add_alias_refuses_another_spelling_of_one_that_is_there(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist")

    with pytest.raises(speakers.AliasThere) as there:
        speakers.add_alias(speaker=speaker, text="Mrs ANA LINDQVIST", by=editor)

    assert there.value.alias.text == "Ana Lindqvist"
    assert aliases_of(speaker) == [("Ana Lindqvist", "ana lindqvist")]


def test_add_alias_that_another_speaker_has_is_allowed(editor: User) -> None:
    make_speaker("Peter Lindqvist", aliases=("Lindqvist",))
    speaker = make_speaker("Ana Lindqvist")

    speakers.add_alias(speaker=speaker, text="Lindqvist", by=editor)

    assert Alias.objects.filter(normalised="lindqvist").count() == 2


def test_remove_alias_takes_it_away_and_remembers_it(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist", aliases=("Lindqvist",))
    before = history.speaker_state(speaker)

    speakers.remove_alias(alias=speaker.aliases.get(text="Lindqvist"), by=editor)

    assert aliases_of(speaker) == [("Ana Lindqvist", "ana lindqvist")]
    revision = Revision.objects.get()
    assert (revision.verb, revision.before) == ("remove alias", {f"speaker:{speaker.pk}": before})


def test_remove_alias_refuses_the_speakers_own_name(editor: User) -> None:
    speaker = make_speaker("Ana Lindqvist")

    with pytest.raises(speakers.OwnName):
        speakers.remove_alias(alias=speaker.aliases.get(), by=editor)

    assert aliases_of(speaker) == [("Ana Lindqvist", "ana lindqvist")]


@pytest.mark.parametrize("verb", ["create", "edit", "add", "remove"])
def test_speaker_verb_whose_revision_fails_changes_nothing(
    editor: User, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = make_speaker("Ana Lindqvist", aliases=("Lindqvist",))
    before = history.speaker_state(speaker)

    def fail(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(history, "record", fail)
    verbs = {
        "create": lambda: speakers.create_speaker(name="Tomas Oduya", by=editor),
        "edit": lambda: edit(speaker, editor, name="Ana Berg"),
        "add": lambda: speakers.add_alias(speaker=speaker, text="The mayor", by=editor),
        "remove": lambda: speakers.remove_alias(alias=speaker.aliases.get(text="Lindqvist"), by=editor),
    }
    with pytest.raises(RuntimeError):
        verbs[verb]()

    assert history.speaker_state(Speaker.objects.get()) == before
