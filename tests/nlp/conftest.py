"""Both engines of the pipeline, loaded once for all tests that need them."""

from collections.abc import Callable

import pytest

from annotations.nlp import pipeline
from tests.nlp.reading import Reading


@pytest.fixture(scope="session", params=list(pipeline.Engine))
def engine(request) -> pipeline.Engine:
    """Each engine in turn."""
    return request.param


@pytest.fixture(scope="session")
def read(engine) -> Callable[..., Reading]:
    """Annotate a text and return the draft in words instead of offsets."""

    def annotate(text: str, **options: object) -> Reading:
        return Reading(text, pipeline.annotate(text, engine=engine, **options))

    return annotate
