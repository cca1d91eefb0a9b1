"""spaCy component that finds the claims and names of one article with the trained file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from annotations.nlp.components import layers
from annotations.nlp.draft import Span
from annotations.nlp.extraction import decoding
from annotations.nlp.extraction.apportioning import apportioned
from annotations.nlp.extraction.calibration import chance, is_quoted
from annotations.nlp.extraction.extractor import Extractor
from annotations.nlp.name_repair import NamedSpan
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import Quotation, scan
from annotations.nlp.scoring import score
from annotations.nlp.snapping import snapped
from annotations.nlp.triples import Triple

# A suggestion less likely than this costs more keystrokes than it saves.
LEAST_CHANCE = 0.4
_ACCORDING = re.compile(r"(?:according|per)\b", re.IGNORECASE)


class TrainedExtractor:
    """Finds claims and names; one call reads one Doc, which is a whole article."""

    def __init__(self, path: Path, *, least_chance: float = LEAST_CHANCE) -> None:
        """Load the file at `path`; raises OSError where there is none."""
        self.extractor = Extractor(path)
        self.least_chance = least_chance

    def __call__(self, doc: Doc) -> Doc:
        """Leave triples and names of `doc`, in order; paragraphs and quotations are found where not given."""
        text = doc.text
        lines = doc.user_data.setdefault(layers.PARAGRAPHS, tuple(paragraphs(text)))
        quotations = doc.user_data.setdefault(layers.QUOTATIONS, scan(text, lines))
        claims, names = self.extract(text, lines, quotations)
        doc.user_data[layers.TRIPLES] = tuple(_triple(text, claim, quotations) for claim in claims)
        doc.user_data[layers.NAMES] = tuple(NamedSpan(name.start, name.end, name.kind) for name in names)
        return doc

    def extract(
        self, text: str, lines: Sequence[Span], quotations: Sequence[Quotation]
    ) -> tuple[list[decoding.Extracted], list[decoding.Named]]:
        """Return claims, their edges where a reader would set them, and names of `lines` of `text`."""
        encoded = self.extractor.encode(text, lines, quotations)
        found: list[decoding.Extracted] = []
        names: list[decoding.Named] = []
        for windows, answer in self.extractor.read(encoded):
            found.extend(decoding.claims(encoded, windows, answer, least=self.least_chance))
            names.extend(decoding.names(encoded, windows, answer))
        moved = (replace(claim, content=snapped(text, claim.content, quotations)) for claim in found)
        whole = [claim for claim in moved if claim.content]
        return decoding.without_doubles(apportioned(text, whole, lines)), names

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, float]:
        """Return attribution and content F1 against the triples left on the reference Docs, 0 to 1."""
        gold, predictions = [], []
        for number, example in enumerate(examples):
            name = str(number)
            attributions = [_spans(triple) for triple in layers.triples(example.reference)]
            gold.append({"id": name, "text": example.reference.text, "attributions": attributions})
            claims = [_spans(triple) for triple in layers.triples(example.predicted)]
            predictions.append({"id": name, "claims": claims})
        group = score(gold, predictions).by_claim["all"]
        return {
            "attribution_f": group.attribution.f1,
            "content_exact_f": group.exact.f1,
            "content_overlap_f": group.overlap.f1,
        }


@Language.factory(
    "newsdesk_extractor",
    default_config={"path": "", "least_chance": LEAST_CHANCE},
    default_score_weights={"attribution_f": 1.0, "content_exact_f": 0.0, "content_overlap_f": 0.0},
)
def make_extractor(nlp: Language, name: str, path: str, least_chance: float) -> TrainedExtractor:
    """Make the trained extractor from its file."""
    return TrainedExtractor(Path(path), least_chance=least_chance)


def _triple(text: str, claim: decoding.Extracted, quotations: Sequence[Quotation]) -> Triple:
    cue = claim.cue[0].of(text)
    construction = "according" if _ACCORDING.match(cue) else "name-colon" if cue == ":" else "trained"
    return Triple(
        content=claim.content,
        cue=claim.cue,
        source=claim.source,
        construction=construction,
        lemma=claim.at.of(text).casefold(),
        confidence=chance(claim, quoted=is_quoted(claim.content, quotations)),
    )


def _spans(triple: Triple) -> dict[str, list[list[int]]]:
    return {
        role: [[span.start, span.end] for span in getattr(triple, role)]
        for role in ("content", "cue", "source")
    }
