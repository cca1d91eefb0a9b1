"""Train the network on an annotated corpus, with a checkpoint after every pass."""

import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from annotations.nlp import scoring
from annotations.nlp.extraction import decoding, encoding
from annotations.nlp.training.examples import Example, LearningBatch, learning_batches
from annotations.nlp.training.network import Network

# Pieces of one step. Word vectors learn slower than the new heads, which know nothing yet.
_STEP = 4096
_ENCODER_RATE, _HEAD_RATE = 1.6e-4, 1e-3
_WARM_UP = 0.06
_LABELS_WEIGHT, _SOURCES_WEIGHT, _NAMES_WEIGHT = 0.3, 0.5, 0.1
_LARGEST_GRADIENT = 5.0
_DECAY = 0.01
_LEAST_CHANCE = 0.4
_SHOWN = 20
# Without these instructions half precision is two to thirty times slower than whole.
_HALF_IS_QUICK = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


@dataclass(frozen=True, slots=True)
class Pass:
    """One finished pass over the training part: where its network is and its figures on dev, in percent."""

    number: int
    path: Path
    figures: Mapping[str, float]

    @property
    def rank(self) -> float:
        """What passes are chosen by: attribution F1 over all claims of dev."""
        return self.figures["all attribution"]


def train(
    network: Network,
    known: Sequence[Example],
    dev: Sequence[Example],
    vocabulary: encoding.Vocabulary,
    folder: Path,
    *,
    passes: int,
    seed: int,
) -> Iterator[Pass]:
    """Train `network` on the examples `known` and yield every pass, those of an earlier start first.

    Weights, optimizer and both states of chance are kept in `folder` after every pass, so that a training
    that was cut off goes on with the pass after the last whole one.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    optimizer = _optimizer(network)
    total = passes * sum(1 for _ in learning_batches(known, vocabulary, random.Random(0), _STEP))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, total))
    checkpoint = folder / "checkpoint.pt"
    start = 0
    if checkpoint.exists():
        stored = torch.load(checkpoint, weights_only=False)
        network.load_state_dict(stored["network"])
        optimizer.load_state_dict(stored["optimizer"])
        schedule.load_state_dict(stored["schedule"])
        rng.setstate(stored["rng"])
        torch.set_rng_state(stored["torch_rng"])
        start = stored["passes"]
    for number in range(1, start + 1):
        yield _stored(folder, number)
    for number in range(start + 1, passes + 1):
        began = time.monotonic()
        network.train()
        losses = np.zeros(4)
        for step, batch in enumerate(learning_batches(known, vocabulary, rng, _STEP), start=1):
            losses += _learn(network, batch, optimizer)
            if schedule.last_epoch < total:
                schedule.step()
            if step % _SHOWN == 0:
                print(f"pass {number}, step {step}: losses {(losses / step).round(3)}", flush=True)
        figures = measure(network, dev, vocabulary)
        path = folder / f"network-{number}.pt"
        torch.save(network.state_dict(), path)
        path.with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")
        torch.save(
            {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "schedule": schedule.state_dict(),
                "passes": number,
                "rng": rng.getstate(),
                "torch_rng": torch.get_rng_state(),
            },
            checkpoint,
        )
        print(f"pass {number}: {time.monotonic() - began:.0f} s, dev {figures}", flush=True)
        yield _stored(folder, number)


def _stored(folder: Path, number: int) -> Pass:
    path = folder / f"network-{number}.pt"
    return Pass(number, path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))


def _optimizer(network: Network) -> torch.optim.Optimizer:
    features = {network.encoder.shapes.weight, network.encoder.places.weight}
    encoder = [p for p in network.encoder.parameters() if p not in features]
    heads = [p for p in network.parameters() if p not in set(encoder)]
    groups = [{"params": encoder, "lr": _ENCODER_RATE}, {"params": heads, "lr": _HEAD_RATE}]
    return torch.optim.AdamW(groups, weight_decay=_DECAY)


def _rate(step: int, total: int) -> float:
    """Return the share of the full rate: up in a straight line, then down to nothing."""
    warm = _WARM_UP * total
    return min(step / warm, max(0.0, (total - step) / (total - warm)))


def _learn(
    network: Network, batch: LearningBatch, optimizer: torch.optim.Optimizer
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Make one step and return its losses for one claim: cue words, labels, sources, names."""
    with torch.autocast("cpu", torch.bfloat16, enabled=_HALF_IS_QUICK):
        parts = _losses(network, batch)
    weights = (1.0, _LABELS_WEIGHT, _SOURCES_WEIGHT, _NAMES_WEIGHT)
    torch.stack([weight * part for weight, part in zip(weights, parts, strict=True)]).sum().backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), _LARGEST_GRADIENT)
    optimizer.step()
    optimizer.zero_grad()
    return np.array([float(part.detach()) for part in parts])


def _losses(network: Network, batch: LearningBatch) -> tuple[torch.Tensor, ...]:
    arrays = {name: torch.from_numpy(array) for name, array in batch.inputs.inputs().items()}
    wanted = arrays.pop("wanted").float()
    words = network.words(**arrays)
    claims = max(1, len(batch.at))
    cue = functional.binary_cross_entropy_with_logits(
        network.cue(words)[:, :, 0].float(), torch.from_numpy(batch.cues), weight=wanted, reduction="sum"
    )
    labels, sources = network.link(words, torch.from_numpy(batch.rows), torch.from_numpy(batch.at))
    return (
        cue / claims,
        _loss(labels.flatten(0, 1), batch.labels) / claims,
        _loss(sources, batch.sources) / claims,
        _loss(network.entity(words).flatten(0, 1), batch.names) / claims,
    )


def _loss(scores: torch.Tensor, gold: np.ndarray[Any, np.dtype[np.int64]]) -> torch.Tensor:
    return functional.cross_entropy(scores.float(), torch.from_numpy(gold).flatten(), reduction="sum")


@torch.no_grad()
def answer(network: Network, inputs: encoding.Batch) -> decoding.Answer:
    """Return what the network says of a batch, as the shipped file would."""
    network.eval()
    arrays = {name: torch.from_numpy(array) for name, array in inputs.inputs().items()}
    return decoding.Answer(*(part.numpy() for part in network(**arrays)))


def measure(network: Network, dev: Sequence[Example], vocabulary: encoding.Vocabulary) -> dict[str, float]:
    """Return the F1 of the bare network on dev by kind and measure, in percent: nothing is made whole."""
    predicted = []
    for example in dev:
        found: list[decoding.Extracted] = []
        for window in encoding.windows(example.encoded):
            said = answer(network, encoding.batch([(example.encoded, window)], vocabulary))
            found.extend(decoding.claims(example.encoded, [window], said, least=_LEAST_CHANCE))
        claims = [
            {"content": [[s.start, s.end] for s in c.content], "source": [[s.start, s.end] for s in c.source]}
            for c in decoding.without_doubles(found)
        ]
        predicted.append({"id": example.article["id"], "claims": claims})
    figures = {}
    for name, group in scoring.score([example.article for example in dev], predicted).by_claim.items():
        for measured in ("exact", "overlap", "attribution"):
            figures[f"{name} {measured}"] = round(100 * getattr(group, measured).f1, 1)
    return figures
