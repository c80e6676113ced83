"""The invariants of docs/architecture.md. A test fails when the house loses its shape, not when it grows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from torchready.rules.registry import RULES

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "server" / "torchready"
MODULES = sorted(PACKAGE.rglob("*.py"))
AGENT = PACKAGE / "probe" / "agent"
# What the agent may find where it runs.
USERS_LIBRARIES = {"torch", "numpy", "onnx", "onnxruntime", "onnxscript", "tqdm"}

# From the ground up. A part may import itself and the floors below its own.
FLOORS = (
    {"finding"},
    {"text", "torch_api"},
    {"config", "syntax"},
    {"suppression", "workspace"},
    {"facts"},
    {"fixes"},
    {"rules"},
    {"engine"},
    {"probe"},
    {"output"},
    {"lsp"},
    {"cli"},
)
FLOOR_OF = {part: number for number, floor in enumerate(FLOORS) for part in floor}

# Libraries that only these parts may import.
HOMES = {
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "libcst": {"fixes"},
    "torch": {"torch_api"},
    "aimet_torch": set[str](),
    "numpy": set[str](),
}

HEADINGS = ["What it does", "Why is this bad?", "Example", "Use instead", "Fix safety"]
FORBIDDEN_NAMES = re.compile(r"(^|_)(util|utils|helper|helpers|manager|common|misc)($|_)")
CONTAINER_CALLS = {
    "list",
    "dict",
    "set",
    "defaultdict",
    "OrderedDict",
    "Counter",
    "deque",
    "WeakKeyDictionary",
}
CHANGING_METHODS = {
    *(
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "setdefault",
        "pop",
        "popitem",
        "remove",
        "discard",
        "clear",
    ),
    *("sort", "reverse"),
}
MOST_LINES = 480


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported anywhere in the file, in functions and for types too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
            if node.module == "torchready":
                yield from ((node.lineno, f"torchready.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", [path for path in MODULES if AGENT not in path.parents], ids=name_of)
def test_imports_are_absolute(path: Path) -> None:
    assert [f"line {line}: {name}" for line, name in imports(tree_of(path)) if name.startswith(".")] == []


AGENT_FILES = [path for path in MODULES if AGENT in path.parents]


@pytest.mark.parametrize("path", AGENT_FILES, ids=name_of)
def test_the_agent_imports_only_what_stands_in_every_users_environment(path: Path) -> None:
    """Its own files relatively, so that it can be loaded under any name, and never torchready."""
    strangers = [
        f"line {line}: {name}"
        for line, name in imports(tree_of(path))
        if not name.startswith(".") and name.split(".")[0] not in sys.stdlib_module_names | USERS_LIBRARIES
    ]
    assert strangers == []


@pytest.mark.parametrize("path", AGENT_FILES, ids=name_of)
def test_the_agent_is_written_in_the_oldest_python_it_meets(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 9))


def parts_imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for line, name in imports(tree):
        match name.split("."):
            case ["torchready", part, *_]:
                yield line, part
            case _:
                pass


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    own = part_of(path)
    if own in ("__init__", "__main__"):
        return
    upward = [
        f"line {line}: {own} imports {part}"
        for line, part in parts_imported(tree_of(path))
        if part != own and part != "__version__" and FLOOR_OF[part] >= FLOOR_OF[own]
    ]
    assert upward == []


def test_every_part_has_a_floor() -> None:
    assert {part_of(path) for path in MODULES} - {"__init__", "__main__"} <= FLOOR_OF.keys()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_stay_in_their_part(path: Path) -> None:
    strangers = [
        f"line {line}: {name}"
        for line, name in imports(tree_of(path))
        if AGENT not in path.parents and part_of(path) not in HOMES.get(name.split(".")[0], {part_of(path)})
    ]
    assert strangers == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_torch_is_imported_by_generators_and_the_agent_only(path: Path) -> None:
    tree = tree_of(path)
    lines = [line for line, name in imports(tree) if name.split(".")[0] == "torch"]
    if AGENT in path.parents:
        return
    if path.name.startswith("generate"):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        lines = [line for line in lines if not any(spans(function, line) for function in functions)]
    assert lines == []


def spans(function: ast.FunctionDef, line: int) -> bool:
    return function.lineno < line <= (function.end_lineno or line)


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("torchready.engine", {"libcst", "torch", "pygls", "lsprotocol"}),
        ("torchready.cli.main", {"libcst", "torch", "pygls", "lsprotocol"}),
        ("torchready.lsp", {"torch"}),
        (
            "torchready.lsp.language_server",
            {"torch", "platformdirs", "tree_sitter", "torchready.probe", "torchready.lsp.verification_parts"},
        ),
    ],
)
def test_heavy_libraries_are_not_loaded_at_start(module: str, absent: set[str]) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert absent & set(run.stdout.split()) == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_hold_constants_not_state(path: Path) -> None:
    """A container at module level is a constant: a name in capitals that nothing in its module changes."""
    tree = tree_of(path)
    constants: set[str] = set()
    mistakes: list[str] = []
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and is_container(statement.value):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [ast.unparse(target) for target in targets]
            constants.update(names)
            mistakes += [f"line {statement.lineno}: {name}" for name in names if not is_constant_name(name)]
    mistakes += [f"line {line}: {what}" for line, what in changes(tree, constants)]
    assert mistakes == []


def is_constant_name(name: str) -> bool:
    return name == "__all__" or name.isupper()


def is_container(value: ast.expr | None) -> bool:
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CONTAINER_CALLS
        case _:
            return False


def changes(tree: ast.Module, constants: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Global(names=names):
                yield node.lineno, f"global {', '.join(names)}"
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()) if name in constants:
                yield node.lineno, f"{name}[...] changed"
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                if name in constants and method in CHANGING_METHODS:
                    yield node.lineno, f"{name}.{method}(...)"
            case ast.AugAssign(target=ast.Name(id=name)) if name in constants:
                yield node.lineno, f"{name} changed"
            case _:
                pass


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name_of)
def test_every_package_says_what_lives_there(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)), "say in a few lines what lives here and what must not"


@pytest.mark.parametrize("folder", ["server", "tests", "benchmarks"])
def test_no_file_is_a_drawer_for_everything(folder: str) -> None:
    files = [path for path in (PROJECT / folder).rglob("*") if path.is_dir() or path.suffix == ".py"]
    # Models that are checked in tests may be about helper methods, and npm's packages are not ours.
    others = {"corpus", "node_modules"}
    named = [path for path in files if others.isdisjoint(path.relative_to(PROJECT).parts)]
    assert [name_of(path) for path in named if FORBIDDEN_NAMES.search(path.stem)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_fits_a_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_rules_are_sorted_by_codes_that_are_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(codes)


def test_every_rule_that_is_written_is_registered() -> None:
    written = {
        ast.literal_eval(keyword.value)
        for path in (PACKAGE / "rules").glob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rule"
        for keyword in node.keywords
        if keyword.arg == "code"
    }
    assert written == {rule.code for rule in RULES}


def test_every_rule_documents_itself_under_the_fixed_headings() -> None:
    headings = {
        rule.code: re.findall(r"^#+ (.+)$", re.sub(r"(?s)```.*?```", "", inner(rule.page())), re.M)
        for rule in RULES
    }
    assert {code: found for code, found in headings.items() if found != HEADINGS} == {}


def inner(page: str) -> str:
    """A page without its title."""
    return page.partition("\n")[2]


def test_every_rule_shows_a_bad_and_a_good_example() -> None:
    one_sided = [
        rule.code
        for rule in RULES
        if not any(example.findings for example in rule.examples)
        or all(example.findings for example in rule.examples)
    ]
    assert one_sided == []
