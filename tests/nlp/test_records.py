"""A draft as one JSON object."""

import json
from datetime import date

from annotations.choices import ClaimKind, MentionForm, Region, SpeakerKind
from annotations.nlp.draft import Draft, DraftClaim, DraftParagraph, DraftSentence, DraftSpeaker, Span
from annotations.nlp.records import draft_as_record


def test_record_holds_everything_with_offsets_and_survives_json():
    text = "“No 😀,” said Ann Lee."
    draft = Draft(
        pipeline="rules 1",
        paragraphs=(DraftParagraph(0, 21, Region.BODY),),
        sentences=(DraftSentence(0, 21, 0),),
        speakers=(DraftSpeaker("Ann Lee", SpeakerKind.PERSON, ("Lee",), "mayor"),),
        claims=(
            DraftClaim(
                ClaimKind.DIRECT,
                (Span(0, 7),),
                (Span(8, 12),),
                (Span(13, 20),),
                MentionForm.NAME,
                speaker=0,
                confidence=0.9,
            ),
            DraftClaim(ClaimKind.DIRECT, (Span(1, 3),)),
        ),
    )

    record = draft_as_record(
        draft, article_id="vote", source="vote.txt", text=text, title="Vote", published_on=date(2025, 2, 24)
    )

    assert json.loads(json.dumps(record)) == {
        "id": "vote",
        "source": "vote.txt",
        "title": "Vote",
        "published_on": "2025-02-24",
        "text": text,
        "regions": [{"kind": "body", "start": 0, "end": 21}],
        "sentences": [{"start": 0, "end": 21, "paragraph": 0, "region": "body"}],
        "speakers": [{"name": "Ann Lee", "kind": "person", "aliases": ["Lee"]}],
        "claims": [
            {
                "kind": "direct",
                "content": [[0, 7]],
                "cue": [[8, 12]],
                "source": [[13, 20]],
                "speaker": "Ann Lee",
                "confidence": 0.9,
            },
            {
                "kind": "direct",
                "content": [[1, 3]],
                "cue": [],
                "source": [],
                "speaker": None,
                "confidence": 0.0,
            },
        ],
    }


def test_record_without_a_date_says_so():
    assert draft_as_record(Draft("rules 1"), article_id="a", source="a.txt", text="")["published_on"] is None
