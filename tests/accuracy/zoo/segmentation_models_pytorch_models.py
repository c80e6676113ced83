"""Every decoder of segmentation_models_pytorch, and one encoder of every family on a Unet."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from tests.accuracy.zoo import torchvision_on_cpu
from tests.accuracy.zoo.case import BuiltModel, Case, Inputs

# Its encoders are those of torchvision and timm.
KEEP_OPERATORS_REGISTERED = torchvision_on_cpu.prepare()

import segmentation_models_pytorch  # noqa: E402

ARCHITECTURES = (
    "Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "PSPNet", "PAN", "DeepLabV3", "DeepLabV3Plus", "UPerNet",
    "Segformer",
)  # fmt: skip
ENCODERS = (
    "vgg11_bn", "densenet121", "xception", "mit_b0", "dpn68", "mobileone_s0", "inceptionv4", "se_resnet50",
    "efficientnet-b0", "mobilenet_v2", "timm-regnetx_002", "timm-res2net50_26w_4s", "timm-skresnet18",
)  # fmt: skip


def cases() -> Iterator[Case]:
    pairs = [(architecture, "resnet18") for architecture in ARCHITECTURES]
    pairs += [("Unet", encoder) for encoder in ENCODERS]
    for architecture, encoder in pairs:
        yield Case(f"{architecture}_{encoder}", lambda pair=(architecture, encoder): _build(*pair))
    yield Case("DPT", lambda: _with_input(segmentation_models_pytorch.DPT(encoder_weights=None), 224))


def _build(architecture: str, encoder: str) -> BuiltModel:
    builder = getattr(segmentation_models_pytorch, architecture)
    return _with_input(builder(encoder_name=encoder, encoder_weights=None), 128)


def _with_input(model: torch.nn.Module, size: int) -> BuiltModel:
    return BuiltModel(model, (Inputs((torch.rand(2, 3, size, size),)),))
