"""One line that tells the editor why a claim was given to its speaker."""

from bisect import bisect_right
from collections.abc import Sequence

from annotations.nlp.draft import Span
from annotations.nlp.sources import Resolution
from annotations.nlp.triples import Triple

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def reason(text: str, triple: Triple, resolution: Resolution, paragraph_starts: Sequence[int]) -> str:
    """Return why `triple` has its source and why that source is who it is."""
    if not triple.cue:
        return "quotation without a cue"
    found = _why_source(text, triple)
    if not triple.source:
        return found
    words = " ".join(triple.source[0].of(text).split())
    if resolution.entry is None:
        if resolution.candidates:
            names = " or ".join(entry.name.text for entry in resolution.candidates)
            return f"{found}; “{words}” may be {names}"
        return f"{found}; “{words}” could not be settled"
    name = resolution.entry.name.text
    if resolution.basis in ("unnamed", "description", "readers") or words.casefold() == name.casefold():
        return found
    where = _distance(triple.source[0], resolution.anchor, paragraph_starts)
    how = {
        "pronoun": f"named {where}",
        "close-pronoun": f"named {where}, but others fit nearly as well",
        "role": "by the role the article gives",
        "shared-role": "the likeliest of those with that role",
        "shared-name": "the likeliest of those with that name",
        "elimination": "the only one it fits",
        "topic": f"whom the text speaks of {where}",
        "named-next": f"whom the text names {where}",
        "owned": f"whose owner is named {where}",
        "author": "who wrote the article",
        "quoted-self": "whose words these are",
    }.get(resolution.basis, "")
    if resolution.basis == "joint":
        others = " and ".join(entry.name.text for entry in resolution.candidates[1:])
        how = f"together with {others}"
    if how and resolution.grounds:
        how += f" {resolution.grounds}" if resolution.grounds.startswith("(") else f", {resolution.grounds}"
    return f"{found}; “{words}” is {name}, {how}" if how else f"{found}; “{words}” is {name}"


def _why_source(text: str, triple: Triple) -> str:
    cue = " ".join(triple.cue[0].of(text).split())
    construction = triple.construction
    if not triple.source:
        return f"“{cue}” without a source"
    if construction == "according":
        return f"named after “{cue}”"
    if cue == ":" or construction in ("name-colon", "free-colon"):
        return "named before the colon"
    if construction.startswith("owned-noun") or construction.startswith("noun"):
        return f"owner of “{cue}”"
    if construction == "agent":
        return f"named after “{cue} by”"
    return f"subject of “{cue}”"


def _distance(source: Span, anchor: int | None, paragraph_starts: Sequence[int]) -> str:
    if anchor is None:
        return "earlier"
    apart = bisect_right(paragraph_starts, source.start) - bisect_right(paragraph_starts, anchor)
    if apart == 0:
        return "in the same paragraph"
    number = _NUMBERS[abs(apart)] if abs(apart) < len(_NUMBERS) else str(abs(apart))
    noun = "paragraph" if abs(apart) == 1 else "paragraphs"
    return f"{number} {noun} {'before' if apart > 0 else 'later'}"
