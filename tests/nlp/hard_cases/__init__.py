"""The hard cases of real news: a file a case, with small texts and the claims that a reader finds in them.

A file opens with one line that says what is hard. Each text follows its heading, and a line of dashes parts
it from what is expected:

    === heading
    The text, with its paragraphs.
    ---
    Ann Lee | “We tried,” … “Nothing worked.” | direct
    a nurse / A nurse | that the bridge was safe | indirect
    nothing more
    changed: what the pipeline lacked for this text

A claim is its speaker's name ("-" for none; " / " parts names that are as good), its content and its kind.
" … " parts the pieces of a claim; pieces parted by " // " may as well be claims of their own. Claims without
quoted words that are not listed are no mistake, except under "nothing more". Expectations come from reading,
and are never fitted to what the pipeline answers: where it had to change for a text, "changed" says what.
"""

from dataclasses import dataclass
from pathlib import Path

from annotations.choices import ClaimKind
from annotations.nlp.draft import Draft, DraftClaim, Span
from annotations.nlp.words import Words

FOLDER = Path(__file__).parent
# Indirect and mixed contents have no marks to say where they begin: people differ by a word or two.
_ALIKE = 0.8
_NOBODY = "-"


@dataclass(frozen=True)
class Expected:
    """A claim that a reader finds; `speakers` are the names it may have, None for no speaker."""

    speakers: tuple[str | None, ...]
    pieces: tuple[str, ...]
    kind: ClaimKind
    severable: bool

    def __str__(self) -> str:
        pieces = (" // " if self.severable else " … ").join(self.pieces)
        return f"{' / '.join(name or _NOBODY for name in self.speakers)} | {pieces} | {self.kind}"


@dataclass(frozen=True)
class Entry:
    """A text of a case with what is expected of it."""

    case: str
    heading: str
    text: str
    claims: tuple[Expected, ...]
    complete: bool
    changed: str | None

    def __str__(self) -> str:
        return f"{self.case}: {self.heading}"


def load() -> list[Entry]:
    """Return the entries of every case."""
    return [entry for path in sorted(FOLDER.glob("*.txt")) for entry in parse(path)]


def parse(path: Path) -> list[Entry]:
    """Return the entries of one file."""
    return [_entry(path.stem, part) for part in path.read_text(encoding="utf-8").split("\n=== ")[1:]]


def _entry(case: str, part: str) -> Entry:
    heading, _, rest = part.partition("\n")
    text, _, lines = rest.partition("\n---\n")
    claims: list[Expected] = []
    complete, changed = False, None
    for line in lines.splitlines():
        if line == "nothing more":
            complete = True
        elif line.startswith("changed:"):
            changed = line.removeprefix("changed:").strip()
        elif line:
            claims.append(_claim(line))
    return Entry(case, heading, text, tuple(claims), complete, changed)


def _claim(line: str) -> Expected:
    names, content, kind = line.split(" | ")
    severable = " // " in content
    return Expected(
        speakers=tuple(None if name == _NOBODY else name for name in names.split(" / ")),
        pieces=tuple(content.split(" // " if severable else " … ")),
        kind=ClaimKind(kind),
        severable=severable,
    )


def located(entry: Entry, expected: Expected) -> list[Span]:
    """Return where the pieces stand; each must stand in the text once, and they must follow each other."""
    spans: list[Span] = []
    for piece in expected.pieces:
        if entry.text.count(piece) != 1:
            raise ValueError(f"{entry}: {piece!r} stands {entry.text.count(piece)} times in the text")
        start = entry.text.index(piece)
        if spans and start < spans[-1].end:
            raise ValueError(f"{entry}: {piece!r} stands before the piece that it follows")
        spans.append(Span(start, start + len(piece)))
    return spans


def mistakes(entry: Entry, draft: Draft) -> list[str]:
    """Return what is wrong with the draft of an entry's text, a line a mistake; empty where all is right."""
    index = Words(entry.text)
    words = [index.covered([(span.start, span.end) for span in claim.content]) for claim in draft.claims]
    found: list[str] = []
    used: set[int] = set()
    for expected in entry.claims:
        parts = [index.covered([(span.start, span.end)]) for span in located(entry, expected)]
        fitting = [n for n, own in enumerate(words) if _fits(own, parts, expected)]
        if not expected.severable:
            fitting = fitting[:1]
        got = set().union(*(words[n] for n in fitting))
        if not fitting or (expected.severable and got != set().union(*parts)):
            found.append(f"missing: {expected}")
        used.update(fitting)
        for n in fitting:
            claim = draft.claims[n]
            if claim.kind is not expected.kind:
                found.append(f"{claim.kind}, not {expected.kind}: {expected}")
            if (name := _name(draft, claim)) not in expected.speakers:
                found.append(f"spoken by {name}: {expected}")
    for n, claim in enumerate(draft.claims):
        if n not in used and (entry.complete or claim.kind is not ClaimKind.INDIRECT):
            found.append(f"not expected: {described(entry.text, draft, claim)}")
    return found


def _fits(own: set[int], parts: list[set[int]], expected: Expected) -> bool:
    everything = set().union(*parts)
    if expected.severable:
        return own <= everything and all(part <= own or not part & own for part in parts)
    if expected.kind is ClaimKind.DIRECT:
        return own == everything
    return len(own & everything) >= _ALIKE * len(own | everything)


def _name(draft: Draft, claim: DraftClaim) -> str | None:
    return None if claim.speaker is None else draft.speakers[claim.speaker].name


def described(text: str, draft: Draft, claim: DraftClaim) -> str:
    """Return a draft's claim in the form in which claims are expected, with its cue and source behind it."""
    content, cue, source = (
        " … ".join(span.of(text) for span in spans) for spans in (claim.content, claim.cue, claim.source)
    )
    return f"{_name(draft, claim) or _NOBODY} | {content} | {claim.kind}   (cue: {cue}; source: {source})"
