"""Articles whose claims people have marked -> what the scorer compares with; a module a format, one registry.

This is the whole public face. No Django: where a format has no texts of its own, the caller gives them.
"""

from annotations.nlp.gold.corpus import GoldCorpus, GoldError, KnownText, TextsOf, left_out, undecided
from annotations.nlp.gold.jsonl import read_predictions
from annotations.nlp.gold.names import with_names
from annotations.nlp.gold.registry import GoldFormat, read_gold

__all__ = [
    "GoldCorpus",
    "GoldError",
    "GoldFormat",
    "KnownText",
    "TextsOf",
    "left_out",
    "read_gold",
    "read_predictions",
    "undecided",
    "with_names",
]
