"""Fixtures of the readers' tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from annotations.readers import Limits, Refused, SourceDocument, read_document
from tests.readers.builders import save

Read = Callable[..., SourceDocument]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the content as an upload of that name."""

    def read(content: bytes | str, name: str = "upload.txt", limits: Limits | None = None) -> SourceDocument:
        return read_document(save(tmp_path, "spooled", content), name=name, limits=limits or Limits())

    return read


@pytest.fixture
def refusal(read: Read) -> Callable[..., str]:
    """Return the sentence that the content is refused with."""

    def refusal(content: bytes | str, name: str = "upload.txt", limits: Limits | None = None) -> str:
        with pytest.raises(Refused) as refused:
            read(content, name, limits)
        return str(refused.value)

    return refusal
