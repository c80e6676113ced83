"""Runs the zoo and writes down what happened: python -m tests.accuracy.record FOLDER [LIBRARY...]

Needs torch and the libraries of the zoo, not torchready. One JSON file per library:
models: {name: {"eval": [null | error, ...], "train": [...]} | {"build": error}}
functional, reuse: what truth is; module_calls and executed: where findings can be judged. Files are given
relative to where the library is installed, spans as [line, column, end line, end column] of the call
expression, lines from 1 and columns from 0 in code points.
"""

from __future__ import annotations

import os

# Before torch is imported: scripted or compiled functions would run where nobody can watch.
os.environ.update(
    PYTORCH_JIT="0", TORCHDYNAMO_DISABLE="1", HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false"
)

import argparse
import contextlib
import importlib
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from tests.accuracy.children import in_child
from tests.accuracy.observation import Observation, Observer, Site
from tests.accuracy.truth import Truth
from tests.accuracy.zoo.case import BuiltModel, Case

LIBRARIES = ("torchvision", "timm", "transformers", "segmentation_models_pytorch")
SECONDS_PER_MODEL = 180


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("libraries", nargs="*", default=LIBRARIES)
    parser.add_argument("--only", help="models whose name contains this")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for library in options.libraries:
        truth = record(library, options.only, options.jobs)
        (options.folder / f"{library}.json").write_text(truth.to_json(), encoding="utf-8")
        print(truth.summary())
    return 0


def record(library: str, only: str | None, jobs: int) -> Truth:
    # A child that is forked after an OpenMP region ran with several threads hangs in its first one.
    torch.set_num_threads(1)
    zoo = importlib.import_module(f"tests.accuracy.zoo.{library}_models")
    cases = [case for case in zoo.cases() if not only or only in case.name]
    root = Path(sys.modules[library].__file__ or "").parent
    truth = Truth(library, sys.modules[library].__version__)
    with ThreadPoolExecutor(jobs) as pool:
        answers = pool.map(_in_child, cases, [root] * len(cases))
        for done, (case, answer) in enumerate(zip(cases, answers, strict=True), 1):
            truth.add(case.name, answer)
            if sys.stderr.isatty() or done % 20 == 0:
                print(f"{library}: {done}/{len(cases)} {case.name}", file=sys.stderr, flush=True)
    return truth


def _in_child(case: Case, root: Path) -> dict[str, Any]:
    answer = in_child(observe, (case, root), SECONDS_PER_MODEL)
    return {"runs": {"build": answer["error"]}} if "error" in answer else answer


def observe(case: Case, root: Path) -> dict[str, Any]:
    """Builds the model and runs it on each input, in eval and in train mode."""
    warnings.simplefilter("ignore")
    started = time.monotonic()
    torch.manual_seed(0)
    try:
        built = case.build()
    except Exception as error:  # whatever a model raises is the answer
        return {"runs": {"build": _text(error)}}
    observer = Observer(lambda filename: filename.startswith(f"{root}{os.sep}"))
    runs: dict[str, Any] = {mode: list(_run(built, mode, observer)) for mode in ("eval", "train")}
    runs["seconds"] = round(time.monotonic() - started, 1)
    return _as_json(observer.observation, root.parent) | {"runs": runs}


def _run(built: BuiltModel, mode: str, observer: Observer) -> Iterator[str | None]:
    built.model.train(mode == "train")
    for inputs in built.inputs:
        if inputs.mode not in (None, mode):
            continue
        try:
            with torch.no_grad() if mode == "eval" else contextlib.nullcontext():
                observer.run(built.model, *inputs.args, **(inputs.kwargs or {}))
        except Exception as error:  # whatever a model raises is the answer
            yield _text(error)
        else:
            yield None


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _as_json(observation: Observation, root: Path) -> dict[str, Any]:
    def place(site: Site) -> dict[str, Any]:
        return {"file": Path(site.filename).relative_to(root).as_posix(), "span": list(site.call.span)}

    return {
        "functional": [
            {**place(call.site), "api": call.api, "takes_parameters": call.takes_parameters}
            for call in observation.functional_calls
        ],
        "reuse": [
            {
                **place(reuse.site),
                "kind": reuse.kind,
                "module": reuse.module,
                "first": place(reuse.first) if reuse.first else None,
                "through": [place(site) for site in reuse.through],
            }
            for reuse in observation.reuses
        ],
        "module_calls": [
            {**place(site), "modules": sorted(modules), "repeated": site in observation.repeated}
            for site, modules in observation.module_calls.items()
        ],
        "executed": [place(site) for site in observation.executed],
    }


if __name__ == "__main__":
    sys.exit(main())
