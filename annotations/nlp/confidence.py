"""How sure the pipeline is of a claim: that it is one, and that its speaker is right."""

from annotations.nlp.sources import Resolution
from annotations.nlp.triples import Triple

# Share of right speakers by the rule that found them, counted on the gold names of dev (docs/contributors).
_RIGHT_SPEAKER = {
    "name": 0.97,
    "joint": 0.85,
    "role": 0.95,
    "named-next": 0.8,
    "description": 0.75,
    "unnamed": 0.82,
    "author": 0.9,
    "readers": 0.8,
    "quoted-self": 0.85,
    "elimination": 0.6,
}
# What the ranker calls a chance is one, but for what it cannot see: names that nobody found.
_RANKED = frozenset({"pronoun", "close-pronoun", "shared-name", "shared-role", "topic", "owned"})
_SEEN, _SEEN_BY_TOPIC = 0.96, 0.9
_OPEN = 0.5


def speaker_chance(resolution: Resolution) -> float:
    """Return 0 to 1: how often the speaker of such a resolution is right."""
    if resolution.entry is None:
        return _OPEN
    if resolution.basis in _RANKED:
        return resolution.chance * (_SEEN_BY_TOPIC if resolution.basis == "topic" else _SEEN)
    return _RIGHT_SPEAKER.get(resolution.basis, _OPEN)


def confidence(triple: Triple, resolution: Resolution) -> float:
    """Return 0 to 1: the share of such finds that are claims times that of right speakers.

    A claim left without a speaker is judged as a find alone, and halved: somebody must name its speaker.
    """
    return round(max(0.0, min(1.0, triple.confidence * speaker_chance(resolution))), 3)
