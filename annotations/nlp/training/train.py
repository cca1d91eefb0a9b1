"""Train the extractor on an annotated corpus, choosing the best pass on its dev part.

    python -m annotations.nlp.training.train TRAIN.jsonl DEV.jsonl --encoder DIR --output DIR

Keeps a checkpoint after every pass and goes on from the last one when started again.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from annotations.nlp import scoring
from annotations.nlp.extraction import decoding, encoding
from annotations.nlp.training.examples import Example, cue_weights, examples, learning_batches, read_articles
from annotations.nlp.training.network import Network

# Pieces of one step; word vectors learn slower than the new heads, which know nothing yet.
_STEP = 4096
_ENCODER_RATE, _HEAD_RATE = 1.6e-4, 1e-3
_WARM_UP = 0.06
_LABELS_WEIGHT, _NAMES_WEIGHT = 0.3, 0.1
_LEAST_CHANCE = 0.4


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument(
        "--encoder", type=Path, required=True, help="folder of model.safetensors and vocab.txt"
    )
    parser.add_argument("--names", type=Path, required=True, help="JSON: article id to [start, end, kind]")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--passes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    pieces = (options.encoder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    vocabulary = encoding.Vocabulary(pieces)
    articles = read_articles(options.train)
    weights = cue_weights(articles, vocabulary)
    names = json.loads(options.names.read_text(encoding="utf-8"))
    known = examples(articles, vocabulary, weights, names)
    dev = examples(read_articles(options.dev), vocabulary, weights, names)
    network = Network(len(pieces))
    network.encoder.load_pretrained(options.encoder / "model.safetensors")

    encoder = set(network.encoder.parameters()) - {
        network.encoder.shapes.weight,
        network.encoder.places.weight,
    }
    heads = [p for p in network.parameters() if p not in encoder]
    optimizer = torch.optim.AdamW(
        [{"params": list(encoder), "lr": _ENCODER_RATE}, {"params": heads, "lr": _HEAD_RATE}],
        weight_decay=0.01,
    )
    per_pass = sum(1 for _ in learning_batches(known, vocabulary, random.Random(0), _STEP))
    total = per_pass * options.passes

    def rate(step: int) -> float:
        warm = _WARM_UP * total
        return min(step / warm, max(0.0, (total - step) / (total - warm))) if warm else 1.0

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    start = 0
    checkpoint = options.output / "checkpoint.pt"
    if checkpoint.exists():
        stored = torch.load(checkpoint, weights_only=False)
        network.load_state_dict(stored["network"])
        optimizer.load_state_dict(stored["optimizer"])
        schedule.load_state_dict(stored["schedule"])
        start = stored["passes"]
        rng.setstate(stored["rng"])
        torch.set_rng_state(stored["torch_rng"])
    for number in range(start, options.passes):
        began = time.monotonic()
        losses = np.zeros(3)
        network.train()
        for step, batch in enumerate(learning_batches(known, vocabulary, rng, _STEP)):
            with torch.autocast("cpu", torch.bfloat16):
                parts = _losses(network, batch)
            loss = parts[0] + _LABELS_WEIGHT * parts[1] + _NAMES_WEIGHT * parts[2]
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            if schedule.last_epoch < total:
                schedule.step()
            optimizer.zero_grad()
            losses += [float(part.detach()) for part in parts]
            if step % 20 == 19:
                shown = " ".join(f"{x / (step + 1):.3f}" for x in losses)
                print(
                    f"pass {number + 1} step {step + 1} {shown} {time.monotonic() - began:.0f} s", flush=True
                )
        torch.save(
            {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "passes": number + 1,
                "rng": rng.getstate(),
                "torch_rng": torch.get_rng_state(),
            },
            checkpoint,
        )
        torch.save(network.state_dict(), options.output / f"network-{number + 1}.pt")
        figures = measure(network, dev, vocabulary)
        print(f"pass {number + 1} {time.monotonic() - began:.0f} s", json.dumps(figures), flush=True)


def _losses(network: Network, batch: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the losses of cue words, of labels and of names, each summed over a claim's words."""
    arrays = {name: torch.from_numpy(array) for name, array in batch.inputs.inputs().items()}
    wanted = arrays.pop("wanted").float()
    words = network.words(**arrays)
    claims = max(1, len(batch.at))
    cue = functional.binary_cross_entropy_with_logits(
        network.cue(words)[:, :, 0].float(), torch.from_numpy(batch.cues), weight=wanted, reduction="sum"
    )
    labels = network.link(words, torch.from_numpy(batch.rows), torch.from_numpy(batch.at)).float()
    link = functional.cross_entropy(
        labels.flatten(0, 1), torch.from_numpy(batch.labels).flatten(), ignore_index=-100, reduction="sum"
    )
    entity = functional.cross_entropy(
        network.entity(words).float().flatten(0, 1),
        torch.from_numpy(batch.names).flatten(),
        ignore_index=-100,
        reduction="sum",
    )
    return cue / claims, link / claims, entity / claims


@torch.no_grad()
def answer(network: Network, inputs: encoding.Batch) -> decoding.Answer:
    """Return what the network says of a batch, as the shipped file would."""
    network.eval()
    arrays = {name: torch.from_numpy(array) for name, array in inputs.inputs().items()}
    return decoding.Answer(*(part.numpy() for part in network(**arrays)))


def measure(network: Network, dev: Sequence[Example], vocabulary: encoding.Vocabulary) -> dict[str, float]:
    """Return the scores of the bare extractor on dev by kind, and how its names agree with spaCy's."""
    predicted = []
    right = seen = gold = 0
    for example in dev:
        read = encoding.windows(example.encoded)
        said = answer(network, encoding.batch([(example.encoded, window) for window in read], vocabulary))
        found = decoding.claims(example.encoded, read, said, least=_LEAST_CHANCE)
        predicted.append(
            {
                "id": example.article["id"],
                "claims": [
                    {
                        "content": [[s.start, s.end] for s in c.content],
                        "source": [[s.start, s.end] for s in c.source],
                    }
                    for c in found
                ],
            }
        )
        for row, window in enumerate(read):
            core = slice(window.core_first - window.first, window.core_last - window.first)
            ours = said.names[row].argmax(-1)[core]
            theirs = np.array(example.names[window.core_first : window.core_last])
            right += int(((ours == theirs) & (theirs > 0)).sum())
            seen += int((ours > 0).sum())
            gold += int((theirs > 0).sum())
    result = scoring.score([example.article for example in dev], predicted)
    figures = {"names": round(200 * right / max(1, seen + gold), 1)}
    for name, group in result.by_claim.items():
        for measured in ("exact", "overlap", "attribution"):
            figures[f"{name} {measured}"] = round(100 * getattr(group, measured).f1, 1)
        figures[f"{name} source"] = round(100 * group.source_accuracy, 1)
    return figures


if __name__ == "__main__":
    main()
