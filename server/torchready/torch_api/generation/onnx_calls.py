"""Calls that torch's own tests leave out, as source text: of functions they do not know, and of values for which
torch takes another way than for the values in its tests.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

F = "torch.nn.functional"

# Positional arguments, made of `tensors()`.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "operator.and_": ("(mask, True)", "(index, 1)"),
    "operator.floordiv": ("(x, positive)", "(x, 2)", "(index, 2)"),
    "operator.iand": ("(mask, True)", "(index, 1)"),
    "operator.ifloordiv": ("(x, positive)", "(x, 2)", "(index, 2)"),
    "operator.ilshift": ("(index, 1)",),
    "operator.imatmul": ("(x, x)",),
    "operator.irshift": ("(index, 1)",),
    "operator.itruediv": ("(x, positive)", "(x, 2)"),
    "operator.lshift": ("(index, 1)",),
    "operator.pos": ("(x,)",),
    "operator.rshift": ("(index, 1)",),
    "operator.truediv": ("(x, positive)", "(x, 2)", "(index, 2)"),
    "torch.Tensor.copy_": ("(x, x.T)",),
    "torch.Tensor.cpu": ("(x,)",),
    "torch.Tensor.detach": ("(x,)",),
    "torch.Tensor.fill_diagonal_": ("(x, 0.0)",),
    "torch.Tensor.float_power_": ("(x.double(), 2)",),
    "torch.Tensor.masked_select": ("(x, mask)",),
    "torch.Tensor.random_": ("(x,)", "(x, 5)"),
    "torch.Tensor.type": ("(x, torch.float64)",),
    "torch.Tensor.type_as": ("(x, index)",),
    "torch.adaptive_max_pool1d": ("(line, 1)", "(line, 4)"),
    "torch.affine_grid_generator": ("(image[:, :2, 0, :3], (2, 4, 8, 8), False)",),
    "torch.batch_norm": ("(image, None, None, image[0, :, 0, 0], positive[0], False, 0.1, 1e-5, False)",),
    "torch.binomial": ("(positive, positive / 9)",),
    "torch.bilinear": ("(x, x, volume[0], None)",),
    "torch.cdist": ("(x.repeat(8, 1), x.repeat(8, 1) + 1)",),
    "torch.chain_matmul": ("(x, x, x)",),
    "torch.cosine_embedding_loss": ("(x, x + 1, index)",),
    "torch.detach": ("(x,)",),
    "torch.dropout": ("(x, 0.5, False)",),
    "torch.einsum": ("('ij,jk->ik', x, x)", "('bchw,bchw->bc', image, image)"),
    "torch.embedding_bag": ("(x, index, index[:1] * 0)",),
    "torch.fake_quantize_per_tensor_affine": ("(x, 0.1, 0, 0, 255)",),
    "torch.frobenius_norm": ("(x, [0, 1])",),
    "torch.grid_sampler": ("(image, image[:, :, :, :2].permute(0, 2, 1, 3)[..., :2], 0, 0, False)",),
    "torch.instance_norm": ("(image, None, None, None, None, True, 0.1, 1e-5, False)",),
    "torch.kl_div": ("(x, positive)",),
    "torch.lobpcg": ("(square, 1)",),
    "torch.margin_ranking_loss": ("(x, x + 1, x.sign())",),
    "torch.max_pool1d": ("(line, 2)",),
    "torch.max_pool2d": ("(image, 2)",),
    "torch.max_pool3d": ("(volume, 2)",),
    "torch.nn.functional.adaptive_avg_pool1d": ("(line, 1)",),
    "torch.nn.functional.adaptive_avg_pool2d": ("(image, 1)", "(image, (None, 2))"),
    "torch.nn.functional.adaptive_avg_pool3d": ("(volume, 1)", "(volume, (2, 2, 2))"),
    "torch.nn.functional.adaptive_max_pool1d": ("(line, 1)", "(line, 4)"),
    "torch.nn.functional.adaptive_max_pool2d": ("(image, 1)", "(image, 4)"),
    "torch.nn.functional.adaptive_max_pool3d": ("(volume, 1)", "(volume, 4)"),
    "torch.nn.functional.adaptive_max_pool1d_with_indices": ("(line, 1)",),
    "torch.nn.functional.adaptive_max_pool2d_with_indices": ("(image, 1)",),
    "torch.nn.functional.adaptive_max_pool3d_with_indices": ("(volume, 1)",),
    "torch.nn.functional.affine_grid": ("(image[:, :2, 0, :3], (2, 4, 8, 8), False)",),
    "torch.nn.functional.dropout1d": ("(line, 0.5, False)",),
    "torch.nn.functional.embedding": ("(index, x)",),
    "torch.nn.functional.fold": ("(line, (2, 2), (1, 1))", "(line, (3, 3), (2, 2))"),
    "torch.nn.functional.fractional_max_pool2d": ("(image, 2, 2)",),
    "torch.nn.functional.fractional_max_pool3d": ("(volume, 2, 2)",),
    "torch.nn.functional.grouped_mm": ("(image[0], image[1])",),
    "torch.nn.functional.gumbel_softmax": ("(x,)", "(x, 1.0, True)"),
    "torch.nn.functional.lp_pool1d": ("(line, 2.0, 2)",),
    "torch.nn.functional.lp_pool2d": ("(image, 2.0, 2)",),
    "torch.nn.functional.lp_pool3d": ("(volume, 2.0, 2)",),
    "torch.nn.functional.max_pool1d_with_indices": ("(line, 2)",),
    "torch.nn.functional.max_pool2d_with_indices": ("(image, 2)",),
    "torch.nn.functional.max_pool3d_with_indices": ("(volume, 2)",),
    "torch.nn.functional.upsample": ("(image, None, 2)",),
    "torch.nuclear_norm": ("(x,)",),
    "torch.pca_lowrank": ("(x, 2)",),
    "torch.poisson": ("(positive,)",),
    "torch.poisson_nll_loss": ("(x, positive, True, False, 1e-8, 1)",),
    "torch.polygamma": ("(1, positive)", "(0, positive)"),
    "torch.quantize_per_tensor": ("(x, 0.1, 0, torch.quint8)",),
    "torch.special.polygamma": ("(1, positive)",),
    "torch.svd_lowrank": ("(x, 2)",),
    "torch.where": ("(mask, x, x + 1)", "(mask,)", "(mask, x, 0.0)"),
}
# Arguments of constructors, and the name of the input.
MODULES: dict[str, tuple[tuple[str, str], ...]] = {
    "torch.nn.AdaptiveAvgPool1d": (("(1,)", "line"),),
    "torch.nn.AdaptiveAvgPool2d": (("(1,)", "image"), ("((1, 1),)", "image")),
    "torch.nn.AdaptiveAvgPool3d": (("(1,)", "volume"), ("((2, 2, 2),)", "volume")),
    "torch.nn.AdaptiveMaxPool1d": (("(1,)", "line"),),
    "torch.nn.AdaptiveMaxPool2d": (("(1,)", "image"),),
    "torch.nn.AdaptiveMaxPool3d": (("(1,)", "volume"),),
    "torch.nn.FractionalMaxPool2d": (("(2, 2)", "image"),),
    "torch.nn.FractionalMaxPool3d": (("(2, 2)", "volume"),),
    "torch.nn.LPPool2d": (("(2, 2)", "image"),),
    "torch.nn.Threshold": (("(0.0, 0.0)", "x"),),
    "torch.nn.RReLU": (("()", "x"),),
}


def tensors() -> dict[str, Any]:
    """The tensors that the texts name, and torch."""
    torch: Any = import_module("torch")
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(4, 4, generator=generator)
    return {
        "torch": torch,
        "x": x,
        "line": torch.randn(2, 4, 4, generator=generator),
        "image": torch.randn(2, 4, 8, 8, generator=generator),
        "volume": torch.randn(2, 4, 4, 4, 4, generator=generator),
        "positive": torch.rand(4, 4, generator=generator).mul(5).round() + 1,
        "mask": x > 0,
        "index": torch.tensor([0, 2, 1, 3]),
        "square": x @ x.T + 5 * torch.eye(4),
    }


def arguments(text: str) -> tuple[Any, ...]:
    """What a text above stands for."""
    # The texts are this file's own.
    return eval(text, {"__builtins__": {}}, tensors())
