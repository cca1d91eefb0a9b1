"""The trained extractor: the shipped file run by onnxruntime over the windows of a text."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from annotations.nlp.draft import Span
from annotations.nlp.extraction import decoding, encoding
from annotations.nlp.quotations import Quotation

# What onnxruntime raises for a file that is cut off or is no model at all.
_UNREADABLE = (InvalidProtobuf, InvalidGraph, Fail, InvalidArgument)


class Extractor:
    """A trained file, loaded."""

    def __init__(self, path: Path) -> None:
        """Load the file at `path`; raises OSError where there is none or it is damaged."""
        if not path.is_file():
            raise FileNotFoundError(path)
        options = onnxruntime.SessionOptions()
        # One worker one core: the desk's machine has other work, and more workers scale better.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Windows differ in size, so that memory kept for the largest would be kept for good.
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except _UNREADABLE as error:
            raise OSError(f"{path.name} is damaged: {error}") from error
        stored = self._session.get_modelmeta().custom_metadata_map
        self.vocabulary = encoding.Vocabulary(stored["vocabulary"].split("\n"))
        self.facts: dict[str, Any] = json.loads(stored["facts"])

    def encode(
        self, text: str, lines: Sequence[Span], quotations: Sequence[Quotation]
    ) -> encoding.EncodedText:
        """Return the words of those `lines` of `text`."""
        return encoding.encode(text, lines, quotations, self.vocabulary)

    def read(self, encoded: encoding.EncodedText) -> Iterator[tuple[list[encoding.Window], decoding.Answer]]:
        """Yield what the network says of every window of a text, in order, one window at a time."""
        for window in encoding.windows(encoded):
            inputs = encoding.batch([(encoded, window)], self.vocabulary)
            values = self._session.run(None, inputs.inputs())
            yield [window], decoding.Answer(*(np.asarray(value) for value in values))
