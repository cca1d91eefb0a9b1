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


class SpanChange(Choice):
    """What selected words do to the spans that a claim has."""

    REPLACE = "replace"
    ADD = "add"
    CUT = "cut"
    JOIN = "join"


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


class FieldType(Choice):
    """What is answered in one of the desk's own fields."""

    TEXT = "text"
    CHOICE = "choice", "One of a list"


class Likeness(Choice):
    """Why two speakers are likely to be one; the first is the surest."""

    SAME_NAME = "same_name", "same name"
    TITLE = "title", "same name but for a title"
    SPELLING = "spelling", "same name but for accents, hyphens or word breaks"
    LEGAL_FORM = "legal_form", "same name but for “Inc” or the like"
    ACRONYM = "acronym", "a name and its first letters"
    SHORT_FORM = "short_form", "same surname and a short form of the forename"
    MIDDLE_NAME = "middle_name", "same name but for a middle name"
    WORD_ORDER = "word_order", "same words in another order"
    SLIP = "slip", "one letter differs"
    SLIPS = "slips", "two letters differ"
    INITIAL = "initial", "same surname and initial"
    SURNAME = "surname", "the surname alone, which nobody else here bears"
    PART = "part", "one name is part of the other"


class ArticleState(Choice):
    """Where an article is on its way from upload to reviewed."""

    QUEUED = "queued"
    ANNOTATING = "annotating", "Being annotated"
    READY = "ready", "Ready for review"
    REVIEWED = "reviewed"
    FAILED = "failed"
    STOPPED = "stopped"


class RunState(Choice):
    """Where one background run on one article is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class ProposalState(Choice):
    """What became of working out, and then applying, what a newer pipeline would change in one article."""

    QUEUED = "queued", "Being worked out"
    READY = "ready", "To decide"
    UNCHANGED = "unchanged", "Nothing would change"
    FAILED = "failed"
    STALE = "stale", "Article changed since"
    APPLIED = "applied"
    UNDONE = "undone"
    KEPT = "kept", "Built on since: stays"
    DISCARDED = "discarded"


# An article has at most one of these.
OPEN_PROPOSALS = (ProposalState.QUEUED, ProposalState.READY)


class Wish(Choice):
    """What the workers are to do with the proposals of many articles."""

    NOTHING = "nothing"
    APPLY = "apply"
    UNDO = "undo"
    DISCARD = "discard"


class UploadState(Choice):
    """What became of one uploaded file, archive member or table row."""

    WAITING = "waiting"
    READING = "reading"
    MAPPING = "mapping", "Columns to confirm"
    UNPACKED = "unpacked"
    READ = "read"
    DUPLICATE = "duplicate", "Already there"
    REFUSED = "refused"
    STOPPED = "stopped"


# Nothing has come of these yet, and a worker will see to it.
UNREAD = (UploadState.WAITING, UploadState.READING)


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


class DeliveryState(Choice):
    """What became of a message to a webhook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed", "Given up"


class TokenScope(Choice):
    """What an API token may do, within its owner's role."""

    READ = "read", "read"
    WRITE = "write", "read and write"


class AuditEvent(Choice):
    """What the audit log tells of."""

    LOGGED_IN = "logged_in"
    LOG_IN_FAILED = "log_in_failed", "Log-in failed"
    LOCKED_OUT = "locked_out", "Log-in refused: locked"
    LOGGED_OUT = "logged_out"
    LOG_IN_ENDED = "log_in_ended", "Log-in ended from elsewhere"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    EXPORTED = "exported"
    TOKEN_MADE = "token_made", "API token made"
    TOKEN_REVOKED = "token_revoked", "API token revoked"
    WEBHOOK_CHANGED = "webhook_changed", "Webhook added or removed"
    INVITED = "invited"
    LINK_MADE = "link_made", "Password link made"
    ROLE_CHANGED = "role_changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    SECOND_FACTOR_ON = "second_factor_on", "Second factor turned on"
    SECOND_FACTOR_OFF = "second_factor_off", "Second factor turned off"
    SECOND_FACTOR_RESET = "second_factor_reset", "Second factor reset"
    RECOVERY_CODES_MADE = "recovery_codes_made", "New recovery codes made"
    RECOVERY_CODE_USED = "recovery_code_used", "Recovery code used"
