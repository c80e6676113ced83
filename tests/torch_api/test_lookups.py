"""Lookups over modules, returned kinds and AIMET's operators."""

from __future__ import annotations

import subprocess
import sys

import pytest

from torchready.torch_api import aimet
from torchready.torch_api.modules import TorchModule, canonical_name, find_module, is_module_class
from torchready.torch_api.tensors import Kind, attribute_kind, is_tensor_method, returned_kind


def module(name: str) -> TorchModule:
    found = find_module(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("torch.nn.modules.conv.Conv2d", "torch.nn.Conv2d"),
        ("torch.nn.modules.activation.ReLU", "torch.nn.ReLU"),
        ("torch.nn.modules.Linear", "torch.nn.Linear"),
        ("torch.nn.parameter.Parameter", "torch.nn.Parameter"),
        ("torch.functional.einsum", "torch.einsum"),
        ("torch.functional.F.relu", "torch.nn.functional.relu"),
        ("torch.nn.functional.relu", "torch.nn.functional.relu"),
        ("torch.relu", "torch.relu"),
        ("numpy.relu", "numpy.relu"),
    ],
)
def test_canonical_names(name: str, canonical: str) -> None:
    assert canonical_name(name) == canonical


@pytest.mark.parametrize(
    ("name", "arguments", "stateless"),
    [
        ("torch.nn.ReLU", {}, True),
        ("torch.nn.modules.dropout.Dropout", {"p": "0.1"}, True),
        ("torch.nn.Conv2d", {}, False),
        ("torch.nn.PReLU", {}, False),
        ("torch.nn.LayerNorm", {"normalized_shape": "8"}, False),
        ("torch.nn.LayerNorm", {"elementwise_affine": "False"}, True),
        ("torch.nn.BatchNorm2d", {"affine": "False"}, False),
        ("torch.nn.BatchNorm2d", {"affine": "False", "track_running_stats": "False"}, True),
        ("torch.nn.InstanceNorm2d", {"num_features": "4"}, True),
        ("torch.nn.InstanceNorm2d", {"affine": "True"}, False),
        ("torch.nn.InstanceNorm2d", {"affine": "flag"}, False),
        ("torch.nn.CrossEntropyLoss", {}, True),
        ("torch.nn.CrossEntropyLoss", {"weight": "w"}, False),
        ("torch.nn.LSTM", {}, False),
    ],
)
def test_stateless_modules(name: str, arguments: dict[str, str], stateless: bool) -> None:
    assert module(name).is_stateless(arguments) is stateless


def test_what_a_module_is() -> None:
    assert module("torch.nn.Sequential").container == "Sequential"
    assert module("torch.nn.ReLU6").bases == ("torch.nn.Hardtanh", "torch.nn.Module")
    assert module("torch.nn.Dropout").random
    assert not module("torch.nn.ReLU").random
    assert module("torch.nn.LSTM").returns == "tuple"
    assert module("torch.nn.MSELoss").is_loss
    assert [p.name for p in module("torch.nn.GRU").parameters][:2] == ["input_size", "hidden_size"]
    assert is_module_class("torch.nn.Module")
    assert not is_module_class("torch.nn.Parameter")
    assert find_module("torch.optim.SGD") is None


@pytest.mark.parametrize(
    ("name", "positional", "keywords", "kind"),
    [
        ("torch.cat", None, {}, Kind.TENSOR),
        ("torch.Tensor.item", [], {}, Kind.NUMBER),
        ("torch.Tensor.dim", [], {}, Kind.NUMBER),
        ("torch.Tensor.size", [], {}, Kind.SIZE),
        ("torch.Tensor.size", [Kind.NUMBER], {}, Kind.NUMBER),
        ("torch.Tensor.size", None, {}, Kind.UNKNOWN),
        ("torch.Tensor.max", [], {}, Kind.TENSOR),
        ("torch.Tensor.max", [Kind.NUMBER], {}, Kind.TUPLE),
        ("torch.Tensor.max", [], {"dim": Kind.NUMBER}, Kind.TUPLE),
        ("torch.max", [Kind.TENSOR, Kind.TENSOR], {}, Kind.TENSOR),
        ("torch.max", [Kind.TENSOR, Kind.UNKNOWN], {}, Kind.UNKNOWN),
        ("torch.nn.functional.max_pool2d", [Kind.TENSOR, Kind.NUMBER], {}, Kind.TENSOR),
        (
            "torch.nn.functional.max_pool2d",
            [Kind.TENSOR, Kind.NUMBER],
            {"return_indices": Kind.BOOL},
            Kind.TUPLE,
        ),
        ("torch.Tensor.chunk", [Kind.NUMBER], {}, Kind.TUPLE),
        ("torch.Tensor.tolist", [], {}, Kind.PYTHON),
        ("torch.Tensor.numpy", [], {}, Kind.PYTHON),
        ("torch.Tensor.is_contiguous", [], {}, Kind.BOOL),
        ("torch.Tensor.__eq__", None, {}, Kind.TENSOR),
        ("torch.linalg.svd", None, {}, Kind.TUPLE),
        ("torch.fft.fft", None, {}, Kind.TENSOR),
        ("torch.unique", None, {}, Kind.UNKNOWN),
        ("torch.load", None, {}, Kind.UNKNOWN),
        ("math.sqrt", None, {}, Kind.UNKNOWN),
    ],
)
def test_returned_kinds(
    name: str, positional: list[Kind] | None, keywords: dict[str, Kind], kind: Kind
) -> None:
    assert returned_kind(name, positional, keywords) is kind


def test_kinds_of_attributes() -> None:
    assert attribute_kind("torch.Tensor.shape") is Kind.SIZE
    assert attribute_kind("torch.Tensor.T") is Kind.TENSOR
    assert attribute_kind("torch.float32") is Kind.DTYPE
    assert attribute_kind("torch.Tensor.grad") is Kind.UNKNOWN
    assert is_tensor_method("size")
    assert is_tensor_method("relu_")
    assert not is_tensor_method("shape")


def operator(spelling: str) -> aimet.Operator:
    found = aimet.find_operator(spelling)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("spelling", "op", "class_name"),
    [
        ("+", "Add", "Add"),
        ("+=", "Add", "Add"),
        ("torch.Tensor.add_", "Add", "Add"),
        ("@", "matmul", "MatMul"),
        ("torch.multiply", "multiply", "Multiply"),
        ("torch.Tensor.div", "Div", "Divide"),
        ("unary -", "neg", "Neg"),
        ("abs()", "abs", "Abs"),
        ("torch.cat", "Concat", "Concat"),
        ("torch.functional.norm", "norm", "Norm"),
        ("torch.nn.functional.normalize", "normalize", "Normalize"),
        ("torch.hstack", "hstack", "Concat"),
        ("operator.iadd", "Add", "Add"),
        ("operator.neg", "neg", "Neg"),
        ("torch.stack", "stack", None),
        ("torch.einsum", "einsum", None),
        ("torch.mm", "mm", None),
        ("torch.Tensor.clamp", "clamp", None),
        ("torch.linalg.norm", "linalg_norm", None),
        ("|", "or", None),
    ],
)
def test_operators(spelling: str, op: str, class_name: str | None) -> None:
    found = operator(spelling)
    expected = None if class_name is None else f"aimet_torch.nn.modules.custom.{class_name}"
    assert (found.op, found.module) == (op, expected)


@pytest.mark.parametrize(
    "spelling",
    [
        "==",
        "torch.mean",
        "torch.Tensor.view",
        "torch.flatten",
        "torch.Tensor.float",
        "torch.zeros",
        "torch.zeros_like",
        "torch.arange",
        "torch.Tensor.new_zeros",
        "torch.Tensor.detach",
        "torch.nn.functional.relu",
        "torch.conv2d",
        "torch.Tensor.item",
    ],
)
def test_what_aimet_or_another_rule_leaves_alone(spelling: str) -> None:
    assert aimet.find_operator(spelling) is None


def test_restrictions_of_operators() -> None:
    assert operator("torch.add").required_values["alpha"] == "1"
    assert operator("torch.cat").unpacked == "tensors"
    assert operator("torch.cat").constructor_arguments == {"dim": "axis"}
    assert operator("torch.Tensor.masked_fill").note
    assert operator("torch.nn.functional.scaled_dot_product_attention").note
    assert operator("torch.Tensor.where").note
    assert operator("+=").in_place
    assert operator("-").number_first
    assert not operator(">").number_first
    assert operator("torch.Tensor.tile").variadic


def test_layers_on_computed_weights() -> None:
    convolution = aimet.find_computed_weight_layer("torch.conv2d")
    assert convolution is not None
    assert convolution.module == "aimet_torch.nn.modules.custom.DynamicConv2d"
    assert set(convolution.constructor_arguments) == {"stride", "padding", "dilation", "groups"}
    assert aimet.find_computed_weight_layer("torch.nn.functional.conv1d") is None


def test_math_invariant_operations() -> None:
    assert all(
        map(aimet.is_math_invariant, ("torch.Tensor.view", "torch.flatten", "==", "reshape", "torch.t"))
    )
    assert not any(
        map(aimet.is_math_invariant, ("torch.add", "+", "torch.stack", "torch.nn.functional.relu"))
    )


def test_lookups_work_without_torch() -> None:
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from torchready.torch_api import aimet, functionals, modules, tensors\n"
        "assert functionals.find_functional('torch.relu') and modules.find_module('torch.nn.ReLU')\n"
        "assert aimet.find_operator('+') and tensors.returned_kind('torch.cat') is tensors.Kind.TENSOR\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
