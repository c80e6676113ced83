"""What the models of the zoo compute, as digests: python -m tests.accuracy.outputs RESULT LIBRARY [--only NAME]

Run before and after a change of a library's sources, two results tell whether the change kept the state dicts, the
outputs in eval and in train mode and the random state, to the last bit. RESULT is a JSON file:
{model: {"files": [...], "seen": {what: digest}} | {"error": why nothing was seen}}
"""

from __future__ import annotations

import os

# Before torch is imported: what is compiled may round otherwise.
os.environ.update(
    PYTORCH_JIT="0", TORCHDYNAMO_DISABLE="1", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false"
)

import argparse
import contextlib
import hashlib
import importlib
import json
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import torch
from tests.accuracy.children import in_child
from tests.accuracy.zoo.case import BuiltModel, Case

SECONDS_PER_MODEL = 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", type=Path)
    parser.add_argument("library")
    parser.add_argument("--only", help="models whose name contains this")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    # A child that is forked after an OpenMP region ran with several threads hangs in its first one.
    torch.set_num_threads(1)
    zoo = importlib.import_module(f"tests.accuracy.zoo.{options.library}_models")
    root = Path(sys.modules[options.library].__file__ or "").parent
    cases = [case for case in zoo.cases() if not options.only or options.only in case.name]
    with ThreadPoolExecutor(options.jobs) as pool:
        answers = list(pool.map(lambda case: in_child(observe, (case, root), SECONDS_PER_MODEL), cases))
    names = [case.name for case in cases]
    options.result.write_text(json.dumps(dict(zip(names, answers, strict=True))), encoding="utf-8")
    return 0


def observe(case: Case, root: Path) -> dict[str, Any]:
    """What one model is and does, by name of the observation."""
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    try:
        built = case.build()
    except Exception as error:  # whatever a model raises is the answer
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    state = built.model.state_dict()
    seen = {"state dict keys": digest(list(state)), "state dict": digest(state)}
    seen["random state after building"] = digest(torch.get_rng_state())
    for mode in ("eval", "train"):
        seen |= dict(_run(built, mode))
    seen["state dict afterwards"] = digest(built.model.state_dict())
    return {"files": sorted(_files(built.model, root)), "seen": seen}


def _run(built: BuiltModel, mode: str) -> Iterator[tuple[str, str]]:
    built.model.train(mode == "train")
    for number, inputs in enumerate(built.inputs):
        if inputs.mode not in (None, mode):
            continue
        torch.manual_seed(1)
        try:
            with torch.no_grad() if mode == "eval" else contextlib.nullcontext():
                output = digest(built.model(*inputs.args, **(inputs.kwargs or {})))
        except Exception as error:  # a model that refuses must refuse in the same way afterwards
            output = f"{type(error).__name__}: {error}"[:300]
        yield f"{mode} output {number}", output
        yield f"{mode} random state {number}", digest(torch.get_rng_state())


def _files(model: torch.nn.Module, root: Path) -> set[str]:
    """The files of the library, relative to its parent, that hold the classes of the model's modules."""
    modules = {sys.modules[one.__module__] for module in model.modules() for one in type(module).__mro__}
    paths = [Path(module.__file__) for module in modules if getattr(module, "__file__", None)]
    return {path.relative_to(root.parent).as_posix() for path in paths if path.is_relative_to(root)}


def digest(value: object) -> str:
    hashed = hashlib.sha256()
    for part in _parts(value):
        hashed.update(part)
    return hashed.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    match value:
        case torch.Tensor():
            yield f"{value.dtype} {tuple(value.shape)}".encode()
            numbers = value.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
            yield numbers.view(torch.uint8).numpy().tobytes()
        case Mapping():
            for key, item in value.items():
                yield repr(key).encode()
                yield from _parts(item)
        case str() | bytes() | int() | float() | None:
            yield repr(value).encode()
        case Sequence():
            yield f"{len(value)} items".encode()
            for item in value:
                yield from _parts(item)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _parts(getattr(value, field.name))
        case _:
            # Its address says nothing; what else an object holds is not looked into.
            yield type(value).__name__.encode()


if __name__ == "__main__":
    sys.exit(main())
