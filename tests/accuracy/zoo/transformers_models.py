"""Every model type of transformers that can be built small and run on guessed inputs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import torch
from tests.accuracy.zoo import tiny_configuration, torchvision_on_cpu
from tests.accuracy.zoo.case import MOST_PARAMETERS, BuiltModel, Case, Inputs
from tests.accuracy.zoo.guessed_inputs import guess

# Many models import torchvision when it is there.
KEEP_OPERATORS_REGISTERED = torchvision_on_cpu.prepare()

import transformers  # noqa: E402
import transformers.modeling_utils  # noqa: E402  (here, so that no child has to)
from transformers.models.auto import modeling_auto  # noqa: E402
from transformers.models.auto.configuration_auto import CONFIG_MAPPING  # noqa: E402

# The class with the most code first: heads hold the base model.
MAPPINGS = (
    "MODEL_FOR_PRETRAINING_MAPPING_NAMES",
    "MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES",
    "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES",
    "MODEL_FOR_OBJECT_DETECTION_MAPPING_NAMES",
    "MODEL_FOR_UNIVERSAL_SEGMENTATION_MAPPING_NAMES",
    "MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING_NAMES",
    "MODEL_FOR_DEPTH_ESTIMATION_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_FOR_CTC_MAPPING_NAMES",
    "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES",
    "MODEL_MAPPING_NAMES",
)
SHRINKERS = (
    tiny_configuration.everything,
    tiny_configuration.with_as_many_keys_as_heads,
    tiny_configuration.shallow,
)


def cases() -> Iterator[Case]:
    for model_type in sorted(modeling_auto.MODEL_MAPPING_NAMES):
        yield Case(model_type, lambda model_type=model_type: _build(model_type))


def _build(model_type: str) -> BuiltModel:
    """The first class and size that survives a forward, with all inputs that it survives."""
    problem: Exception | None = None
    for class_name in _class_names(model_type):
        for rules in SHRINKERS:
            try:
                model = _small_model(model_type, class_name, rules)
                inputs = tuple(_that_run(model, guess(model)))
            except Exception as error:  # the next class or size may work
                problem = problem or error
                continue
            return BuiltModel(model, inputs)
    raise problem or ValueError("no class to build")


def _class_names(model_type: str) -> list[str]:
    names: list[str] = []
    for mapping in MAPPINGS:
        found = getattr(modeling_auto, mapping).get(model_type, ())
        names.extend([found] if isinstance(found, str) else found)
    names = list(dict.fromkeys(names))
    # A second head seldom shows code that the first does not.
    return list(dict.fromkeys([names[0], names[-1]])) if names else []


def _small_model(model_type: str, class_name: str, rules: tiny_configuration.Shrink) -> torch.nn.Module:
    model_class = getattr(transformers, class_name)
    configuration_class = CONFIG_MAPPING[model_type]
    small = tiny_configuration.shrink(configuration_class().to_dict(), rules)
    configuration = configuration_class.from_dict(small)
    with torch.device("meta"):
        size = sum(parameter.numel() for parameter in model_class(configuration).parameters())
    if size > MOST_PARAMETERS:
        raise ValueError(f"{size} parameters are too many for the zoo")
    configuration = configuration_class.from_dict(small)
    return model_class._from_config(configuration, attn_implementation="eager")


def _that_run(model: torch.nn.Module, candidates: list[dict[str, Any]]) -> Iterator[Inputs]:
    """Those candidates that the model accepts; raises what the model raised when there is none."""
    problem: Exception | None = None
    accepted = set(inspect.signature(model.forward).parameters)
    model.eval()
    ran = False
    for candidate in candidates:
        kwargs = {name: value for name, value in candidate.items() if name in accepted}
        try:
            with torch.no_grad():
                model(**kwargs)
        except Exception as error:  # the next candidate may work
            problem = problem or error
            continue
        ran = True
        yield Inputs(kwargs=kwargs)
    if not ran:
        raise problem or ValueError("no input could be guessed")
