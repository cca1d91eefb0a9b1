"""A draft is written as the same rows that the desk exports."""

import hashlib
from datetime import date

from annotations.choices import ClaimKind, MentionForm, Region, SpeakerKind
from annotations.exports.drafts import rows_of_draft
from annotations.nlp.draft import Draft, DraftClaim, DraftParagraph, DraftSentence, DraftSpeaker, Span
from annotations.readers import SourceDocument, SourceFormat
from tests.exports.rows import read_table, written

TEXT = "“We will build it,” said Ana Roth. “By May.”\nShe laughed."
DOCUMENT = SourceDocument(
    text=TEXT,
    source_format=SourceFormat.TEXT,
    title="The bridge",
    outlet="The Post",
    byline="Jo March",
    url="https://example.org/bridge",
    published_on=date(2025, 3, 1),
)
DRAFT = Draft(
    pipeline="test 1",
    paragraphs=(DraftParagraph(0, 44, Region.HEADLINE), DraftParagraph(45, 57, Region.BODY)),
    sentences=(DraftSentence(0, 34, 0), DraftSentence(35, 44, 0), DraftSentence(45, 57, 1)),
    speakers=(DraftSpeaker("Ana Roth", SpeakerKind.PERSON, aliases=("Roth",), role="mayor"),),
    claims=(
        DraftClaim(kind=ClaimKind.INDIRECT, content=(Span(45, 56),), confidence=0.25),
        DraftClaim(
            kind=ClaimKind.DIRECT,
            content=(Span(0, 19), Span(35, 44)),
            cue=(Span(20, 24),),
            source=(Span(25, 33),),
            source_form=MentionForm.NAME,
            speaker=0,
            confidence=0.9,
        ),
    ),
)


def test_draft_is_written_in_text_order_with_empty_ids():
    first, second = read_table(written("csv", rows_of_draft(DRAFT, DOCUMENT)))

    assert first == {
        "set": "",
        "article_id": "",
        "article_title": "The bridge",
        "outlet": "The Post",
        "byline": "Jo March",
        "url": "https://example.org/bridge",
        "published_on": "2025-03-01",
        "claim_id": "",
        "claim_no": "1",
        "paragraph": "1",
        "sentence": "1",
        "region": "headline",
        "kind": "direct",
        "content": "“We will build it,” […] “By May.”",
        "content_spans": "0-19;35-44",
        "cue": "said",
        "cue_spans": "20-24",
        "source": "Ana Roth",
        "source_spans": "25-33",
        "source_form": "name",
        "speaker_id": "",
        "speaker": "Ana Roth",
        "speaker_kind": "person",
        "speaker_role": "mayor",
        "speaker_external_id": "",
        "speaker_gender": "",
        "gender_basis": "",
        "countable": "true",
        "words": "6",
        "state": "suggested",
        "origin": "pipeline",
        "confidence": "0.900",
        "suggested_speaker": "Ana Roth",
        "changed": "false",
        "editor": "",
        "updated_at": "",
        "left_context": "",
        "right_context": " ¶ She laughed.",
        "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "pipeline": "test 1",
    }
    assert (second["claim_no"], second["content"], second["speaker"]) == ("2", "She laughed", "")
    assert (second["sentence"], second["region"], second["source_form"]) == ("3", "body", "none")
