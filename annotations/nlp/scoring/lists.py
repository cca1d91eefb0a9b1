"""The closed lists of words that are part of the definition of the scores."""

import json
from functools import cache
from pathlib import Path

_RESOURCE = Path(__file__).parent.parent / "resources" / "scoring.json"


@cache
def listed(name: str) -> frozenset[str]:
    """Return the words of the list `name`; raises KeyError where there is none."""
    return frozenset(json.loads(_RESOURCE.read_text(encoding="utf-8"))[name].split())
