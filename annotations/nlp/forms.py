"""What can be told from the words alone: the form of a mention and the kind of a claim."""

import re
from collections.abc import Iterable, Iterator, Sequence

from annotations.choices import ClaimKind, MentionForm
from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.quotations import Quotation, scan, touching
from annotations.nlp.words import Words

_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Prof|Rev)\.?"
_OPENING_TITLE = re.compile(rf"{_TITLE}(?=\s)")


def is_pronoun(text: str) -> bool:
    """Say whether a mention's words are one pronoun ("she", "who"), whatever its capitals."""
    return text.strip().casefold() in words("pronouns")


def mention_form(text: str) -> MentionForm:
    """Return how a mention's words refer: by name, by description or by pronoun.

    A mention is a name where it ends on a capitalised word or opens with a title, or where an apposition
    or relative clause follows such a start ("Ann Lee, a nurse"): what stands before the first comma
    decides. One that opens with an article and has a lower-case word is a description.
    """
    if is_pronoun(text):
        return MentionForm.PRONOUN
    head = re.split(r"[,(]", text.strip(), maxsplit=1)[0]
    parts = re.findall(r"[^\W\d_][\w’'.\-]*", head)
    if not parts:
        return MentionForm.NOMINAL
    if _OPENING_TITLE.match(head):
        return MentionForm.NAME
    opens_with_article = parts[0].casefold() in words("determiners")
    described = any(word[0].islower() and word not in words("name_particles") for word in parts[1:])
    if not parts[-1][0].isupper() or (opens_with_article and (described or len(parts) == 1)):
        return MentionForm.NOMINAL
    return MentionForm.NAME


def claim_kind(text: str, spans: Iterable[Span], quotations: Sequence[Quotation] | None = None) -> ClaimKind:
    """Return the kind of a claim whose content is `spans` of `text`, by its words inside quotation marks.

    Direct where every word lies inside, mixed where some do, indirect where none does. `quotations` are
    the text's own where they are at hand; else only the paragraphs that the spans touch are scanned.
    """
    contents = list(spans)
    if quotations is None:
        quotations = scan(text, sorted({line for span in contents for line in _lines_of(text, span)}))
    words_in = quoted = 0
    for span in contents:
        index = Words(text, *_whole_words(text, span))
        covered = index.covered([(span.start, span.end)])
        words_in += len(covered)
        quoted += len(covered & index.covered([(q.start, q.end) for q in touching(quotations, span)]))
    if not quoted:
        return ClaimKind.INDIRECT
    return ClaimKind.DIRECT if quoted == words_in else ClaimKind.MIXED


def _whole_words(text: str, span: Span) -> tuple[int, int]:
    """Return `span` widened to white space, so that no word is cut in two."""
    start, end = span.start, span.end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _lines_of(text: str, span: Span) -> Iterator[Span]:
    end = text.find("\n", span.end)
    start = text.rfind("\n", 0, span.start) + 1
    for line in text[start : end if end >= 0 else len(text)].split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1
