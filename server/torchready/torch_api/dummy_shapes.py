"""What goes into a layer of torch.nn, and what constructor arguments mostly are, for a first guess at a dummy input.

A guess is written into a configuration for its owner to correct; nothing else rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The size that a number in a layer's constructor takes in its input's shape.
SIZE = "size"
# The side of an image with as many channels as that.
PLANE = "plane"
# The length of a sequence, of a signal, of a side of an image, where a model does not say.
LENGTH = 16


@dataclass(frozen=True, slots=True)
class LayerInput:
    """`shape` has `SIZE` where the argument `size_from` goes, the first one by position."""

    size_from: str
    shape: tuple[int | str, ...]
    dtype: str = "float32"


PLANES: Mapping[int, int] = {1: 28, 3: 224}
OTHER_PLANE = 32

LAYER_INPUTS: Mapping[str, LayerInput] = {
    "torch.nn.Linear": LayerInput("in_features", (1, SIZE)),
    "torch.nn.Conv1d": LayerInput("in_channels", (1, SIZE, 128)),
    "torch.nn.Conv2d": LayerInput("in_channels", (1, SIZE, PLANE, PLANE)),
    "torch.nn.Conv3d": LayerInput("in_channels", (1, SIZE, LENGTH, 32, 32)),
    "torch.nn.ConvTranspose1d": LayerInput("in_channels", (1, SIZE, LENGTH)),
    "torch.nn.ConvTranspose2d": LayerInput("in_channels", (1, SIZE, LENGTH, LENGTH)),
    "torch.nn.ConvTranspose3d": LayerInput("in_channels", (1, SIZE, 8, LENGTH, LENGTH)),
    "torch.nn.BatchNorm1d": LayerInput("num_features", (2, SIZE)),
    "torch.nn.BatchNorm2d": LayerInput("num_features", (1, SIZE, 32, 32)),
    "torch.nn.BatchNorm3d": LayerInput("num_features", (1, SIZE, 8, 32, 32)),
    "torch.nn.GroupNorm": LayerInput("num_channels", (1, SIZE, 32, 32)),
    "torch.nn.LayerNorm": LayerInput("normalized_shape", (1, LENGTH, SIZE)),
    "torch.nn.Embedding": LayerInput("num_embeddings", (1, LENGTH), "int64"),
    "torch.nn.EmbeddingBag": LayerInput("num_embeddings", (1, LENGTH), "int64"),
    "torch.nn.RNN": LayerInput("input_size", (1, LENGTH, SIZE)),
    "torch.nn.LSTM": LayerInput("input_size", (1, LENGTH, SIZE)),
    "torch.nn.GRU": LayerInput("input_size", (1, LENGTH, SIZE)),
    "torch.nn.MultiheadAttention": LayerInput("embed_dim", (1, LENGTH, SIZE)),
    "torch.nn.TransformerEncoderLayer": LayerInput("d_model", (1, LENGTH, SIZE)),
    "torch.nn.TransformerDecoderLayer": LayerInput("d_model", (1, LENGTH, SIZE)),
    "torch.nn.Transformer": LayerInput("d_model", (1, LENGTH, SIZE)),
}
# Where the size is not the first argument.
SIZE_POSITIONS: Mapping[str, int] = {"torch.nn.GroupNorm": 1}

# Words in the names of constructor parameters -> what they mostly are; the first that fits counts.
PARAMETER_WORDS: tuple[tuple[str, int | float], ...] = (
    ("vocab", 1000),
    ("embeddings", 1000),
    ("token", 1000),
    ("class", 10),
    ("label", 10),
    ("out_channel", 8),
    ("channel", 3),
    ("chan", 3),
    ("head", 4),
    ("layer", 2),
    ("depth", 2),
    ("block", 2),
    ("kernel", 3),
    ("group", 1),
    ("stride", 1),
    ("drop", 0.1),
    ("eps", 1e-5),
    ("momentum", 0.1),
    ("hidden", 64),
    ("embed", 64),
    ("d_model", 64),
    ("in_features", LENGTH),
    ("input", LENGTH),
    ("out", 8),
    ("dim", 64),
    ("width", 64),
    ("size", 64),
    ("features", LENGTH),
    ("num_", 2),
)
# What parameters of forward are by their names, when no layer tells more.
TOKEN_WORDS = ("ids", "token", "index", "indices", "src", "tgt", "label")
IMAGE_WORDS = ("image", "img", "pixel", "picture", "frame")
MASK_WORDS = ("mask",)


def plane_of(channels: int) -> int:
    """The side of an image with so many channels."""
    return PLANES.get(channels, OTHER_PLANE)
