"""Arguments with which an operation that has a translation to ONNX fails or computes something else.

Every entry was found by experiment and carries its evidence: a call that fails and one that passes, which a test
runs through the exporter each time. Arguments count as in the function, so that a method's receiver is the first.
"""

from __future__ import annotations

from functools import cache

from torchready.torch_api.modules import canonical_name
from torchready.torch_api.onnx import Exporter, Target
from torchready.torch_api.onnx_limit import ABSENT, UNKNOWN, Condition, Evidence, Limit

TORCHSCRIPT: tuple[Exporter, ...] = ("torchscript",)
DYNAMO: tuple[Exporter, ...] = ("dynamo",)
BOTH: tuple[Exporter, ...] = ("dynamo", "torchscript")
NEEDS_SINGULAR_VALUES = "of a matrix with this `ord` needs singular values, which ONNX does not have"
ANOTHER_ORDER = "use another `ord`, such as the default"

LIMITS: tuple[Limit, ...] = (
    Limit(
        ("torch.nn.functional.interpolate",),
        (Condition("antialias", 6, (True,)),),
        TORCHSCRIPT,
        "with `antialias=True` has no translation",
        "leave `antialias` out, or export it with `dynamo=True`, which translates it",
        Evidence(
            ("image",),
            "F.interpolate(image, size=4, mode='bilinear', antialias=True)",
            "F.interpolate(image, size=4, mode='bilinear')",
        ),
    ),
    Limit(
        ("torch.nn.functional.interpolate",),
        (Condition("mode", 3, ("nearest-exact",)),),
        TORCHSCRIPT,
        "with `mode='nearest-exact'` has no translation",
        "use `mode='nearest'` if the half pixel does not matter, or export it with `dynamo=True`",
        Evidence(
            ("image",),
            "F.interpolate(image, size=4, mode='nearest-exact')",
            "F.interpolate(image, size=4, mode='nearest')",
        ),
    ),
    Limit(
        ("torch.nn.Upsample",),
        (Condition("mode", 2, ("nearest-exact",)),),
        TORCHSCRIPT,
        "with `mode='nearest-exact'` has no translation",
        "use `mode='nearest'` if the half pixel does not matter, or export it with `dynamo=True`",
        Evidence(
            ("image",),
            "layer(image)",
            "layer(image)",
            "nn.Upsample(scale_factor=2, mode='nearest-exact')",
            "nn.Upsample(scale_factor=2, mode='nearest')",
        ),
    ),
    Limit(
        ("torch.nn.AvgPool2d", "torch.nn.AvgPool3d"),
        (Condition("divisor_override", 5, (None,), negated=True, otherwise=None),),
        BOTH,
        "drops `divisor_override` without a word, so that the exported model divides by the window's size",
        "multiply the result by the quotient of the two numbers",
        Evidence(
            ("image",),
            "layer(image)",
            "layer(image)",
            "nn.AvgPool2d(2, divisor_override=3)",
            "nn.AvgPool2d(2)",
        ),
    ),
    Limit(
        ("torch.nn.functional.avg_pool2d", "torch.nn.functional.avg_pool3d"),
        (Condition("divisor_override", 6, (None,), negated=True, otherwise=None),),
        BOTH,
        "drops `divisor_override` without a word, so that the exported model divides by the window's size",
        "multiply the result by the quotient of the two numbers",
        Evidence(("image",), "F.avg_pool2d(image, 2, divisor_override=3)", "F.avg_pool2d(image, 2)"),
    ),
    Limit(
        ("torch.sort", "torch.argsort", "torch.Tensor.sort", "torch.Tensor.argsort"),
        (Condition("stable", None, (ABSENT,), negated=True),),
        BOTH,
        "with `stable`, whatever its value, is refused",
        "leave `stable` out",
        Evidence(("x",), "torch.sort(x, dim=-1, stable=True)", "torch.sort(x, dim=-1)"),
    ),
    Limit(
        ("torch.nn.EmbeddingBag",),
        (Condition("padding_idx", 9, (None,), negated=True, otherwise=None),),
        TORCHSCRIPT,
        "with `padding_idx` is refused",
        "mask the padding with `per_sample_weights`, or export it with `dynamo=True`",
        Evidence(
            ("index",),
            "layer(index[None])",
            "layer(index[None])",
            "nn.EmbeddingBag(5, 4, padding_idx=1)",
            "nn.EmbeddingBag(5, 4)",
        ),
    ),
    Limit(
        ("torch.linalg.norm", "torch.linalg.matrix_norm"),
        (Condition("ord", 1, ("nuc",)),),
        BOTH,
        NEEDS_SINGULAR_VALUES,
        ANOTHER_ORDER,
        Evidence(("x",), "torch.linalg.norm(x, 'nuc')", "torch.linalg.norm(x)"),
    ),
    Limit(
        ("torch.linalg.matrix_norm",),
        (Condition("ord", 1, (2, -2)),),
        BOTH,
        NEEDS_SINGULAR_VALUES,
        ANOTHER_ORDER,
        Evidence(("x",), "torch.linalg.matrix_norm(x, 2)", "torch.linalg.matrix_norm(x)"),
    ),
    Limit(
        ("torch.linalg.norm",),
        # Over one dimension it is the norm of vectors; without `dim`, the input decides.
        (Condition("ord", 1, (2, -2)), Condition("dim", 2, ((0, 1), (1, 2), (2, 3), (-2, -1)))),
        BOTH,
        NEEDS_SINGULAR_VALUES,
        ANOTHER_ORDER,
        Evidence(("x",), "torch.linalg.norm(x, 2, (-2, -1))", "torch.linalg.norm(x, 2, -1)"),
    ),
    Limit(
        ("torch.cdist",),
        (Condition("p", 2, (2, 2.0, float("inf")), negated=True, otherwise=2.0),),
        BOTH,
        "with another `p` than 2 is refused, or becomes a model that returns other numbers",
        "write it as `(x.unsqueeze(-2) - y.unsqueeze(-3)).abs()` with its sum",
        Evidence(("x",), "torch.cdist(x, x + 1, p=1.0)", "torch.cdist(x.repeat(8, 1), x.repeat(8, 1) + 1)"),
    ),
    Limit(
        ("torch.nn.PairwiseDistance",),
        (Condition("p", 0, (1, 1.0, 3, 3.0)),),
        TORCHSCRIPT,
        "with an odd `p` loses the absolute value, so that the exported model returns other numbers",
        "write it as `(x - y).abs()` with its sum, or export it with `dynamo=True`",
        Evidence(
            ("x",),
            "layer(x, x + 1)",
            "layer(x, x + 1)",
            "nn.PairwiseDistance(p=1)",
            "nn.PairwiseDistance(p=2)",
        ),
    ),
    Limit(
        ("torch.nn.LSTM",),
        (Condition("proj_size", None, (0,), negated=True, otherwise=0),),
        BOTH,
        "with projections (`proj_size`) is refused, or becomes a model that no runtime runs",
        "project its result with an `nn.Linear`, which is another model to train",
        Evidence(
            ("line",),
            "layer(line)[0]",
            "layer(line)[0]",
            "nn.LSTM(4, 6, proj_size=3)",
            "nn.LSTM(4, 6)",
        ),
    ),
    Limit(
        ("torch.scatter_reduce", "torch.Tensor.scatter_reduce", "torch.Tensor.scatter_reduce_"),
        (Condition("reduce", 4, ("mean",)),),
        BOTH,
        "with `reduce='mean'` is refused, or becomes a sum without a word: ONNX has no such reduction",
        "divide a sum by the counts",
        Evidence(
            ("x", "index"),
            "x.scatter_reduce(0, index[None], x[:1], 'mean')",
            "x.scatter_reduce(0, index[None], x[:1], 'sum')",
        ),
    ),
    Limit(
        ("torch.scatter_reduce", "torch.Tensor.scatter_reduce", "torch.Tensor.scatter_reduce_"),
        (Condition("include_self", None, (False,)),),
        TORCHSCRIPT,
        "with `include_self=False` is refused",
        "start from the neutral element of the reduction instead",
        Evidence(
            ("x", "index"),
            "x.scatter_reduce(0, index[None], x[:1], 'amax', include_self=False)",
            "x.scatter_reduce(0, index[None], x[:1], 'amax')",
        ),
    ),
    Limit(
        ("torch.multinomial", "torch.Tensor.multinomial"),
        (
            Condition("num_samples", 1, (1,), negated=True),
            Condition("replacement", 2, (False,), otherwise=False),
        ),
        TORCHSCRIPT,
        "of several numbers without `replacement` is refused",
        "draw one at a time, or add Gumbel noise and take the largest",
        Evidence(
            ("positive",),
            "torch.multinomial(positive, 2)",
            "torch.multinomial(positive, 1)",
            is_random=True,
        ),
    ),
    Limit(
        ("torch.roll", "torch.Tensor.roll"),
        (Condition("dims", 2, (ABSENT,)),),
        TORCHSCRIPT,
        "without `dims` fails an assertion of the exporter",
        "flatten, roll over dimension 0 and bring the shape back",
        Evidence(("x",), "torch.roll(x, 1)", "torch.roll(x, 1, 0)"),
    ),
    Limit(
        ("torch.index_add", "torch.Tensor.index_add", "torch.Tensor.index_add_"),
        (Condition("alpha", None, (1, 1.0), negated=True, otherwise=1),),
        TORCHSCRIPT,
        "with another `alpha` than 1 is refused",
        "multiply the source",
        Evidence(("x", "index"), "x.index_add(0, index, x, alpha=2)", "x.index_add(0, index, x * 2)"),
    ),
    Limit(
        ("torch.nn.Threshold",),
        (Condition("threshold", 0, (0, 0.0), negated=True),),
        TORCHSCRIPT,
        "with another `threshold` than 0 is refused",
        "write it as `torch.where(x > threshold, x, value)`",
        Evidence(("x",), "layer(x)", "layer(x)", "nn.Threshold(0.1, 0.0)", "nn.Threshold(0.0, 0.0)"),
    ),
    Limit(
        ("torch.nn.functional.threshold",),
        (Condition("threshold", 1, (0, 0.0), negated=True),),
        TORCHSCRIPT,
        "with another `threshold` than 0 is refused",
        "write it as `torch.where(x > threshold, x, value)`",
        Evidence(("x",), "F.threshold(x, 0.1, 0.0)", "F.threshold(x, 0.0, 0.0)"),
    ),
    Limit(
        ("torch.nn.functional.scaled_dot_product_attention",),
        (Condition("enable_gqa", None, (True,)),),
        TORCHSCRIPT,
        "with `enable_gqa=True` fails an assertion of the exporter",
        "repeat the keys and values with `repeat_interleave`, or export it with `dynamo=True`",
        Evidence(
            ("image",),
            "F.scaled_dot_product_attention(image, image[:, :2], image[:, :2], enable_gqa=True)",
            "F.scaled_dot_product_attention(image, image, image)",
        ),
    ),
    Limit(
        ("torch.nn.functional.scaled_dot_product_attention",),
        (Condition("query", 0, (4,), negated=True, otherwise=UNKNOWN, is_of_rank=True),),
        DYNAMO,
        "of another number of dimensions than four is refused",
        "bring queries, keys and values into the shape (batch, heads, length, size) first",
        Evidence(
            ("image",),
            "F.scaled_dot_product_attention(image.reshape(2, 2, 2, 8, 8), image.reshape(2, 2, 2, 8, 8),"
            " image.reshape(2, 2, 2, 8, 8))",
            "F.scaled_dot_product_attention(image.reshape(4, 2, 8, 8), image.reshape(4, 2, 8, 8),"
            " image.reshape(4, 2, 8, 8))",
        ),
    ),
    Limit(
        ("torch.histc", "torch.Tensor.histc"),
        (Condition("min", 2, (0, 0.0), otherwise=0), Condition("max", 3, (0, 0.0), otherwise=0)),
        DYNAMO,
        "without a range is refused",
        "give `min` and `max`",
        Evidence(("image",), "torch.histc(image, bins=8)", "torch.histc(image, bins=8, min=-1, max=1)"),
    ),
    Limit(
        ("torch.amax", "torch.amin", "torch.Tensor.amax", "torch.Tensor.amin"),
        (
            Condition("dim", 1, ((),), otherwise=()),
            Condition("keepdim", 2, (False,), otherwise=False),
        ),
        DYNAMO,
        "over all dimensions (without `dim`) is refused",
        "use `max()` or `min()`, which the exporter takes without `dim`",
        Evidence(("x",), "x.amax()", "x.max()"),
    ),
    Limit(
        ("torch.aminmax", "torch.Tensor.aminmax"),
        (
            Condition("dim", None, (None,), otherwise=None),
            Condition("keepdim", None, (False,), otherwise=False),
        ),
        DYNAMO,
        "over all dimensions (without `dim`) is refused",
        "use `min()` and `max()`, which the exporter takes without `dim`",
        Evidence(("x",), "torch.aminmax(x)", "torch.aminmax(x, dim=1)"),
    ),
    Limit(
        ("torch.nn.functional.one_hot",),
        (Condition("num_classes", 1, (-1,), otherwise=-1),),
        BOTH,
        "without `num_classes` is refused, or becomes a model that no runtime loads",
        "give `num_classes`",
        Evidence(("index",), "F.one_hot(index)", "F.one_hot(index, 4)"),
    ),
)


def limits_of(spelling: str, where: Target) -> tuple[Limit, ...]:
    """The limits of a function, method or module in an exporter at an opset."""
    return tuple(limit for limit in _by_spelling().get(canonical_name(spelling), ()) if limit.applies(where))


@cache
def limited(where: Target) -> frozenset[str]:
    """The spellings that have limits there."""
    found = _by_spelling().items()
    return frozenset(name for name, limits in found if any(limit.applies(where) for limit in limits))


@cache
def _by_spelling() -> dict[str, tuple[Limit, ...]]:
    found: dict[str, tuple[Limit, ...]] = {}
    for limit in LIMITS:
        for spelling in limit.spellings:
            found[spelling] = (*found.get(spelling, ()), limit)
    return found
