"""The desk's own fields, and the answers in them: a value, declined and not asked are never mistaken."""

import pytest

from annotations.choices import FieldType, SpeakerKind
from annotations.domain import history, speaker_fields, speakers
from annotations.domain.speakers import Answer, SpeakerDetails
from annotations.models import Revision, SpeakerAttribute, SpeakerField, User
from annotations.queries.speaker_fields import answers_by_speaker, answers_of, fields_in_use
from tests.builders import make_speaker

pytestmark = pytest.mark.django_db


def field(by: User, label: str = "Place", *options: str) -> SpeakerField:
    field_type = FieldType.CHOICE if options else FieldType.TEXT
    return speaker_fields.create_field(label=label, field_type=field_type, options=options, by=by)


def test_value_declined_and_not_asked_are_kept_apart(editor: User) -> None:
    place, language = field(editor), field(editor, "Language")
    age = field(editor, "Age", "under 30", "30 or older")
    speaker = make_speaker("Ana Lindqvist")
    before = history.speaker_state(speaker)
    details = SpeakerDetails(
        name="Ana Lindqvist",
        kind=SpeakerKind.PERSON,
        answers={place.pk: Answer("Hull"), age.pk: Answer(is_declined=True)},
    )

    speakers.edit_speaker(speaker=speaker, details=details, seen=speakers.details_version(speaker), by=editor)

    assert answers_of(speaker) == [("Place", "Hull"), (language.label, "Not asked"), ("Age", "Declined")]
    assert answers_by_speaker([speaker.pk]) == {speaker.pk: {"Place": "Hull", "Age": "declined"}}
    revision = Revision.objects.latest("pk")
    assert revision.before == {f"speaker:{speaker.pk}": before}
    assert revision.after[f"speaker:{speaker.pk}"]["attributes"] == [
        [place.pk, "Hull", False],
        [age.pk, "", True],
    ]


def test_answer_that_somebody_gave_meanwhile_makes_the_form_stale(editor: User) -> None:
    place, speaker = field(editor), make_speaker("Ana Lindqvist")
    seen = speakers.details_version(speaker)
    SpeakerAttribute.objects.create(speaker=speaker, field=place, value="Hull")

    with pytest.raises(speakers.StaleSpeaker):
        speakers.edit_speaker(
            speaker=speaker,
            details=SpeakerDetails(name="Ana Lindqvist", kind=SpeakerKind.PERSON),
            seen=seen,
            by=editor,
        )

    assert answers_of(speaker) == [("Place", "Hull")]


def test_archived_field_is_asked_no_more_and_keeps_its_answers(editor: User) -> None:
    place, speaker = field(editor), make_speaker("Ana Lindqvist")
    SpeakerAttribute.objects.create(speaker=speaker, field=place, value="Hull")
    speaker_fields.archive_field(field=place, is_archived=True, by=editor)
    assert fields_in_use() == []

    details = SpeakerDetails(name="Ana Berg", kind=SpeakerKind.PERSON)
    speakers.edit_speaker(speaker=speaker, details=details, seen=speakers.details_version(speaker), by=editor)
    speaker_fields.archive_field(field=place, is_archived=False, by=editor)

    assert answers_of(speaker) == [("Place", "Hull")]
    assert [row.verb for row in Revision.objects.order_by("pk")] == [
        "create field",
        "archive field",
        "edit speaker",
        "restore field",
    ]


def test_label_in_use_is_refused_in_whatever_case(editor: User) -> None:
    field(editor)

    with pytest.raises(speaker_fields.LabelThere):
        field(editor, "PLACE")


def test_option_that_speakers_have_for_an_answer_stays(editor: User) -> None:
    age = field(editor, "Age", "under 30", "30 or older")
    SpeakerAttribute.objects.create(speaker=make_speaker(), field=age, value="under 30")

    with pytest.raises(speaker_fields.AnswersThere, match="under 30"):
        speaker_fields.edit_field(field=age, label="Age", options=["30 or older"], position=1, by=editor)
    edited = speaker_fields.edit_field(field=age, label="Years", options=["under 30"], position=4, by=editor)

    assert (edited.label, edited.options, edited.position) == ("Years", ["under 30"], 4)
