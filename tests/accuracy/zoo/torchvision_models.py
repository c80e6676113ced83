"""The model builders of torchvision, at small inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from tests.accuracy.zoo import torchvision_on_cpu
from tests.accuracy.zoo.case import MOST_PARAMETERS, BuiltModel, Case, Inputs

KEEP_OPERATORS_REGISTERED = torchvision_on_cpu.prepare()

from torchvision import models  # noqa: E402

VIDEO = ("mc3_18", "mvit_v1_b", "mvit_v2_s", "r2plus1d_18", "r3d_18", "s3d", "swin3d_t")
# The same code as a smaller sibling that is in the zoo, at many times the cost.
LARGER_SIBLINGS = (
    "convnext_base", "convnext_large", "convnext_small", "densenet161", "densenet169", "densenet201",
    "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4", "efficientnet_b5",
    "efficientnet_b6", "efficientnet_b7", "efficientnet_v2_l", "efficientnet_v2_m", "quantized_",
    "regnet_x_16gf", "regnet_x_1_6gf", "regnet_x_32gf", "regnet_x_3_2gf", "regnet_x_800mf",
    "regnet_x_8gf", "regnet_y_128gf", "regnet_y_16gf", "regnet_y_1_6gf", "regnet_y_32gf",
    "regnet_y_3_2gf", "regnet_y_800mf", "regnet_y_8gf", "resnet101", "resnet152", "resnext101",
    "swin_b", "swin_s", "swin_v2_b", "swin_v2_s", "swin3d_b", "swin3d_s", "vgg13", "vgg19", "vgg16",
    "vit_b_32", "vit_h_14", "vit_l_16", "vit_l_32", "wide_resnet101_2",
)  # fmt: skip


def cases() -> Iterator[Case]:
    for name in models.list_models():
        if not name.startswith(LARGER_SIBLINGS):
            yield Case(name, lambda name=name: _build(name))


def _build(name: str) -> BuiltModel:
    builder = models.get_model_builder(name)
    where = builder.__module__
    if ".detection." in where:
        return BuiltModel(_detector(name), _detection_inputs(name))
    if ".segmentation." in where:
        auxiliary: dict[str, Any] = {} if name.startswith("lraspp") else {"aux_loss": True}
        return BuiltModel(_small(name, weights_backbone=None, **auxiliary), (Inputs((_image(65),)),))
    if ".optical_flow." in where:
        return BuiltModel(_small(name), (Inputs((_image(128), _image(128))),))
    if ".video." in where:
        size = 224 if name.startswith(("mvit", "s3d")) else 64
        return BuiltModel(_small(name), (Inputs((torch.rand(1, 3, 16, size, size),)),))
    size = {"inception_v3": 160, "vit_b_16": 224, "maxvit_t": 224}.get(name, 64)
    return BuiltModel(_small(name), (Inputs((_image(size),)),))


def _small(name: str, **options: Any) -> torch.nn.Module:
    builder = models.get_model_builder(name)
    if name in ("inception_v3", "googlenet"):
        options["init_weights"] = False
    model = builder(weights=None, **options)
    if sum(parameter.numel() for parameter in model.parameters()) > MOST_PARAMETERS:
        raise ValueError("too many parameters for the zoo")
    return model


def _image(size: int) -> torch.Tensor:
    return torch.rand(2, 3, size, size)


def _detector(name: str) -> torch.nn.Module:
    options: dict[str, Any] = {} if name.startswith("ssd") else {"min_size": 96, "max_size": 128}
    if "rcnn" in name:
        options |= {"rpn_post_nms_top_n_train": 50, "rpn_post_nms_top_n_test": 50}
    return _small(name, weights_backbone=None, **options)


def _detection_inputs(name: str) -> tuple[Inputs, ...]:
    images = [torch.rand(3, 96, 96), torch.rand(3, 96, 96)]
    target: dict[str, torch.Tensor] = {
        "boxes": torch.tensor([[8.0, 8.0, 60.0, 60.0]]),
        "labels": torch.tensor([1]),
    }
    if name.startswith("maskrcnn"):
        target["masks"] = torch.ones(1, 96, 96, dtype=torch.uint8)
    if name.startswith("keypointrcnn"):
        target["keypoints"] = torch.rand(1, 17, 3) * 40 + 8
    targets = [target, {key: value.clone() for key, value in target.items()}]
    return (Inputs((images,), mode="eval"), Inputs((images, targets), mode="train"))
