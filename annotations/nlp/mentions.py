"""Where a text refers to people and bodies: what the mention finder hands to the speaker resolution."""

from dataclasses import dataclass, field, replace

FEMALE = frozenset({"she", "her", "hers", "herself"})
MALE = frozenset({"he", "him", "his", "himself"})


@dataclass(frozen=True, slots=True)
class NameMention:
    """A proper name, title included, possessive ending not.

    `label` is the entity type ("PERSON", "ORG", ... or empty), `role` the words that say what the bearer
    is ("Treasury Secretary", "the mayor of Hull"). `is_place` says that it stands where places stand
    ("in Leeds"), `is_employer` that people have posts there ("the engineers of Acme").
    """

    start: int
    end: int
    text: str
    label: str = ""
    role: str = ""
    is_subject: bool = False
    is_quoted: bool = False
    is_place: bool = False
    is_employer: bool = False
    is_headline: bool = False


@dataclass(frozen=True, slots=True)
class PronounMention:
    """A pronoun that tells a gender; one that `is_bound` ("her", "herself") can mean its own subject."""

    start: int
    end: int
    gender: str
    is_subject: bool = False
    is_quoted: bool = False
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class ThingMention:
    """The nameless body or document that is a sentence's subject: "the water board", "a report"."""

    start: int
    end: int


@dataclass(slots=True)
class Mentions:
    """All mentions of a text, in order."""

    names: list[NameMention] = field(default_factory=list)
    pronouns: list[PronounMention] = field(default_factory=list)
    things: list[ThingMention] = field(default_factory=list)

    def extend(self, others: "Mentions", offset: int, *, headline: bool = False) -> None:
        """Add the mentions of a part of the text that starts at `offset`."""
        self.names.extend(
            replace(m, start=m.start + offset, end=m.end + offset, is_headline=headline) for m in others.names
        )
        self.pronouns.extend(replace(m, start=m.start + offset, end=m.end + offset) for m in others.pronouns)
        self.things.extend(ThingMention(m.start + offset, m.end + offset) for m in others.things)


def pronoun_gender(word: str) -> str:
    """Return "f" or "m" for a pronoun that tells it, else an empty string."""
    folded = word.casefold()
    if folded in FEMALE:
        return "f"
    return "m" if folded in MALE else ""
