"""The language of a text, told from its letters alone."""

import re
from functools import cache
from typing import Protocol

_FEWEST_WORDS = 20
# Chinese, Japanese and Thai put no spaces between words; about two of their characters make one.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_CHARACTERS = 20_000
_LEAST_CONFIDENCE = 0.5


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of most of `text`, or "" where it is hard to tell.

    Texts of under 20 words are not judged. The first 20,000 code points decide, so that a quote in
    another language does not.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    words = len(_WORD.findall(sample)) + len(_UNSPACED.findall(sample)) // 2
    if words < _FEWEST_WORDS:
        return ""
    code, confidence = _identifier().classify(sample)
    return code if confidence >= _LEAST_CONFIDENCE and len(code) == 2 else ""


@cache
def _identifier() -> _Identifier:
    # Slow import of a model that is loaded once a process.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
