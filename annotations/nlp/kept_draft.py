"""A draft as plain values that JSON can hold, and back: for one that is applied later than it was made."""

from typing import Any

from annotations.choices import ClaimKind, MentionForm, Region, SpeakerKind
from annotations.nlp.draft import (
    Draft,
    DraftClaim,
    DraftMention,
    DraftParagraph,
    DraftSentence,
    DraftSpeaker,
    Span,
)

Plain = dict[str, Any]


def plain(draft: Draft) -> Plain:
    """Return the draft as dicts, lists, words and numbers; rows are lists, since there are many."""
    return {
        "pipeline": draft.pipeline,
        "paragraphs": [[one.start, one.end, one.region.value] for one in draft.paragraphs],
        "sentences": [[one.start, one.end, one.paragraph] for one in draft.sentences],
        "mentions": [[one.start, one.end, one.form.value, one.speaker] for one in draft.mentions],
        "speakers": [[one.name, one.kind.value, list(one.aliases), one.role] for one in draft.speakers],
        "claims": [
            [
                one.kind.value,
                _pairs(one.content),
                _pairs(one.cue),
                _pairs(one.source),
                one.source_form.value if one.source_form else None,
                one.speaker,
                list(one.candidates),
                one.confidence,
                one.reason,
            ]
            for one in draft.claims
        ],
    }


def from_plain(kept: Plain) -> Draft:
    """Return the draft that `plain` was made of."""
    return Draft(
        pipeline=kept["pipeline"],
        paragraphs=tuple(DraftParagraph(start, end, Region(name)) for start, end, name in kept["paragraphs"]),
        sentences=tuple(DraftSentence(*row) for row in kept["sentences"]),
        mentions=tuple(
            DraftMention(start, end, MentionForm(form), speaker)
            for start, end, form, speaker in kept["mentions"]
        ),
        speakers=tuple(
            DraftSpeaker(name, SpeakerKind(kind), tuple(aliases), role)
            for name, kind, aliases, role in kept["speakers"]
        ),
        claims=tuple(
            DraftClaim(
                kind=ClaimKind(kind),
                content=_spans(content),
                cue=_spans(cue),
                source=_spans(source),
                source_form=MentionForm(form) if form else None,
                speaker=speaker,
                candidates=tuple(candidates),
                confidence=confidence,
                reason=reason,
            )
            for kind, content, cue, source, form, speaker, candidates, confidence, reason in kept["claims"]
        ),
    )


def _pairs(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
