"""Lookups over the table of functionals, as rules and fixes use them."""

from __future__ import annotations

import pytest

from torchready.torch_api.functionals import Functional, find_functional
from torchready.torch_api.signature import RECEIVER

F = "torch.nn.functional."


def functional(name: str) -> Functional:
    found = find_functional(name)
    assert found is not None
    return found


def test_each_spelling_is_a_row_of_its_own() -> None:
    assert functional("torch.nn.functional.relu").spelling == "functional"
    assert functional("torch.relu").spelling == "torch"
    assert functional("torch.Tensor.relu").spelling == "method"
    assert {functional(n).module for n in (F + "relu", "torch.relu", "torch.Tensor.relu_")} == {
        "torch.nn.ReLU"
    }


def test_an_alias_of_the_namespace_resolves() -> None:
    assert functional("torch.functional.F.relu") is functional(F + "relu")


@pytest.mark.parametrize(
    "name", ["torch.Tensor.unfold", "torch.add", "numpy.tanh", "torch.native_dropout", ""]
)
def test_other_operations_have_no_row(name: str) -> None:
    assert find_functional(name) is None


@pytest.mark.parametrize(
    ("name", "positional", "keywords", "expected"),
    [
        (F + "relu", 2, (), {"input": 0, "inplace": 1}),
        (F + "dropout", 1, ("training", "p"), {"input": 0, "training": "training", "p": "p"}),
        ("torch.Tensor.softmax", 1, (), {"input": RECEIVER, "dim": 0}),
        ("torch.Tensor.softmax", 0, ("axis",), {"input": RECEIVER, "dim": "axis"}),
        (F + "softmax", 1, ("axis",), None),
        (F + "relu", 3, (), None),
        (F + "relu", 1, ("input",), None),
        ("torch.softmax", 1, (), None),
        ("torch.sigmoid", 1, ("out",), {"input": 0, "out": "out"}),
        ("torch.sigmoid", 2, (), None),
    ],
)
def test_arguments_bind_as_python_binds_them(
    name: str, positional: int, keywords: tuple[str, ...], expected: dict[str, int | str] | None
) -> None:
    assert functional(name).bind(positional, keywords) == expected


def test_a_method_called_on_its_class_has_no_receiver() -> None:
    assert functional("torch.Tensor.relu").bind(1, (), receiver=False) == {"input": 0}


@pytest.mark.parametrize(
    ("name", "arguments", "obstacle"),
    [
        (F + "dropout", {"p": "0.1"}, "`training` defaults to True, nn.Dropout follows self.training"),
        (F + "dropout", {"training": "False"}, "`training` is False, nn.Dropout follows self.training"),
        (F + "alpha_dropout", {}, "`training` defaults to False, nn.AlphaDropout follows self.training"),
        (
            F + "alpha_dropout",
            {"training": "self.training", "inplace": "True"},
            "`inplace` must be False, nn.AlphaDropout does not take it",
        ),
        (F + "softmax", {}, "`dim` is not given"),
        (F + "softmax", {"dim": "None"}, "`dim` is not given"),
        (
            F + "softmax",
            {"dim": "1", "dtype": "torch.float32"},
            "`dtype` must be None, nn.Softmax does not take it",
        ),
        (
            F + "interpolate",
            {"size": "4", "antialias": "True"},
            "`antialias` must be False, nn.Upsample does not take it",
        ),
        (
            F + "hardtanh",
            {"min_val": "1", "max_val": "1"},
            "nn.Hardtanh wants `max_val` above `min_val`",
        ),
        (
            F + "layer_norm",
            {"normalized_shape": "(8,)", "weight": "self.w"},
            "`weight` must be None, nn.LayerNorm does not take it",
        ),
        (
            F + "conv2d",
            {"weight": "self.w"},
            "the module would own the weights: other keys in the state dict",
        ),
        (
            F + "group_norm",
            {"num_groups": "2"},
            "the constructor needs num_channels, which the call does not tell",
        ),
        (F + "normalize", {}, "torch.nn has no module for it"),
        (F + "pad", {"pad": "(1, 1, 1, 1, 1, 1, 1, 1)"}, "no module of torch.nn fits these arguments"),
        (
            F + "pad",
            {"pad": "padding"},
            "the length of `padding` decides which module fits: write its numbers into the call",
        ),
        ("torch.Tensor.sigmoid_", {}, "the module has no in-place form"),
    ],
)
def test_obstacles_say_why_there_is_no_safe_fix(name: str, arguments: dict[str, str], obstacle: str) -> None:
    assert functional(name).obstacles(arguments) == (obstacle,)


@pytest.mark.parametrize(
    ("name", "arguments", "module", "constructor"),
    [
        (F + "relu", {"inplace": "True"}, "torch.nn.ReLU", (("inplace", "True"),)),
        (F + "relu_", {}, "torch.nn.ReLU", (("inplace", "True"),)),
        (F + "relu", {"inplace": "False"}, "torch.nn.ReLU", ()),
        (F + "dropout", {"p": "0.1", "training": "self.training"}, "torch.nn.Dropout", (("p", "0.1"),)),
        ("torch.flatten", {}, "torch.nn.Flatten", (("start_dim", "0"),)),
        ("torch.flatten", {"start_dim": "1"}, "torch.nn.Flatten", ()),
        (
            F + "max_pool2d",
            {"kernel_size": "3", "ceil_mode": "True", "return_indices": "True"},
            "torch.nn.MaxPool2d",
            (("kernel_size", "3"), ("return_indices", "True"), ("ceil_mode", "True")),
        ),
        (
            "torch.adaptive_max_pool1d",
            {"output_size": "2"},
            "torch.nn.AdaptiveMaxPool1d",
            (("output_size", "2"), ("return_indices", "True")),
        ),
        (
            F + "layer_norm",
            {"normalized_shape": "(8,)"},
            "torch.nn.LayerNorm",
            (("normalized_shape", "(8,)"), ("elementwise_affine", "False")),
        ),
        (F + "pad", {"pad": "(1, 2)"}, "torch.nn.ConstantPad1d", (("padding", "(1, 2)"), ("value", "0.0"))),
        (
            F + "pad",
            {"pad": "(1, 1, 1, 1)", "mode": '"reflect"'},
            "torch.nn.ReflectionPad2d",
            (("padding", "(1, 1, 1, 1)"),),
        ),
        (F + "interpolate", {"scale_factor": "2"}, "torch.nn.Upsample", (("scale_factor", "2"),)),
        (
            "torch.Tensor.unflatten",
            {"dim": "1", "sizes": "(2, 2)"},
            "torch.nn.Unflatten",
            (("dim", "1"), ("unflattened_size", "(2, 2)")),
        ),
    ],
)
def test_the_module_and_its_constructor_for_a_call(
    name: str, arguments: dict[str, str], module: str, constructor: tuple[tuple[str, str], ...]
) -> None:
    row = functional(name)
    assert row.obstacles(arguments) == ()
    chosen = row.for_call(arguments)
    assert chosen is not None
    assert chosen.module == module
    assert chosen.constructor_call(arguments) == constructor


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        (F + "linear", ("weight", "bias")),
        (F + "conv2d", ("weight", "bias")),
        ("torch.conv_transpose1d", ("weight", "bias")),
        (F + "embedding", ("weight",)),
        ("torch.embedding", ("weight",)),
        (F + "prelu", ("weight",)),
        (F + "batch_norm", ("running_mean", "running_var", "weight", "bias")),
        ("torch.batch_norm", ("weight", "bias", "running_mean", "running_var")),
        (F + "layer_norm", ("weight", "bias")),
        (F + "rms_norm", ("weight",)),
        (F + "cross_entropy", ()),
    ],
)
def test_tensors_that_a_module_would_own(name: str, weights: tuple[str, ...]) -> None:
    assert functional(name).weights == weights


def test_layers_for_several_numbers_of_dimensions() -> None:
    assert functional(F + "batch_norm").alternatives == ("torch.nn.BatchNorm2d", "torch.nn.BatchNorm3d")
