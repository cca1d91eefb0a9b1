"""The pipeline, loaded once for all tests that need the model."""

from collections.abc import Callable

import pytest

from tests.nlp.reading import Reading


@pytest.fixture(scope="session")
def read() -> Callable[..., Reading]:
    """Annotate a text and return the draft in words instead of offsets."""
    from annotations.nlp import pipeline

    pipeline.load()

    def annotate(text: str, **options: object) -> Reading:
        return Reading(text, pipeline.annotate(text, **options))

    return annotate
