"""The language of a text, told from its letters alone."""

import re
from collections import Counter
from functools import cache
from typing import Protocol

_FEWEST_WORDS = 20
# Chinese, Japanese and Thai put no spaces between words; about two of their characters make one.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_CHARACTERS = 20_000
# Long enough for a sure answer, short enough that a quote in another language fills few pieces.
_PIECE = re.compile(r"\S.{0,240}\S*", re.DOTALL)
_LEAST_CONFIDENCE = 0.5
_LEAST_SHARE = 0.5
# Codes of the classifier for spoken forms that newspapers write in the common one.
_COMMON_FORM = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh"}


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of most of `text`, or "" where it is hard to tell.

    Texts of under 20 words are not judged. Pieces of some 240 code points, from the first 20,000, vote with
    their number of words: taken whole, one Cyrillic quote would outweigh an English article, since the
    classifier counts distinct bytes.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    words = _count_words(sample)
    if words < _FEWEST_WORDS:
        return ""
    votes: Counter[str] = Counter()
    for piece in _PIECE.findall(sample):
        code, confidence = _identifier().classify(piece)
        if confidence >= _LEAST_CONFIDENCE:
            votes[_COMMON_FORM.get(code, code)] += _count_words(piece)
    if not votes:
        return ""
    code, weight = votes.most_common(1)[0]
    return code if weight > _LEAST_SHARE * words and len(code) == 2 else ""


def _count_words(text: str) -> int:
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + unspaced // 2


@cache
def _identifier() -> _Identifier:
    # Slow import of a model that is loaded once a process.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
