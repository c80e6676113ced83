"""Which methods can matter for the modules of a class."""

from __future__ import annotations

from pathlib import Path

from torchready.facts.classes import (
    attributes_of,
    lineage,
)
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.layer_words import layer_words
from torchready.facts.project import Project

# Methods that initialise, load or resize what exists; frameworks run much code in them.
NEVER_BUILDS = frozenset(
    {
        "post_init",
        "init_weights",
        "_init_weights",
        "initialize_weights",
        "_initialize_weights",
        "reset_parameters",
        "_reset_parameters",
        "load_state_dict",
        "from_pretrained",
        "tie_weights",
        "save_hyperparameters",
        "load_pretrained",
        "_backward_compatibility_gradient_checkpointing",
        "warn_once",
        "register_to_config",
        "resize_token_embeddings",
        "resize_position_embeddings",
        "_resize_token_embeddings",
        "_get_resized_embeddings",
        "_get_resized_lm_head",
        "_init_added_embeddings_weights_with_mean",
        "_init_added_lm_head_weights_with_mean",
        "_init_added_lm_head_bias_with_mean",
    }
)
# Parameters with these names hold weights that were saved.
CHECKPOINTS = frozenset({"checkpoint", "ckpt", "checkpoint_model"})
# A constructor's method in which none of these stands registers nothing.
BUILDING_WORDS = frozenset(
    {
        "nn",
        "Module",
        "ModuleList",
        "ModuleDict",
        "Sequential",
        "add_module",
        "register_module",
        "register_buffer",
        "register_parameter",
        "setattr",
        "Parameter",
        "append",
        "deepcopy",
    }
)


def is_decoding(name: str) -> bool:
    """Whether a method runs forwards one after the other, or prepares that, and is no part of any of them.

    Asked of the names of classes, too, that are no modules: `GenerationMixin` has such methods only.
    """
    lowered = name.lower()
    return lowered == "generate" or any(
        word in lowered for word in ("generation", "recognize", "beam_search")
    )


def may_run(function: SourceFunction) -> bool:
    """Whether a plain function may be part of a forward; one that is given a checkpoint loads weights."""
    arguments = function.node.args
    given = arguments.args[: len(arguments.args) - len(arguments.defaults)]
    return function.name not in NEVER_BUILDS and not any(
        one.arg in CHECKPOINTS or one.arg.endswith("state_dict") for one in given
    )


def relevant_names(
    project: Project, source: SourceClass, home: Path, *, in_constructor: bool
) -> frozenset[str]:
    """Words that matter, and the names of methods in which one of them stands, directly or through others.

    In a constructor these are words that register something, else those of layers and of module attributes.
    """
    names = set(BUILDING_WORDS)
    if not in_constructor:
        attributes = attributes_of(project, source)
        names = (
            set(layer_words())
            | project.watched_words
            | (set(attributes.module_names) if attributes is not None else set[str]())
        )
        names.add("nn")
    methods: list[SourceFunction] = []
    for one in lineage(project, source).order:
        if one.path != home:
            continue
        project.memo.note(one.path, one.top_name)
        for functions in project.current(one).functions().values():
            for function in functions:
                if not function.name.startswith("__") and function.name not in NEVER_BUILDS:
                    project.note_function(function)
                    methods.append(function)
    grows = True
    while grows:
        more = {one.name for one in methods if not names.isdisjoint(one.piece.identifiers())} - names
        names |= more
        grows = bool(more)
    return frozenset(names)
