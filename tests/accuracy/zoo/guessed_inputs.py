"""Inputs for a model of transformers, guessed from the names of its forward's parameters."""

from __future__ import annotations

import inspect
from typing import Any

import torch

TOKENS = 16
SAMPLES = 2
FIRST_ORDINARY_TOKEN = 5
LAST_ORDINARY_TOKEN = 90


def guess(model: Any) -> list[dict[str, Any]]:
    """Keyword arguments, likely ones first. Each stands for itself: a model may accept several."""
    names = list(inspect.signature(model.forward).parameters)
    text = _text(names, model.config)
    candidates: list[dict[str, Any]] = []
    for main in _main_inputs(model, names):
        candidates.extend({**text, **main} if text and main else {**main} for text in (text, {}))
    if text:
        candidates.append(text)
    candidates.extend(_image_and_text(model, names, text))
    candidates = [candidate for candidate in candidates if candidate]
    labelled = [labels for candidate in candidates[:2] for labels in _with_labels(model, names, candidate)]
    return _distinct(candidates) + labelled


def _distinct(candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[tuple[Any, ...]] = set()
    distinct: list[dict[str, Any]] = []
    for candidate in candidates:
        key = tuple(sorted((name, tuple(getattr(value, "shape", ()))) for name, value in candidate.items()))
        if key not in seen:
            seen.add(key)
            distinct.append(candidate)
    return distinct


def _tokens(count: int = TOKENS) -> torch.Tensor:
    return torch.randint(FIRST_ORDINARY_TOKEN, LAST_ORDINARY_TOKEN, (SAMPLES, count))


def _text(names: list[str], configuration: Any) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    if "input_ids" in names:
        inputs["input_ids"] = _tokens()
        inputs["attention_mask"] = torch.ones(SAMPLES, TOKENS, dtype=torch.long)
    if "decoder_input_ids" in names and getattr(configuration, "is_encoder_decoder", True):
        inputs["decoder_input_ids"] = _tokens(8)
    if "bbox" in names:
        inputs["bbox"] = torch.zeros(SAMPLES, TOKENS, 4, dtype=torch.long)
    return inputs


def _setting(configuration: Any, *names: str, default: Any = None) -> Any:
    """The first of these settings in the configuration or one nested in it."""
    nested = [value for value in vars(configuration).values() if hasattr(value, "to_dict")]
    for place in (configuration, *nested):
        for name in names:
            value = getattr(place, name, None)
            if value is not None:
                return value
    return default


def _main_inputs(model: Any, names: list[str]) -> list[dict[str, Any]]:
    configuration = model.config
    candidates: list[dict[str, Any]] = []
    if "pixel_values" in names:
        candidates += [{"pixel_values": image} for image in _images(configuration)]
    if "pixel_values_videos" in names:
        candidates += [{"pixel_values_videos": image} for image in _images(configuration) if image.dim() == 5]
    if "flattened_patches" in names:
        candidates.append({"flattened_patches": torch.rand(SAMPLES, 8, 770)})
    if "hidden_states" in names:
        width = _setting(configuration, "hidden_size", "d_model", "embed_dim", default=32)
        candidates.append({"hidden_states": torch.rand(SAMPLES, TOKENS, width)})
    for grid in ("grid_thw", "image_grid_thw"):
        if grid in names and "input_ids" not in names:
            patches = _patches(configuration)
            pixels, sizes = patches["pixel_values"], patches["image_grid_thw"]
            candidates += [{name: pixels, grid: sizes} for name in ("pixel_values", "hidden_states")]
    if "input_values" in names:
        length = _setting(configuration, "max_length", default=1024)
        bins = _setting(configuration, "num_mel_bins", default=80)
        candidates += [
            {"input_values": torch.rand(SAMPLES, 4000)},
            {"input_values": torch.rand(SAMPLES, 1, 4000)},
            {"input_values": torch.rand(SAMPLES, length, bins)},
        ]
    if "input_features" in names:
        candidates += [{"input_features": features} for features in _audio(configuration)]
    if "past_values" in names:
        candidates += _time_series(configuration)
    if "inputs_embeds" in names and "input_ids" not in names:
        width = _setting(configuration, "hidden_size", "d_model", default=32)
        candidates.append({"inputs_embeds": torch.rand(SAMPLES, TOKENS, width)})
    return candidates


def _images(configuration: Any) -> list[torch.Tensor]:
    channels = _setting(configuration, "num_channels", "in_channels", "in_chans", default=3)
    size = _setting(configuration, "image_size", "crop_size", default=64)
    height, width = (size, size) if isinstance(size, int) else tuple(size)[-2:]
    frames = _setting(configuration, "num_frames", "frames_per_clip", default=4)
    images = [
        torch.rand(SAMPLES, channels, height, width),
        torch.rand(SAMPLES, frames, channels, height, width),
        torch.rand(SAMPLES, 1, channels, height, width),
    ]
    if height < 128:
        images.insert(1, torch.rand(SAMPLES, channels, 128, 128))
    return images


def _audio(configuration: Any) -> list[torch.Tensor]:
    bins = _setting(configuration, "num_mel_bins", "feature_size", "input_feat_per_channel", default=80)
    positions = _setting(configuration, "max_source_positions", default=64)
    return [
        torch.rand(SAMPLES, bins, 2 * positions),
        torch.rand(SAMPLES, 128, bins),
        torch.rand(SAMPLES, 1, 1001, bins),
        torch.rand(SAMPLES, bins, 128),
    ]


def _time_series(configuration: Any) -> list[dict[str, Any]]:
    length = _setting(configuration, "context_length", default=32)
    lags = max(_setting(configuration, "lags_sequence", default=[0]) or [0])
    channels = _setting(configuration, "num_input_channels", default=1)
    features = _setting(configuration, "num_time_features", default=0)
    future = _setting(configuration, "prediction_length", default=8) or 8
    past = length + lags
    return [
        {"past_values": torch.rand(SAMPLES, length, channels)},
        {
            "past_values": torch.rand(SAMPLES, past),
            "past_time_features": torch.rand(SAMPLES, past, features),
            "past_observed_mask": torch.ones(SAMPLES, past),
            "future_values": torch.rand(SAMPLES, future),
            "future_time_features": torch.rand(SAMPLES, future, features),
        },
        {"past_values": torch.rand(SAMPLES, length)},
    ]


def _image_and_text(model: Any, names: list[str], text: dict[str, Any]) -> list[dict[str, Any]]:
    """Text with as many image tokens as the vision tower makes features of an image."""
    token = _setting(model.config, "image_token_id", "image_token_index")
    if "pixel_values" not in names or not text or token is None:
        return []
    images: list[dict[str, Any]] = [{"pixel_values": image} for image in _images(model.config)]
    if "image_grid_thw" in names:
        images.insert(0, _patches(model.config))
    for image in images:
        count = _feature_count(model, image)
        if count:
            ids = torch.full((1, count + 4), token)
            ids[:, :2] = FIRST_ORDINARY_TOKEN
            ids[:, -2:] = FIRST_ORDINARY_TOKEN
            return [{"input_ids": ids, "attention_mask": torch.ones_like(ids), **image}]
    return []


def _patches(configuration: Any) -> dict[str, Any]:
    patch = _setting(configuration, "patch_size", default=14)
    frames = _setting(configuration, "temporal_patch_size", default=1)
    channels = _setting(configuration, "in_channels", "num_channels", "in_chans", default=3)
    return {
        "pixel_values": torch.rand(16, channels * frames * patch * patch),
        "image_grid_thw": torch.tensor([[1, 4, 4]]),
    }


def _feature_count(model: Any, image: dict[str, Any]) -> int:
    """How many tokens the images become; 0 when this shape is not for this model."""
    get_features = getattr(model, "get_image_features", None)
    if get_features is None:
        return 0
    if "image_grid_thw" not in image:
        image["pixel_values"] = image["pixel_values"][:1]
    try:
        with torch.no_grad():
            features = get_features(**image)
    except Exception:  # another shape may do
        return 0
    features = getattr(features, "pooler_output", features)
    parts = features if isinstance(features, list | tuple) else [features]
    return sum(part.numel() // part.shape[-1] for part in parts if isinstance(part, torch.Tensor))


def _with_labels(model: Any, names: list[str], candidate: dict[str, Any]) -> list[dict[str, Any]]:
    """With targets, so that losses run as well."""
    if "labels" not in names:
        return []
    possible: list[Any] = [torch.zeros(SAMPLES, dtype=torch.long)]
    if "decoder_input_ids" in candidate:
        possible.insert(0, candidate["decoder_input_ids"])
    elif "input_ids" in candidate:
        possible.insert(0, candidate["input_ids"])
    if "pixel_values" in candidate:
        size = candidate["pixel_values"].shape[-1]
        possible.append(torch.zeros(SAMPLES, size, size, dtype=torch.long))
        boxes = torch.tensor([[0.5, 0.5, 0.2, 0.2]])
        possible.append([{"class_labels": torch.tensor([0]), "boxes": boxes} for _ in range(SAMPLES)])
    return [{**candidate, "labels": labels} for labels in possible]
