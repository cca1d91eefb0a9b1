"""Write a trained network as the one file that is shipped: int8 weights, vocabulary and provenance within.

python -m annotations.nlp.training.export NETWORK.pt --encoder DIR --output extractor.onnx
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from annotations.nlp.draft import Span
from annotations.nlp.extraction import encoding
from annotations.nlp.training.network import Network

_OUTPUTS = ("found", "chances", "labels", "sources", "names")
_EXAMPLE = "“We won’t go,” Ann Lee said.\nThe mayor told reporters that he would."


def write(
    network: Network, pieces: list[str], output: Path, *, facts: dict[str, Any], quantised: bool = True
) -> None:
    """Write `network` with its vocabulary `pieces` and `facts` about it to `output`."""
    network.eval()
    vocabulary = encoding.Vocabulary(pieces)
    lines = [Span(0, 28), Span(29, len(_EXAMPLE))]
    encoded = encoding.encode(_EXAMPLE, lines, (), vocabulary)
    inputs = encoding.batch([(encoded, window) for window in encoding.windows(encoded)] * 2, vocabulary)
    arrays = {name: torch.from_numpy(array) for name, array in inputs.inputs().items()}
    pieces_axes = {0: "windows", 1: "pieces"}
    words_axes = {0: "windows", 1: "words"}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            tuple(arrays.values()),
            str(plain),
            input_names=list(arrays),
            output_names=list(_OUTPUTS),
            dynamic_axes={
                "pieces": pieces_axes,
                "shapes": pieces_axes,
                "places": pieces_axes,
                "firsts": words_axes,
                "wanted": words_axes,
                "found": {0: "cues"},
                "chances": {0: "cues"},
                "labels": {0: "cues"},
                "sources": {0: "cues"},
                "names": words_axes,
            },
            opset_version=17,
            dynamo=False,
        )
        if quantised:
            small = Path(folder) / "small.onnx"
            quantize_dynamic(
                plain,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                # Seven bits of the eight: processors without VNNI add up products in 16 bits, which overflow
                # without a word at eight and would make the figures depend on the machine.
                reduce_range=True,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            )
            plain = small
        model = onnx.load(plain)
    for key, value in (("vocabulary", "\n".join(pieces)), ("facts", json.dumps(facts))):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(model, output)
