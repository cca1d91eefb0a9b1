"""The draft annotation of one article: what the pipeline hands to the rest of the product.

Frozen values with half-open offsets in code points of the article's text; indices into the draft's own
tuples where one part refers to another. No spaCy, no Django: anything may read a draft.
"""

from dataclasses import dataclass, field

from annotations.choices import ClaimKind, MentionForm, Region, SpeakerKind


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of the text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class DraftParagraph:
    """One non-empty line of the text, without its line end, and what it is."""

    start: int
    end: int
    region: Region


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of one paragraph; `paragraph` is an index into `Draft.paragraphs`."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class DraftSpeaker:
    """A person, body or document of the article under its fullest name.

    `aliases` are the other forms the article uses. A speaker of kind `unnamed` carries the article's own
    words ("a senior official") as its name.
    """

    name: str
    kind: SpeakerKind
    aliases: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class DraftMention:
    """A place where the text refers to a speaker; `speaker` is an index into `Draft.speakers`."""

    start: int
    end: int
    form: MentionForm
    speaker: int | None = None


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One attributed statement.

    `speaker` and `candidates` are indices into `Draft.speakers`, likeliest first; `speaker` is None where
    the pipeline should not guess. `confidence` runs from 0 to 1. `reason` is one line for the editor.
    """

    kind: ClaimKind
    content: tuple[Span, ...]
    cue: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    source_form: MentionForm | None = None
    speaker: int | None = None
    candidates: tuple[int, ...] = ()
    confidence: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the pipeline found in one article, in text order."""

    pipeline: str
    paragraphs: tuple[DraftParagraph, ...] = ()
    sentences: tuple[DraftSentence, ...] = ()
    mentions: tuple[DraftMention, ...] = ()
    speakers: tuple[DraftSpeaker, ...] = ()
    claims: tuple[DraftClaim, ...] = field(default=())
