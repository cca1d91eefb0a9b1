"""How sure the pipeline is of a claim: that it is one, and that its speaker is right."""

from annotations.nlp.sources import Resolution
from annotations.nlp.triples import Triple

# Share of right speakers by the rule that found them, read on train and dev articles; crude on purpose.
_RIGHT_SPEAKER = {
    "name": 0.97,
    "role": 0.85,
    "description": 0.85,
    "unnamed": 0.9,
    "pronoun": 0.85,
    "close-pronoun": 0.6,
    "topic": 0.5,
    "elimination": 0.5,
}


def confidence(triple: Triple, resolution: Resolution) -> float:
    """Return 0 to 1: the share of such finds that are claims times that of right speakers.

    A claim left without a speaker is judged as a find alone, and halved: somebody must name its speaker.
    """
    speaker = _RIGHT_SPEAKER.get(resolution.basis, 0.5)
    return round(max(0.0, min(1.0, triple.confidence * speaker)), 3)
