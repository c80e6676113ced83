"""What cannot be derived from torch: written by hand, each entry with its reason. Keep it small."""

from __future__ import annotations

# Functions whose module has another name than the function.
MODULES = {
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "expit": "Sigmoid",
    "feature_dropout": "Dropout2d",
    "interpolate": "Upsample",
    "upsample_bilinear": "UpsamplingBilinear2d",
    "upsample_nearest": "UpsamplingNearest2d",
}

# Names that look like a module and are another operation, or another form of it that users do not write.
NOT_THE_MODULE = {
    "torch.Tensor.unfold": "slides over one dimension; torch.nn.Unfold extracts image blocks",
    "torch.native_batch_norm": "returns the saved statistics too",
    "torch.native_dropout": "returns the mask too",
    "torch.native_group_norm": "returns the statistics too",
    "torch.native_layer_norm": "returns the statistics too",
}

# Functional parameter -> name of the same thing in the module's constructor or forward.
RENAMED = {
    "torch.unflatten": {"sizes": "unflattened_size"},
    "torch.Tensor.unflatten": {"sizes": "unflattened_size"},
    "torch.embedding": {"indices": "input"},
    "torch.embedding_bag": {"indices": "input"},
}

# Constructor arguments that make the module own neither parameters nor buffers.
WITHOUT_PARAMETERS = {
    "LayerNorm": {"elementwise_affine": "False"},
    "RMSNorm": {"elementwise_affine": "False"},
}

# Parameters that change no value: the depth of a warning's stack, the choice of a GPU kernel.
IGNORED = {"_stacklevel", "cudnn_enable", "cudnn_enabled"}

# Deprecated in favour of `reduction`; a fix would write a deprecated argument into new code.
DEPRECATED = {"size_average", "reduce"}

# Names of the switch between training and evaluation.
TRAINING = {"training", "train"}

# Arguments a call must name for its fix to be right.
# softmax: an implicit dim is the same in both forms, but deprecated, and picked from the input's rank.
MUST_BE_GIVEN = {"Softmax": ("dim",), "LogSoftmax": ("dim",), "Softmin": ("dim",)}

# The module's constructor asserts an order that the functional does not.
GREATER_THAN = {"Hardtanh": {"max_val": "min_val"}}

# Arguments that must keep their default although the module takes them: a module given as
# distance_function would become a child, so its parameters would gain names in the state dict.
KEEP_DEFAULT = {"distance_function"}

# Rows that no argument makes safe although every argument maps.
NEVER = {
    "torch.feature_dropout": "the rank of the input picks the module: Dropout1d, Dropout2d or Dropout3d",
    "torch.feature_dropout_": "the rank of the input picks the module: Dropout1d, Dropout2d or Dropout3d",
}

# Losses under torch.* are the low-level forms: `reduction` is a number there.
NUMERIC_REDUCTION = "`reduction` is a number here and a string in the module"

# torch.nn.functional.pad: mode and length of the padding choose the module.
# mode source text -> (module without dimension suffix, lengths of `pad` it exists for)
PADDING = {
    "'constant'": ("ConstantPad", (2, 4, 6)),
    "'reflect'": ("ReflectionPad", (2, 4, 6)),
    "'replicate'": ("ReplicationPad", (2, 4, 6)),
    "'circular'": ("CircularPad", (2, 4, 6)),
}

NOTES = {
    "torch.nn.functional.relu6": "torch.nn.ReLU6 runs aten.hardtanh(0, 6): same numbers, another graph node",
    "torch.nn.functional.dropout": "without `training` it drops in evaluation too",
}
