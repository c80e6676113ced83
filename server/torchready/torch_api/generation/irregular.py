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

# The module's constructor refuses both, the functional prefers the first.
EXCLUSIVE = {
    "FractionalMaxPool2d": ("output_size", "output_ratio"),
    "FractionalMaxPool3d": ("output_size", "output_ratio"),
}

# The module's constructor asserts an order that the functional does not.
GREATER_THAN = {"Hardtanh": {"max_val": "min_val"}}

# Arguments that must keep their default although the module takes them: a module given as
# distance_function would become a child, so its parameters would gain names in the state dict.
KEEP_DEFAULT = {"distance_function"}

# Rows that no argument makes safe although every argument maps.
NEVER = {
    "torch.native_channel_shuffle": "it has no gradient, the module has",
    "torch.nn.functional.native_channel_shuffle": "it has no gradient, the module has",
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

# Functions without annotation, stub or one schema; read in their documentation. "unknown" for what
# depends on flags: their schemas tell of the low-level forms.
RETURNS = {
    "torch.Tensor.__eq__": "tensor",
    "torch.Tensor.__ne__": "tensor",
    "torch.Tensor.unique": "unknown",
    "torch.Tensor.unique_consecutive": "unknown",
    "torch.get_autocast_dtype": "dtype",
    "torch.is_tensor": "bool",
    "torch.unique": "unknown",
    "torch.unique_consecutive": "unknown",
    "torch.Parameter": "tensor",
    "torch.Size": "size",
    "torch.Tensor": "tensor",
    "torch.Tensor.backward": "none",
    "torch.Tensor.cdouble": "tensor",
    "torch.Tensor.cfloat": "tensor",
    "torch.Tensor.dim_order": "size",
    "torch.Tensor.norm": "tensor",
    "torch.Tensor.resize": "tensor",
    "torch.Tensor.resize_as": "tensor",
    "torch.Tensor.share_memory_": "tensor",
    "torch.Tensor.stft": "tensor",
    "torch.Tensor.to_sparse_coo": "tensor",
    "torch.block_diag": "tensor",
    "torch.broadcast_shapes": "size",
    "torch.broadcast_tensors": "tuple",
    "torch.cdist": "tensor",
    "torch.chain_matmul": "tensor",
    "torch.device": "device",
    "torch.get_device": "number",
    "torch.linalg.cond": "tensor",
    "torch.linalg.norm": "tensor",
    "torch.nn.Buffer": "tensor",
    "torch.nn.Parameter": "tensor",
    "torch.nn.functional.softsign": "tensor",
    "torch.nn.functional.tanhshrink": "tensor",
    "torch.nn.functional.upsample": "tensor",
    "torch.nn.functional.upsample_bilinear": "tensor",
    "torch.nn.functional.upsample_nearest": "tensor",
    "torch.norm": "tensor",
    "torch.sym_float": "number",
    "torch.sym_int": "number",
    "torch.sym_max": "number",
    "torch.sym_min": "number",
    "torch.sym_sqrt": "number",
    "torch.sym_sum": "number",
    "torch.tensordot": "tensor",
}

# Python operator -> (torch function with the same result, op type as the tracer names it).
OPERATORS = {
    "+": ("add", "Add"),
    "-": ("sub", "sub"),
    "*": ("mul", "Mul"),
    "/": ("div", "Div"),
    "//": ("floor_divide", "floor_divide"),
    "%": ("remainder", "remainder"),
    "**": ("pow", "pow"),
    "@": ("matmul", "matmul"),
    "+=": ("add", "Add"),
    "-=": ("sub", "sub"),
    "*=": ("mul", "Mul"),
    "/=": ("div", "Div"),
    "//=": ("floor_divide", "floor_divide"),
    "%=": ("remainder", "remainder"),
    "**=": ("pow", "pow"),
    "@=": ("matmul", "matmul"),
    ">": ("gt", "gt"),
    "<": ("lt", "lt"),
    ">=": ("ge", "ge"),
    "<=": ("le", "le"),
    "==": ("eq", "eq"),
    "!=": ("ne", "ne"),
    "&": ("bitwise_and", "and"),
    "|": ("bitwise_or", "or"),
    "^": ("bitwise_xor", "xor"),
    "unary -": ("neg", "neg"),
    "unary ~": ("bitwise_not", "bitwise_not"),
    "abs()": ("abs", "abs"),
}

# What AIMET calls some aten ops.
AIMET_OP_TYPES = {"add": "Add", "cat": "Concat", "div": "Div", "mul": "Mul"}

# Other names of one operation: the tracer keeps the name, the class is the same. Conversions trace to `to`.
AIMET_ALIASES = {
    "absolute": "abs",
    "arcsin": "asin",
    "arctan": "atan",
    "concat": "cat",
    "concatenate": "cat",
    "divide": "div",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "multiply": "mul",
    "negative": "neg",
    "not_equal": "ne",
    "subtract": "sub",
    "true_divide": "div",
    **dict.fromkeys(
        ("bfloat16", "bool", "byte", "char", "cpu", "cuda", "double", "float", "half", "int", "long"), "to"
    ),
    "short": "to",
    "type": "to",
}

# Classes with a forward of their own; the others wrap one function, which their source names.
AIMET_CLASSES = {"add": "Add", "mul": "Multiply", "pow": "Pow", "cat": "Concat"}

# Classes that no fix may put in place of a call.
AIMET_NO_FIX = {
    "MaskedFill": "AIMET's MaskedFill changes its input in place",
    "ScaledDotProductAttention": "AIMET's quantization simulation does not know it",
}

# Functions that join as Concat does, though no constructor argument says along which axis.
AIMET_JOINS = {
    "hstack": "along which axis it joins depends on the rank of its inputs",
    "row_stack": "it makes rows of one-dimensional inputs first",
    "vstack": "it makes rows of one-dimensional inputs first",
}

# Classes of AIMET's that take other arguments than the function they stand for: (class, why no fix).
AIMET_BY_HAND = {
    "one_hot": ("OneHot", "OneHot takes its classes and both values when it is built: build it by hand"),
    "scatter": ("ScatterElements", "ScatterElements takes the dimension when it is built: build it by hand"),
}

# Layers of torch.nn as AIMET has them for weights that the model computes: (class, op type).
AIMET_COMPUTED_WEIGHTS = {
    "torch.conv2d": ("DynamicConv2d", "convolution"),
    "torch.nn.functional.conv2d": ("DynamicConv2d", "convolution"),
    "torch.nn.functional.linear": ("DynamicLinear", "linear"),
}

# Functions that return tensors without computing: constants, copies, views of the same data, bookkeeping.
NOT_COMPUTED = {
    "linspace",
    "logspace",
    "alias",
    "as_tensor",
    "asarray",
    "conj",
    "data",
    "dequantize",
    "empty_strided",
    "fftfreq",
    "from_dlpack",
    "from_file",
    "from_numpy",
    "get_rng_state",
    "indices",
    "crow_indices",
    "col_indices",
    "ccol_indices",
    "row_indices",
    "stride",
    "native_batch_norm",
    "native_dropout",
    "native_group_norm",
    "native_layer_norm",
    "lift",
    "lift_fresh",
    "pin_memory",
    "refine_names",
    "rename",
    "requires_grad_",
    "rfftfreq",
    "resolve_conj",
    "resolve_neg",
    "set_",
    "share_memory_",
    "view_as_complex",
    "view_as_real",
}
# Constants made from a tensor's shape, initialisers, formats of storage, kernels of single backends.
NOT_COMPUTED_PATTERN = (
    "_like$|^new_|^(cudnn|miopen|mkldnn|fbgemm|quantized|quantize|fake_quantize|batch_norm|to|q_per|sparse)_"
    "|^resize|_indices$|_copy$|sparse_resize"
)

# Attributes of tensors that trace to an op.
ATTRIBUTES = {
    "torch.Tensor.H": "matrix_H",
    "torch.Tensor.T": "numpy_T",
    "torch.Tensor.mH": "mH",
    "torch.Tensor.mT": "mT",
}
