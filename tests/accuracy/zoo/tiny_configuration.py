"""Makes any configuration of transformers small: the names of its keys tell what they size."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Shrink = Callable[[str, Any], Any]

LAYERS = re.compile(
    r"(num|n)_(\w+_)?(layers?|blocks)$|layers$|^n_layer$|^depth$|num_stacks|(encoder|decoder)_depth$"
)
HEADS = re.compile(r"heads?$|^n_head$|_head_count$")
KEY_VALUE_HEADS = re.compile(r"(kv|key_value|query_group\w*)_heads$|num_query_groups|multi_query_group_num")
# With and without rotary position: twice the width of each part.
WHOLE_HEAD_WIDTH = re.compile(r"^qk_head_dim$")
HEAD_WIDTH = re.compile(r"head_dim$|^d_kv$|head_size$|kv_channels|v_head_dim|qk_\w+_dim")
WIDTH = re.compile(
    r"hidden_size$|hidden_dim$|^d_model$|^n_embd$|embed_dim$|embedding_size$|^dim$|^width$|embed_size$"
    r"|hidden_channels$|projection_dim$|out_dim$|output_dim$|_width$|feature_size$|_rank$"
)
INNER = re.compile(
    r"intermediate_size$|ffn_dim$|inner\w*$|mlp_dim$|^d_ff$|ffn_hidden\w*|intermediate_dim$|ffn_size$"
)
EXPERTS = re.compile(r"num_(local_|routed_|shared_)?experts$|n_(routed|shared)_experts$|moe_num_experts")
CHOSEN_EXPERTS = re.compile(r"experts_per_tok\w*$|top_?k$|experts_top_k")
GROUPS = re.compile(r"^n_group$|^topk_group$|num_expert_groups?$")
POSITIONS = re.compile(r"max_\w*position\w*|n_positions|max_sequence_length|n_ctx|max_seq_len")
LAYER_NUMBERS = re.compile(r"(layers|indices|indexes|layer_ids|_idx|layers_indices|cross_attention_layers)$")
# The stages a backbone hands out are named after layers that may be gone; without them it is the last.
STAGES = ("out_features", "out_indices", "stage_names", "_out_features", "_out_indices")
TOKEN = re.compile(r"_token_(id|index)$|^(image|video|audio)_token\w*$")

VOCABULARY = 128
LAYER_COUNT = 2


def shrink(configuration: dict[str, Any], rules: Shrink) -> dict[str, Any]:
    """A copy with every number that sizes the model replaced, nested configurations included."""
    layers = {value for key, value in configuration.items() if isinstance(value, int) and _counts_layers(key)}
    small = {
        key: _fewer(value)
        if isinstance(value, list) and len(value) in layers
        else shrink(value, rules)
        if isinstance(value, dict) and key != "id2label"
        else rules(key, value)
        for key, value in configuration.items()
        if key not in (*STAGES, "per_layer_config")
    }
    return _with_distinct_tokens(small)


def everything(key: str, value: Any) -> Any:
    """Fewer layers, narrower layers, smaller images."""
    if not isinstance(value, int) or isinstance(value, bool):
        return shallow(key, value) if key != "mrope_section" else [2, 1, 1]
    for pattern, size in (
        (WHOLE_HEAD_WIDTH, 16),
        (KEY_VALUE_HEADS, 2),
        (HEAD_WIDTH, 8),
        (HEADS, 4),
        (INNER, 64),
        (WIDTH, 32),
    ):
        if pattern.search(key):
            return min(value, size)
    return shallow(key, value)


def with_as_many_keys_as_heads(key: str, value: Any) -> Any:
    """As `everything`, for models that cannot group their queries."""
    return everything(key, value) if not KEY_VALUE_HEADS.search(key) else everything("num_heads", value)


def shallow(key: str, value: Any) -> Any:
    """Fewer layers and a small vocabulary, but every width as it was."""
    if key == "vocab_size" and value is None:
        return VOCABULARY
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _shallow_number(key, value)
    if not isinstance(value, list | tuple) or not value:
        return value
    if key == "image_size":
        return [min(size, 64) for size in value]
    if key in ("depths", "num_blocks", "layers_per_stage"):
        return [min(depth, LAYER_COUNT) for depth in value]
    if LAYER_NUMBERS.search(key) and _increases(value):
        return sorted({min(number, LAYER_COUNT - 1) for number in value})
    return value


def _shallow_number(key: str, value: int) -> int:
    if "vocab_size" in key or key.startswith("vocab_"):
        return min(value, VOCABULARY)
    if _counts_layers(key):
        return min(value, LAYER_COUNT)
    for pattern, size in (
        (EXPERTS, 4),
        (CHOSEN_EXPERTS, 2),
        (GROUPS, 1),
        (POSITIONS, 128),
    ):
        if pattern.search(key):
            return min(value, size)
    if key == "image_size":
        return min(value, 64)
    if key == "patch_size":
        return min(value, 16)
    return value


def _increases(numbers: list[Any] | tuple[Any, ...]) -> bool:
    """Whether these are numbers of layers, not sizes of stages."""
    return all(isinstance(number, int) for number in numbers) and list(numbers) == sorted(set(numbers))


def _counts_layers(key: str) -> bool:
    """Convolutions before the layers have a list of their own for each of their sizes."""
    return LAYERS.search(key) is not None and "feat_extract" not in key


def _fewer(of_each_layer: list[Any]) -> list[Any]:
    """As many entries as there will be layers, of different kinds where there are several."""
    if not all(isinstance(entry, str) for entry in of_each_layer):
        return of_each_layer[:LAYER_COUNT]
    different = list(dict.fromkeys(of_each_layer))
    return [different[number % len(different)] for number in range(LAYER_COUNT)]


def _with_distinct_tokens(configuration: dict[str, Any]) -> dict[str, Any]:
    """Special tokens inside the vocabulary, each with a number of its own, from the end."""
    number = VOCABULARY
    for key, value in configuration.items():
        if TOKEN.search(key) and isinstance(value, int) and value >= VOCABULARY:
            number -= 1
            configuration[key] = number
    return configuration
