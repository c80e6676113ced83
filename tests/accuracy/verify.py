"""Real models through `torchready verify`, as a user would: python -m tests.accuracy.verify [--write PAGE] [NAME...]

Makes a workspace with one factory for each model, runs the command line on it once, and prints how each check ended.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.accuracy.document import replace_section, table

PROJECT = Path(__file__).parents[2]
# Of every kind that transformers has: encoders, decoders, both; text, pictures, sound; convolutions and experts.
ARCHITECTURES = (
    *("albert", "bart", "beit", "bert", "bloom", "clip", "convnext", "deberta-v2", "deit", "dinov2"),
    *("distilbert", "electra", "falcon", "gemma", "gpt2", "gpt_neox", "llama", "mistral", "mixtral"),
    *("mobilevit", "opt", "phi", "qwen2", "resnet", "roberta", "segformer", "swin", "t5", "vit"),
    *("wav2vec2", "whisper", "xlnet"),
)
DEFAULT = ("torchvision.resnet18", *(f"transformers.{name}" for name in ARCHITECTURES))
CHECKS = ("forward", "trace", "export", "onnx")
FACTORIES = '''\
"""The models of the zoo as factories. The first inputs that a model accepts are its dummy inputs."""

import importlib
from functools import cache

import torch
from torch import nn


@cache
def built(library, name):
    torch.manual_seed(0)
    zoo = importlib.import_module(f"tests.accuracy.zoo.{library}_models")
    (case,) = [case for case in zoo.cases() if case.name == name]
    return case.build()


class Tensors(nn.Module):
    """A model of transformers with tensors going in and out, as such models are exported."""

    def __init__(self, model, names):
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *inputs):
        outputs = self.model(**dict(zip(self.names, inputs)))
        return tuple(value for value in outputs.values() if isinstance(value, torch.Tensor))


def model_of(library, name):
    model = built(library, name).model
    if library != "transformers":
        return model
    model.config.use_cache = False
    return Tensors(model, tuple(built(library, name).inputs[0].kwargs))


def inputs_of(library, name):
    inputs = built(library, name).inputs[0]
    return inputs.args or tuple(inputs.kwargs.values())
'''
ENTRY = """\
[[model]]
target = "factories:{function}"
inputs = "factories:{function}_inputs"
timeout = 600
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=DEFAULT, help="library.model, such as transformers.bert")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="keep the table in this page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = verify(options.names, Path(folder))
    text = page(options.names, models)
    print(text)
    if options.write:
        replace_section(options.write, "verify", text)
    return 0


def verify(names: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """What `verify --output-format json` says of these models."""
    factories, entries = [FACTORIES], []
    for name in names:
        library, _, model = name.partition(".")
        function = re.sub(r"\W", "_", name)
        factories.append(f"def {function}():\n    return model_of({library!r}, {model!r})\n")
        factories.append(f"def {function}_inputs():\n    return inputs_of({library!r}, {model!r})\n")
        entries.append(ENTRY.format(function=function))
    (folder / "factories.py").write_text("\n\n".join(factories), encoding="utf-8")
    (folder / "torchready.toml").write_text("\n".join(entries), encoding="utf-8")
    paths = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "torchready", "verify", "--output-format", "json", "--jobs", "1"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"torchready verify ended with {done.returncode}")
    return json.loads(done.stdout)["models"]


def page(names: Sequence[str], models: Sequence[dict[str, Any]]) -> str:
    ended = [{check["name"]: check for check in model["checks"]} for model in models]
    rows = [
        (name, *(checks[check]["status"] for check in CHECKS), _said(checks))
        for name, checks in zip(names, ended, strict=True)
    ]
    counted = Counter((check, checks[check]["status"]) for checks in ended for check in CHECKS)
    totals = ", ".join(f"{check} {counted[check, 'passed']} of {len(models)}" for check in CHECKS)
    return f"{table(('model', *CHECKS, 'what failed'), rows)}\n\nPassed: {totals}."


def _said(checks: dict[str, dict[str, Any]]) -> str:
    """The first line of what the first failed check says."""
    failed = next((checks[check] for check in CHECKS if checks[check]["status"] == "failed"), None)
    return (failed["message"] or "").splitlines()[0][:200] if failed else ""


if __name__ == "__main__":
    raise SystemExit(main())
