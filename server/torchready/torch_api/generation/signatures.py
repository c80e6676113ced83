"""The signature of anything callable in torch, from Python, from its stubs or from its docstring."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from torchready.torch_api.generation.stubs import (
    Argument,
    Overload,
    attributes_of,
    default_source,
    functions_of,
    signature_in_docstring,
)

FUNCTIONAL = "torch.nn.functional."
METHOD = "torch.Tensor."


def resolve(name: str) -> Any:
    """The object that a full name such as `torch.nn.functional.relu` stands for."""
    owner: Any = import_module("torch")
    for part in name.split(".")[1:]:
        owner = getattr(owner, part)
    return owner


def public_callables(namespace: str) -> list[str]:
    """Full names of the public functions of a namespace, without classes and torch's own machinery."""
    owner = resolve(namespace)
    machinery = {"boolean_dispatch", "handle_torch_function", "assert_int_or_pair", "Optional"}
    return [
        f"{namespace}.{name}"
        for name in sorted(dir(owner))
        if not name.startswith(("_", "has_torch_function"))
        and name not in machinery
        and callable(getattr(owner, name, None))
        and not inspect.isclass(getattr(owner, name))
    ]


def overloads(name: str) -> list[Overload]:
    """All known signatures of `name`; methods carry their receiver as first argument `input`."""
    if name.startswith(METHOD):
        short = name.removeprefix(METHOD)
        stub = functions_of("_C/__init__.pyi", "TensorBase").get(short)
        return [_with_receiver(overload) for overload in stub or _from_python(resolve(name))]
    python = _from_python(resolve(name))
    return python or _from_stubs(name)


def signature(name: str) -> Overload:
    """The signature with positions as users write them; of overloads the first without named dimensions."""
    found = overloads(name)
    if not found:
        raise LookupError(f"torch tells no signature of {name}")
    return next((overload for overload in found if not _named_dimensions(overload)), found[0])


def classes_in(namespace: str) -> dict[str, Any]:
    """The public classes of a Python module by name."""
    found: dict[str, Any] = vars(import_module(namespace))
    return {name: c for name, c in found.items() if inspect.isclass(c) and not name.startswith("_")}


def constructor(module: Any) -> tuple[Argument, ...]:
    """Constructor parameters; a class that only passes `*args` on has those of its base."""
    bases: tuple[Any, ...] = module.__mro__
    initializers = (base.__init__ for base in bases if "__init__" in vars(base))
    found = (_from_python(initializer)[0].arguments[1:] for initializer in initializers)
    arguments = next((arguments for arguments in found if arguments), ())
    # RNN, LSTM and GRU choose the mode of their base themselves.
    chooses_mode = module.__name__ in ("RNN", "LSTM", "GRU")
    return tuple(arg for arg in arguments if arg.name != "mode" or not chooses_mode)


def forward_arguments(module: Any) -> tuple[str, ...]:
    """Parameters of `forward`; none for classes that leave it to their subclasses."""
    parameters = inspect.signature(module.forward).parameters.values()
    return tuple(p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL))[1:]


def attribute_types() -> dict[str, str]:
    return attributes_of("_C/__init__.pyi", "TensorBase")


def _from_python(function: Any) -> list[Overload]:
    # `boolean_dispatch` hides the signature; its `if_true` branch is the function with all arguments.
    if inspect.isfunction(function):
        function = inspect.getclosurevars(function).nonlocals.get("if_true", function)
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return []
    arguments = tuple(
        Argument(
            name=parameter.name,
            default=None if parameter.default is parameter.empty else default_source(parameter.default),
            keyword_only=parameter.kind is parameter.KEYWORD_ONLY,
            annotation="" if parameter.annotation is parameter.empty else _type_name(parameter.annotation),
        )
        for parameter in found.parameters.values()
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    )
    returns = "" if found.return_annotation is found.empty else _type_name(found.return_annotation)
    return [Overload(arguments, returns)]


def _type_name(annotation: Any) -> str:
    plain = inspect.isclass(annotation) and "[" not in str(annotation)
    return annotation.__name__ if plain else str(annotation)


def _from_stubs(name: str) -> list[Overload]:
    namespace, _, short = name.rpartition(".")
    found: list[Overload] = []
    if namespace in ("torch", "torch.nn.functional"):
        found = functions_of("_C/_VariableFunctions.pyi").get(short, [])
    if namespace == "torch.nn.functional" and not found:
        found = functions_of("_C/_nn.pyi").get(short, [])
    if found and all(arg.default != "..." for arg in found[0].arguments):
        return found
    documented = signature_in_docstring(resolve(name).__doc__ or "")
    if documented is None or not found:
        return [documented] if documented else []
    annotations = {arg.name: arg.annotation for arg in found[0].arguments}
    typed = tuple(
        Argument(arg.name, arg.default, arg.keyword_only, annotations.get(arg.name, ""))
        for arg in documented.arguments
    )
    return [Overload(typed, found[0].returns)]


def _with_receiver(overload: Overload) -> Overload:
    receiver = Argument("input", None, False, "Tensor")
    rest = overload.arguments[1:] if overload.arguments[:1] and overload.arguments[0].name == "self" else ()
    return Overload((receiver, *rest), overload.returns, overload.variadic)


def _named_dimensions(overload: Overload) -> bool:
    return any("str | EllipsisType" in arg.annotation for arg in overload.arguments) or any(
        arg.name == "batch_sizes" for arg in overload.arguments
    )
