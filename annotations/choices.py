"""The enumerations shared by models, pipeline and pages. Imports nothing of ours, and no Django.

Each member's value is what the database, JSON and CSV hold; `label` is what people read.
"""

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """A string enumeration whose members carry a label for people."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        return member

    @classmethod
    def pairs(cls) -> list[tuple[str, str]]:
        """Return (value, label) pairs as Django's `choices` wants them."""
        return [(member.value, member.label) for member in cls]


class Region(Choice):
    """What a paragraph is. Claims live in headline and body only."""

    HEADLINE = "headline"
    BYLINE = "byline"
    BODY = "body"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


CLAIM_REGIONS = frozenset({Region.HEADLINE, Region.BODY})


class ClaimKind(Choice):
    """How much of the content stands between quotation marks: all, part or none of it."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class ClaimState(Choice):
    """What has been decided about a claim."""

    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class ClaimOrigin(Choice):
    """Who found the claim."""

    PIPELINE = "pipeline"
    EDITOR = "editor"
    IMPORT = "import"


class SpanRole(Choice):
    """Which part of a claim a span is."""

    CONTENT = "content"
    CUE = "cue"
    SOURCE = "source"


class MentionForm(Choice):
    """How a mention refers to its speaker."""

    NAME = "name"
    NOMINAL = "nominal", "Description"
    PRONOUN = "pronoun"


class SpeakerKind(Choice):
    """What sort of thing speaks."""

    PERSON = "person"
    ORGANISATION = "organisation"
    GROUP = "group"
    DOCUMENT = "document"
    UNNAMED = "unnamed"


class ArticleState(Choice):
    """Where an article is on its way from upload to reviewed."""

    QUEUED = "queued"
    ANNOTATING = "annotating", "Being annotated"
    READY = "ready", "Ready for review"
    REVIEWED = "reviewed"
    FAILED = "failed"


class RunState(Choice):
    """Where one background run on one article is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class UploadState(Choice):
    """What became of one uploaded file, archive member or table row."""

    WAITING = "waiting"
    READING = "reading"
    MAPPING = "mapping", "Columns to confirm"
    UNPACKED = "unpacked"
    READ = "read"
    DUPLICATE = "duplicate", "Already there"
    REFUSED = "refused"


class Gender(Choice):
    """A speaker's gender, only ever as an editor or a named import stated it."""

    NOT_ASKED = "", "Not asked"
    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary", "Non-binary"
    DECLINED = "declined"


class GenderBasis(Choice):
    """Who said so."""

    NONE = "", "Not asked"
    EDITOR = "editor"
    IMPORT = "import"


class Role(Choice):
    """What a person of the desk may do; each role may do all that the ones before it may."""

    VIEWER = "viewer"
    ANNOTATOR = "annotator"
    EDITOR = "editor"
    ADMIN = "admin"
