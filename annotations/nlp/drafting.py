"""The last step: triples with their resolutions become the claims, speakers and mentions of a draft."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotations.choices import MentionForm, SpeakerKind
from annotations.nlp.confidence import confidence
from annotations.nlp.directory import Entry
from annotations.nlp.draft import DraftClaim, DraftMention, DraftSpeaker
from annotations.nlp.forms import claim_kind, mention_form
from annotations.nlp.quotations import Quotation
from annotations.nlp.reasons import reason
from annotations.nlp.resolution import Resolver
from annotations.nlp.sources import Resolution
from annotations.nlp.triples import Triple

_MOST_ALIASES = 12


@dataclass(slots=True)
class _Cast:
    """The draft's speakers in the order in which they are first needed."""

    entries: list[Entry] = field(default_factory=list)
    _index: dict[int, int] = field(default_factory=dict)
    _named: dict[tuple[str, SpeakerKind], int] = field(default_factory=dict)

    def add(self, entry: Entry) -> int:
        """Return the index of `entry`, added if new; two nameless entries with the same words are one."""
        if id(entry) not in self._index:
            key = (entry.name.text.casefold().removeprefix("the "), entry.kind)
            if key not in self._named:
                self._named[key] = len(self.entries)
                self.entries.append(entry)
            self._index[id(entry)] = self._named[key]
        return self._index[id(entry)]

    def find(self, entry: Entry) -> int | None:
        """Return the index of `entry` where it has one."""
        return self._index.get(id(entry))


def draft_claims(
    text: str,
    triples: Sequence[Triple],
    quotations: Sequence[Quotation],
    resolver: Resolver,
    starts: Sequence[int],
) -> tuple[tuple[DraftClaim, ...], tuple[DraftSpeaker, ...], tuple[DraftMention, ...]]:
    """Return claims, speakers and mentions; `starts` are the offsets of the paragraphs."""
    cast = _Cast()
    claims: list[DraftClaim] = []
    mentions: dict[tuple[int, int], DraftMention] = {}
    for triple, resolution in zip(triples, resolver.resolve_all(triples), strict=True):
        speaker = None if resolution.entry is None else cast.add(resolution.entry)
        claims.append(_claim(text, triple, quotations, resolution, speaker, cast, starts))
        if triple.source:
            span = triple.source[0]
            form = mention_form(span.of(text))
            mentions[span.start, span.end] = DraftMention(span.start, span.end, form, speaker)
    for entry in resolver.directory.entries:
        if entry.is_person and _is_chip(entry):
            cast.add(entry)
    sources = sorted(mentions)
    for mention in resolver.discourse.mentions.names:
        named = resolver.entry_of(mention)
        index = None if named is None else cast.find(named)
        if index is not None and not _covered(sources, mention.start):
            mentions[mention.start, mention.end] = DraftMention(
                mention.start, mention.end, MentionForm.NAME, index
            )
    speakers = tuple(_speaker(entry) for entry in cast.entries)
    return tuple(claims), speakers, tuple(mentions[key] for key in sorted(mentions))


def _covered(sources: Sequence[tuple[int, int]], offset: int) -> bool:
    before = bisect_right(sources, offset, key=_opening) - 1
    return before >= 0 and offset < sources[before][1]


def _opening(stretch: tuple[int, int]) -> int:
    return stretch[0]


def _claim(
    text: str,
    triple: Triple,
    quotations: Sequence[Quotation],
    resolution: Resolution,
    speaker: int | None,
    cast: _Cast,
    starts: Sequence[int],
) -> DraftClaim:
    candidates = tuple(dict.fromkeys(cast.add(entry) for entry in resolution.candidates))
    if speaker is not None and candidates[:1] != (speaker,):
        candidates = (speaker, *(index for index in candidates if index != speaker))
    return DraftClaim(
        kind=claim_kind(text, triple.content, quotations),
        content=triple.content,
        cue=triple.cue,
        source=triple.source,
        source_form=mention_form(triple.source[0].of(text)) if triple.source else None,
        speaker=speaker,
        candidates=candidates,
        confidence=confidence(triple, resolution),
        reason=reason(text, triple, resolution, starts),
    )


def _is_chip(entry: Entry) -> bool:
    return entry.name.is_full or len(entry.mentions) > 1


def _speaker(entry: Entry) -> DraftSpeaker:
    name = entry.name.text
    others = [alias for alias, _ in entry.aliases.most_common(_MOST_ALIASES) if alias != name]
    return DraftSpeaker(name=name, kind=entry.kind, aliases=tuple(others), role=entry.role)
