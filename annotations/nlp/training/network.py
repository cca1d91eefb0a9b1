"""The network: an encoder that reads a window once, and small heads that label its words.

Each claim hangs on one word of its cue. A first head finds those words; a second labels, for every word
found, all words of the window as its content, source and cue, so that claims may nest, share words and
come in pieces. A third labels names. The encoder is BERT (Devlin et al. 2019, arXiv:1810.04805) in the
size of MiniLM-L6 (Wang et al. 2020, arXiv:2002.10957), with two features of its words added to its input.
"""

from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from annotations.nlp.extraction import tags

WIDTH, LAYERS, HEADS, INNER, POSITIONS = 384, 6, 12, 1536, 512
SHAPES, PLACES = 7, 4
LINK_WIDTH = 192
FARTHEST = 64
# A word whose chance to be a cue is smaller is never asked for its content.
LEAST_CHANCE = 0.25
_IMPOSSIBLE = 1e4


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Return attention of many heads over [rows, pieces, width]; `mask` is added to the weights."""
    if torch.onnx.is_in_onnx_export():
        return cast("Tensor", _FusedAttention.apply(query, key, value))

    def split(values: Tensor) -> Tensor:
        return values.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)

    mixed = functional.scaled_dot_product_attention(split(query), split(key), split(value), attn_mask=mask)
    return mixed.transpose(1, 2).flatten(2)


class _FusedAttention(torch.autograd.Function):
    """The runtime's own operator in the shipped file: a third quicker than its parts."""

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any) -> Any:
        found = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=HEADS)
        return found.setType(query.type())

    @staticmethod
    def forward(context: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return torch.zeros_like(query)


class Layer(nn.Module):
    """One transformer layer: attention, then a feed-forward net, each added to its input and normed."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        mixed = attention(self.query(states), self.key(states), self.value(states), mask)
        states = self.attended_norm(states + self.dropout(self.attended(mixed)))
        inner = functional.gelu(self.inner(states))
        return self.outer_norm(states + self.dropout(self.outer(inner)))


class Encoder(nn.Module):
    """Word pieces with their features to one vector a piece."""

    def __init__(self, vocabulary: int, dropout: float) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segment = nn.Parameter(torch.zeros(WIDTH))
        self.shapes, self.places = nn.Embedding(SHAPES, WIDTH), nn.Embedding(PLACES, WIDTH)
        # The features start as nothing, so that training starts from the encoder as it was.
        nn.init.zeros_(self.shapes.weight)
        nn.init.zeros_(self.places.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    def forward(self, pieces: Tensor, shapes: Tensor, places: Tensor) -> Tensor:
        positions = torch.arange(pieces.shape[1], device=pieces.device)
        states = self.words(pieces) + self.positions(positions) + self.segment
        states = self.dropout(self.norm(states + self.shapes(shapes) + self.places(places)))
        # The shipped file reads one window at a time, so that it meets no padding.
        mask = None
        if not torch.onnx.is_in_onnx_export():
            mask = torch.zeros(pieces.shape, dtype=states.dtype).masked_fill(pieces == 0, -1e4)[:, None, None]
        for layer in self.layers:
            states = layer(states, mask)
        return states

    def load_pretrained(self, path: Path) -> None:
        """Take the weights of a BERT encoder from a safetensors file of its usual names."""
        stored = load_file(path)
        own = {
            "words.weight": stored["embeddings.word_embeddings.weight"],
            "positions.weight": stored["embeddings.position_embeddings.weight"],
            "segment": stored["embeddings.token_type_embeddings.weight"][0],
            "norm.weight": stored["embeddings.LayerNorm.weight"],
            "norm.bias": stored["embeddings.LayerNorm.bias"],
        }
        names = {
            "query": "attention.self.query",
            "key": "attention.self.key",
            "value": "attention.self.value",
            "attended": "attention.output.dense",
            "attended_norm": "attention.output.LayerNorm",
            "inner": "intermediate.dense",
            "outer": "output.dense",
            "outer_norm": "output.LayerNorm",
        }
        for index in range(LAYERS):
            for ours, theirs in names.items():
                for part in ("weight", "bias"):
                    own[f"layers.{index}.{ours}.{part}"] = stored[f"encoder.layer.{index}.{theirs}.{part}"]
        self.load_state_dict(own, strict=False)


class Link(nn.Module):
    """Labels of all words of a window as one cue word sees them."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.word, self.cue = nn.Linear(WIDTH, LINK_WIDTH), nn.Linear(WIDTH, LINK_WIDTH)
        self.distance = nn.Embedding(2 * FARTHEST + 1, LINK_WIDTH)
        self.norm = nn.LayerNorm(LINK_WIDTH)
        self.near = nn.ModuleList(
            nn.Conv1d(LINK_WIDTH, LINK_WIDTH, 3, padding=step, dilation=step, groups=LINK_WIDTH)
            for step in (1, 2, 4)
        )
        self.mix = nn.ModuleList(nn.Linear(LINK_WIDTH, LINK_WIDTH) for _ in range(3))
        self.norms = nn.ModuleList(nn.LayerNorm(LINK_WIDTH) for _ in range(3))
        self.labels = nn.Linear(LINK_WIDTH, tags.labels(tags.ROLES))
        # Where the source begins, each word against all others and against there being none.
        self.source, self.nobody = nn.Linear(LINK_WIDTH, 1), nn.Linear(WIDTH, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, words: Tensor, rows: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
        """Label the words around the cue words `at` of the windows `rows`: [cues, words beside, labels].

        `words` is [windows, words, width]. What lies outside a window counts as nothing. The second value
        scores each word as the first of the source and, last, that there is none: [cues, words beside + 1].
        """
        count = words.shape[1]
        beside = torch.arange(-tags.BEFORE, tags.AFTER + 1)
        places = at[:, None] + beside
        within = ((places >= 0) & (places < count)).to(words.dtype)[:, :, None]
        padded = functional.pad(self.word(words), (0, 0, tags.BEFORE, tags.AFTER))
        # Selected by row of one long table: learning through an index of two dimensions is slow.
        where = rows[:, None] * padded.shape[1] + places + tags.BEFORE
        near = padded.flatten(0, 1).index_select(0, where.flatten()).unflatten(0, where.shape)
        distance = self.distance(beside.clamp(-FARTHEST, FARTHEST) + FARTHEST)
        states = near + self.cue(words[rows, at])[:, None] + distance
        states = self.dropout(functional.gelu(self.norm(states)))
        for around, mix, norm in zip(self.near, self.mix, self.norms, strict=True):
            seen = around((states * within).transpose(1, 2)).transpose(1, 2)
            states = norm(states + functional.gelu(mix(seen)))
        begins = self.source(states)[:, :, 0] + (within[:, :, 0] - 1.0) * _IMPOSSIBLE
        return self.labels(states), torch.cat([begins, self.nobody(words[rows, at])], dim=1)


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(self, vocabulary: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(vocabulary, dropout)
        self.cue = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, 1))
        self.link = Link(dropout)
        self.entity = nn.Linear(WIDTH, tags.labels(tags.ENTITIES))
        self.dropout = nn.Dropout(dropout)

    def words(self, pieces: Tensor, shapes: Tensor, places: Tensor, firsts: Tensor) -> Tensor:
        """Return one vector a word, that of its first piece: [windows, words, width]."""
        states = self.dropout(self.encoder(pieces, shapes, places))
        return torch.gather(states, 1, firsts[:, :, None].expand(-1, -1, WIDTH))

    def forward(
        self, pieces: Tensor, shapes: Tensor, places: Tensor, firsts: Tensor, wanted: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return the found cue words [cues, 2] (window, word), their chances, labels, sources, and names.

        Log-probabilities are labels [cues, words beside, labels], sources [cues, words beside + 1] and names
        [windows, words, labels].
        """
        words = self.words(pieces, shapes, places, firsts)
        chances = torch.sigmoid(self.cue(words)[:, :, 0]) * wanted
        found = torch.nonzero(chances > LEAST_CHANCE)
        rows, at = found[:, 0], found[:, 1]
        labels, sources = (functional.log_softmax(part, dim=-1) for part in self.link(words, rows, at))
        names = functional.log_softmax(self.entity(words), dim=-1)
        return found, chances[rows, at], labels, sources, names
