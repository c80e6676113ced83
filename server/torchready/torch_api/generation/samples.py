"""Small arguments and inputs with which the classes of torch.nn are built and run."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from torchready.torch_api.generation.signatures import constructor

CHANNELS = 4
SPATIAL = {"1d": (16,), "2d": (8, 8), "3d": (8, 8, 8)}

# Required constructor parameter -> a value that fits `inputs_of`.
ARGUMENTS: dict[str, Any] = {
    "cutoffs": [4, 6],
    "d_model": 8,
    "dim": 1,
    "dim_feedforward": 16,
    "downscale_factor": 2,
    "embed_dim": 8,
    "embedding_dim": 4,
    "groups": 2,
    "hidden_size": 4,
    "in1_features": 8,
    "in2_features": 8,
    "in_channels": CHANNELS,
    "in_features": 8,
    "input_size": 8,
    "kernel_size": 2,
    "lower": 0.1,
    "n_classes": 10,
    "nhead": 2,
    "norm_type": 2,
    "normalized_shape": 8,
    "num_channels": CHANNELS,
    "num_classes": 8,
    "num_embeddings": 10,
    "num_features": CHANNELS,
    "num_groups": 2,
    "num_heads": 2,
    "num_layers": 1,
    "out_channels": CHANNELS,
    "out_features": 4,
    "output_size": 4,
    "padding": 1,
    "size": 2,
    "threshold": 0.1,
    "unflattened_size": (2, 2),
    "upscale_factor": 2,
    "value": 0.5,
}


def sample_arguments(module: Any) -> dict[str, Any]:
    """Constructor arguments for a first observation: the required ones, and those that are in fact needed."""
    nn: Any = import_module("torch.nn")
    name = module.__name__
    special: dict[str, dict[str, Any]] = {
        "Fold": {"output_size": (4, 4), "kernel_size": (2, 2)},
        "FractionalMaxPool2d": {"kernel_size": 2, "output_size": 4},
        "FractionalMaxPool3d": {"kernel_size": 2, "output_size": 4},
        "Softmax": {"dim": 1},
        "LogSoftmax": {"dim": 1},
        "Softmin": {"dim": 1},
        "Transformer": {"d_model": 8, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 1},
        "TransformerDecoder": {"decoder_layer": nn.TransformerDecoderLayer(8, 2), "num_layers": 1},
        "TransformerEncoder": {"encoder_layer": nn.TransformerEncoderLayer(8, 2), "num_layers": 1},
        "Upsample": {"scale_factor": 2},
        "UpsamplingBilinear2d": {"scale_factor": 2},
        "UpsamplingNearest2d": {"scale_factor": 2},
    }
    if name in special:
        return special[name]
    required = [arg.name for arg in constructor(module) if arg.default is None and not arg.keyword_only]
    return {parameter: ARGUMENTS[parameter] for parameter in required}


def inputs_of(module: Any) -> tuple[Any, ...]:
    """Inputs for `forward` of a module built with `sample_arguments`; the same on every call."""
    torch: Any = import_module("torch")
    name = module.__name__
    generator = torch.Generator().manual_seed(1)

    def uniform(*shape: int) -> Any:
        return torch.rand(shape, generator=generator)

    def normal(*shape: int) -> Any:
        return torch.randn(shape, generator=generator)

    def integers(high: int, *shape: int) -> Any:
        return torch.randint(0, high, shape, generator=generator)

    if name.startswith("MaxUnpool"):
        pool = getattr(torch.nn, name.replace("Unpool", "Pool"))(2, return_indices=True)
        return pool(normal(2, CHANNELS, *SPATIAL[name[-2:]]))
    special: dict[str, Any] = {
        "AdaptiveLogSoftmaxWithLoss": lambda: (normal(5, 8), integers(10, 5)),
        "BCELoss": lambda: (uniform(5, 8), uniform(5, 8)),
        "BCEWithLogitsLoss": lambda: (normal(5, 8), uniform(5, 8)),
        "Bilinear": lambda: (normal(5, 8), normal(5, 8)),
        "CTCLoss": lambda: (
            normal(12, 2, 6).log_softmax(2),
            integers(5, 2, 4) + 1,
            torch.tensor([12, 12]),
            torch.tensor([4, 4]),
        ),
        "CosineEmbeddingLoss": lambda: (normal(5, 8), normal(5, 8), integers(2, 5) * 2 - 1),
        "CosineSimilarity": lambda: (normal(5, 8), normal(5, 8)),
        "CrossEntropyLoss": lambda: (normal(5, 8), integers(8, 5)),
        "Embedding": lambda: (integers(10, 2, 3),),
        "EmbeddingBag": lambda: (integers(10, 2, 3),),
        "Fold": lambda: (normal(2, 16, 9),),
        "GRUCell": lambda: (normal(5, 8),),
        "GaussianNLLLoss": lambda: (normal(5, 8), normal(5, 8), uniform(5, 8)),
        "HingeEmbeddingLoss": lambda: (normal(5, 8), integers(2, 5, 8) * 2 - 1),
        "KLDivLoss": lambda: (normal(5, 8).log_softmax(1), uniform(5, 8)),
        "LSTMCell": lambda: (normal(5, 8),),
        "LinearCrossEntropyLoss": lambda: (normal(5, 8), integers(8, 5)),
        "MarginRankingLoss": lambda: (normal(5), normal(5), integers(2, 5) * 2 - 1),
        "MultiLabelMarginLoss": lambda: (normal(5, 8), integers(8, 5, 8)),
        "MultiLabelSoftMarginLoss": lambda: (normal(5, 8), uniform(5, 8).round()),
        "MultiMarginLoss": lambda: (normal(5, 8), integers(8, 5)),
        "MultiheadAttention": lambda: (normal(3, 2, 8), normal(3, 2, 8), normal(3, 2, 8)),
        "NLLLoss2d": lambda: (normal(2, 8, 4, 4).log_softmax(1), integers(8, 2, 4, 4)),
        "NLLLoss": lambda: (normal(5, 8).log_softmax(1), integers(8, 5)),
        "PairwiseDistance": lambda: (normal(5, 8), normal(5, 8)),
        "PoissonNLLLoss": lambda: (normal(5, 8), uniform(5, 8)),
        "RNNCell": lambda: (normal(5, 8),),
        "SoftMarginLoss": lambda: (normal(5, 8), integers(2, 5, 8) * 2.0 - 1),
        "Softmax2d": lambda: (normal(2, CHANNELS, 8, 8),),
        "TripletMarginLoss": lambda: (normal(5, 8), normal(5, 8), normal(5, 8)),
        "TripletMarginWithDistanceLoss": lambda: (normal(5, 8), normal(5, 8), normal(5, 8)),
    }
    if name in special:
        return special[name]()
    if name.endswith("Loss"):
        return (normal(5, 8), normal(5, 8))
    if name in {"GRU", "LSTM", "RNN", "RNNBase", "TransformerEncoder", "TransformerEncoderLayer"}:
        return (normal(3, 2, 8),)
    if name in {"Transformer", "TransformerDecoder", "TransformerDecoderLayer"}:
        return (normal(3, 2, 8), normal(3, 2, 8))
    return (normal(2, CHANNELS, *SPATIAL.get(name[-2:], (8, 8))),)
