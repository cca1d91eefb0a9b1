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
_PIECE = re.compile(r"\S.{0,200}\S*", re.DOTALL)
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f]+")
_OTHER_WORD = re.compile("[^\\W\\d_A-Za-z\u00c0-\u024f]+")
_LEAST_CONFIDENCE = 0.5
_LEAST_SHARE = 0.5
# Codes of the classifier for spoken forms that newspapers write in the common one.
_COMMON_FORM = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh"}


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of most of `text`, or "" where it is hard to tell.

    Texts of under 20 words are not judged. Pieces of some 200 code points, from the first 20,000, vote with
    their number of words, and the words of a piece that are in another script than most of it are passed
    over. Taken whole, one Cyrillic quote would outweigh an English article, since the classifier counts
    distinct bytes.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    total = _count_words(sample)
    if total < _FEWEST_WORDS:
        return ""
    votes: Counter[str] = Counter()
    for piece in _PIECE.findall(sample):
        words = _in_main_script(piece)
        code, confidence = _identifier().classify(words)
        if confidence >= _LEAST_CONFIDENCE:
            votes[_COMMON_FORM.get(code, code)] += _count_words(words)
    if not votes:
        return ""
    code, weight = votes.most_common(1)[0]
    return code if weight > _LEAST_SHARE * total and len(code) == 2 else ""


def _in_main_script(piece: str) -> str:
    """Blank the Latin words of a piece that is mostly in another script, or the other way round."""
    latin = sum(map(len, _LATIN_WORD.findall(piece)))
    other = sum(map(len, _OTHER_WORD.findall(piece)))
    return (_OTHER_WORD if latin >= other else _LATIN_WORD).sub(" ", piece)


def _count_words(text: str) -> int:
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + unspaced // 2


@cache
def _identifier() -> _Identifier:
    # Slow import of a model that is loaded once a process.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
