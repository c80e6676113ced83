"""What a configuration says, and what is said about a wrong one and where."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from torchready.config import Config, ConfigError, InputConfig, PlainInput, find_config, load_config
from torchready.config.keys import TORCHREADY
from torchready.config.schema import SCHEMA_FILE, json_schema
from torchready.finding import Severity

DESIGN_EXAMPLE = """\
[tool.torchready]
profile = "aimet"
select = ["TR"]
ignore = ["TR304"]
exclude = ["third_party"]
allow-functional = ["torch.nn.functional.pad"]
severity = { TR301 = "error" }
python = ".venv/bin/python"            # interpreter that runs the probe

[tool.torchready.per-file-ignores]
"tests/**" = ["TR1"]

[[tool.torchready.model]]
target = "package.net:Net"             # a class, or a callable that returns a module
args = []                              # constructor arguments
kwargs = { num_classes = 10 }
inputs = [{ shape = [1, 3, 224, 224], dtype = "float32" }]
checks = ["forward", "trace", "export", "onnx"]
opset = 18
timeout = 120                          # seconds, for all checks of this model
on-save = true
"""


def write(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def marked_problems(path: Path) -> list[tuple[str, str]]:
    """Each problem's message with the text that its range covers."""
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    lines = path.read_text("utf-8-sig").split("\n")
    found: list[tuple[str, str]] = []
    for problem in caught.value.problems:
        assert problem.path == path
        start, end = problem.range
        assert start.line == end.line
        found.append((lines[start.line][start.column : end.column], problem.message))
    return found


def test_every_key_of_the_design_is_read(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, DESIGN_EXAMPLE))
    assert config.profile == "aimet"
    assert config.select == ("TR",)
    assert config.ignore == ("TR304",)
    assert config.exclude == ("third_party",)
    assert config.per_file_ignores == (("tests/**", ("TR1",)),)
    assert config.severity == {"TR301": Severity.ERROR}
    assert config.allow_functional == {"torch.nn.functional.pad"}
    assert config.python == ".venv/bin/python"
    assert config.interpreter == str(tmp_path / ".venv" / "bin" / "python")
    assert config.source == tmp_path / "pyproject.toml"
    (model,) = config.models
    assert (model.target, model.args, model.kwargs) == ("package.net:Net", (), {"num_classes": 10})
    assert model.inputs == (InputConfig((1, 3, 224, 224), "float32"),)
    assert (model.opset, model.timeout, model.on_save) == (18, 120, True)


def test_torchready_toml_has_its_keys_at_the_top(tmp_path: Path) -> None:
    text = '[[model]]\ntarget = "net.py:Net"\ninputs = { ids = { shape = [1, 8], dtype = "int64" } }\n'
    (model,) = load_config(write(tmp_path, text, "torchready.toml")).models
    assert model.inputs == {"ids": InputConfig((1, 8), "int64")}
    assert model.checks == ("forward", "trace", "export", "onnx")


def test_inputs_may_be_nested_plain_or_in_a_range(tmp_path: Path) -> None:
    text = """\
[[model]]
target = "net:Net"
inputs = [
  { shape = [1, 8], dtype = "int64", low = 0, high = 30000 },
  [{ shape = [2] }, { mask = { shape = [1], dtype = "bool" }, scale = 0.5 }],
  3,
  "mean",
  true,
  { value = [1, 2] },
]
memory = "1.5 GB"
device = "fake"
dynamic-batch = true
exporters = ["torchscript"]
"""
    (model,) = load_config(write(tmp_path, text, "torchready.toml")).models
    assert model.inputs == (
        InputConfig((1, 8), "int64", 0, 30000),
        (InputConfig((2,)), {"mask": InputConfig((1,), "bool"), "scale": 0.5}),
        3,
        "mean",
        True,
        PlainInput((1, 2)),
    )
    assert model.memory == 3 * 2**29
    assert (model.device, model.dynamic_batch, model.exporters) == ("fake", True, ("torchscript",))


def test_inputs_may_come_from_a_function(tmp_path: Path) -> None:
    text = '[[model]]\ntarget = "net:Net"\ninputs = "package.dummy:make_inputs"\n'
    assert (
        load_config(write(tmp_path, text, "torchready.toml")).models[0].inputs == "package.dummy:make_inputs"
    )


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + DESIGN_EXAMPLE.replace("\n", "\r\n")
    assert load_config(write(tmp_path, text)).profile == "aimet"


def test_a_configuration_can_be_hashed_and_sent_to_another_process(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, DESIGN_EXAMPLE))
    assert config.ignored_in_file(tmp_path / "tests" / "a.py", tmp_path) == ("TR1",)
    copy = pickle.loads(pickle.dumps(config))
    assert copy == config
    assert hash(copy) == hash(config)


@pytest.mark.parametrize(
    ("settings", "marked", "message"),
    [
        ('selct = ["TR"]', "selct", "unknown key `selct`; did you mean `select`?"),
        (
            "quux = 1",
            "quux",
            "unknown key `quux`; it can be `profile`, `select`, `ignore`, `exclude`, `per-file-ignores`, "
            "`severity`, `allow-functional`, `python` or `model`",
        ),
        ('profile = "aimett"', '"aimett"', "`profile` cannot be `aimett`; did you mean `aimet`?"),
        ("profile = 3", "3", "`profile` must be one of `default` or `aimet`, not a whole number"),
        ('exclude = "build"', '"build"', "`exclude` must be a list of patterns, not a string"),
        (
            'select = ["TR1", "E501"]',
            '"E501"',
            "an item of `select` must be a string such as `TR101`, or a prefix such as `TR1`, not `E501`",
        ),
        (
            'ignore = ["TR9"]',
            '"TR9"',
            "an item of `ignore` must be a string such as `TR101`, or a prefix such as `TR1`, not `TR9`",
        ),
        (
            'severity = { TR301 = "eror" }',
            '"eror"',
            "`severity.TR301` cannot be `eror`; did you mean `error`?",
        ),
        (
            'severity = { F401 = "error" }',
            "F401",
            "`F401` in `severity` must be a string such as `TR101`, or a prefix such as `TR1`",
        ),
        ("python = 2024-01-01", "2024-01-01", "`python` must be a string, not a date or time"),
        (
            'exclude = ["größe", 7]',
            "7",
            "an item of `exclude` must be a pattern as in a .gitignore, not a whole number",
        ),
        (
            'exclude = ["[z-a]"]',
            '"[z-a]"',
            "an item of `exclude` must be a pattern as in a .gitignore, not `[z-a]`",
        ),
        (
            'per-file-ignores = { "!" = ["TR1"] }',
            '"!"',
            "`!` in `per-file-ignores` must be a pattern as in a .gitignore",
        ),
        (
            'per-file-ignores = { "a.b" = "TR1" }',
            '"TR1"',
            "`per-file-ignores.a.b` must be a list of rule codes or prefixes, such as `TR101` or `TR1`, "
            "not a string",
        ),
    ],
)
def test_a_mistake_is_named_and_marked(tmp_path: Path, settings: str, marked: str, message: str) -> None:
    path = write(tmp_path, f"[project]\nname = 'x'\n\n[tool.torchready]\n{settings}\n")
    assert marked_problems(path) == [(marked, message)]


@pytest.mark.parametrize(
    ("settings", "marked", "message"),
    [
        ("onsave = true", "onsave", "unknown key `onsave` in an item of `model`; did you mean `on-save`?"),
        ("on-save = 1", "1", "`model.on-save` must be true or false, not a whole number"),
        ("opset = true", "true", "`model.opset` must be a whole number of 1 or more, not a boolean"),
        ("timeout = 0", "0", "`model.timeout` must be a number above 0, not 0"),
        ('checks = ["onx"]', '"onx"', "an item of `model.checks` cannot be `onx`; did you mean `onnx`?"),
        (
            "inputs = [{ shape = [1], dtype = 'float31' }]",
            "'float31'",
            "`model.inputs.dtype` cannot be `float31`; did you mean `float32`?",
        ),
        (
            "inputs = [{ shape = [1, 3], dtyp = 'int64' }]",
            "dtyp",
            "unknown key `dtyp` in an item of `model.inputs`; did you mean `dtype`?",
        ),
        (
            "inputs = [{ shape = [2], low = 4 }]",
            "4",
            "an item of `model.inputs` has `low` but no `high`: give both",
        ),
        (
            "inputs = [[{ shape = [2], low = 4, high = 4 }]]",
            "4",
            "`model.inputs.high` must be above `low`, 4, not 4",
        ),
        (
            "inputs = { x = 2020-01-01 }",
            "2020-01-01",
            "`model.inputs.x` must be a tensor such as `{ shape = [1, 3, 224, 224] }`, a plain value, or a list "
            "or table of these, not a date or time",
        ),
        (
            "memory = '8 bytes'",
            "'8 bytes'",
            "`model.memory` must be a string such as `8 GB`, not `8 bytes`",
        ),
        (
            "exporters = ['torchscrip']",
            "'torchscrip'",
            "an item of `model.exporters` cannot be `torchscrip`; did you mean `torchscript`?",
        ),
        (
            "inputs = [{ dtype = 'float32' }]",
            "{ dtype = 'float32' }",
            "an item of `model.inputs` needs the key `shape`, a list of whole numbers",
        ),
    ],
)
def test_a_mistake_in_the_second_model_is_marked_there(
    tmp_path: Path, settings: str, marked: str, message: str
) -> None:
    models = f"[[model]]\ntarget = 'a:A'\n\n[[model]]\ntarget = 'b:B'\n{settings}\n"
    path = write(tmp_path, models, "torchready.toml")
    assert marked_problems(path) == [(marked, message)]
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.problems[0].range.start.line == 5


def test_a_model_without_target_is_marked_at_its_header(tmp_path: Path) -> None:
    path = write(tmp_path, "[[tool.torchready.model]]\nopset = 18\n")
    message = (
        "an item of `model` needs the key `target`, "
        "a string such as `package.module:Name` or `path/file.py:Name`"
    )
    assert marked_problems(path) == [("model", message)]


def test_all_mistakes_are_reported_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[tool.torchready]\nignore = 1\nselct = []\nprofile = "x"\n')
    assert [marked for marked, _ in marked_problems(path)] == ["1", "selct", '"x"']


def test_the_error_reads_like_a_compiler_message(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool.torchready]\nselct = []\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value) == f"{path}:2:1: unknown key `selct`; did you mean `select`?"


@pytest.mark.parametrize(
    ("text", "place"),
    [("select = [\n", (0, 10)), ("a = 1\nselect = = 3\n", (1, 9)), ('python = "x\n', (0, 11))],
)
def test_broken_toml_is_reported_at_its_place(tmp_path: Path, text: str, place: tuple[int, int]) -> None:
    path = write(tmp_path, text, "torchready.toml")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    (problem,) = caught.value.problems
    assert problem.message.startswith("not valid TOML: ")
    assert "line" not in problem.message
    assert tuple(problem.range.start) == place


def test_a_table_named_as_in_pyproject_is_explained(tmp_path: Path) -> None:
    path = write(tmp_path, '[tool.torchready]\nprofile = "aimet"\n', "torchready.toml")
    message = "in torchready.toml the keys stand at the top: leave out `tool.torchready.` in the table names"
    assert marked_problems(path) == [("torchready", message)]


def test_our_table_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool]\ntorchready = 3\n")
    assert marked_problems(path) == [("3", "the configuration must be a table, not a whole number")]


def test_a_file_that_is_not_utf8_or_missing_is_an_error_for_people(tmp_path: Path) -> None:
    path = tmp_path / "torchready.toml"
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_config(path)
    path.write_bytes(b'profile = "\xff"')
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load_config(path)


def test_the_nearest_configuration_is_found(tmp_path: Path) -> None:
    outer = write(tmp_path, "[tool.torchready]\n")
    inner = tmp_path / "package" / "inner"
    write(tmp_path / "package", "[tool.other]\n# torchready\n")
    inner.mkdir()
    assert find_config(inner) == outer
    own = write(tmp_path / "package", "", "torchready.toml")
    assert find_config(inner) == own


def test_torchready_toml_wins_over_pyproject_in_one_folder(tmp_path: Path) -> None:
    write(tmp_path, "[tool.torchready]\n")
    own = write(tmp_path, "", "torchready.toml")
    assert find_config(tmp_path) == own


def test_a_broken_pyproject_counts_when_it_is_ours(tmp_path: Path) -> None:
    ours = write(tmp_path, "[tool.torchready]\nselect = [\n")
    assert find_config(tmp_path) == ours
    write(tmp_path / "other", "# torchready\n[tool.other]\nselect = [\n")
    assert find_config(tmp_path / "other") == ours


@pytest.mark.parametrize(
    ("select", "ignore", "code", "on_in_profile", "enabled"),
    [
        (None, (), "TR101", True, True),
        (None, (), "TR103", False, False),
        (("TR103",), (), "TR103", False, True),
        (("TR1",), (), "TR103", False, False),
        (("TR1",), (), "TR101", True, True),
        (("TR2",), (), "TR101", True, False),
        ((), (), "TR101", True, False),
        (None, ("TR",), "TR101", True, False),
        (None, ("TR1",), "TR201", True, True),
        (("TR101",), ("TR1",), "TR101", True, True),
        (("TR1",), ("TR101",), "TR101", True, False),
        (("TR101",), ("TR101",), "TR101", True, False),
    ],
)
def test_the_longest_prefix_decides(
    select: tuple[str, ...] | None, ignore: tuple[str, ...], code: str, on_in_profile: bool, enabled: bool
) -> None:
    assert Config(select=select, ignore=ignore).enabled(code, on_in_profile) is enabled


def test_the_longest_prefix_gives_the_severity() -> None:
    config = Config(severity={"TR": Severity.HINT, "TR101": Severity.ERROR})
    assert config.severity_of("TR101", Severity.WARNING) is Severity.ERROR
    assert config.severity_of("TR102", Severity.WARNING) is Severity.HINT
    assert Config().severity_of("TR102", Severity.WARNING) is Severity.WARNING


def test_functionals_are_allowed_by_name_and_by_pattern() -> None:
    config = Config(allow_functional=frozenset({"torch.nn.functional.pad", "torch.fft.*"}))
    assert config.allows_functional("torch.nn.functional.pad")
    assert config.allows_functional("torch.fft.rfft")
    assert not config.allows_functional("torch.nn.functional.relu")


@pytest.mark.parametrize(
    ("pattern", "file", "ignored"),
    [
        ("tests/**", "tests/deep/a.py", True),
        ("tests/", "src/tests/a.py", True),
        ("/tests/", "src/tests/a.py", False),
        ("__init__.py", "a/__init__.py", True),
        ("*_test.py", "a/b_test.py", True),
        ("*_test.py", "a/b.py", False),
    ],
)
def test_per_file_ignores_match_as_a_gitignore(
    tmp_path: Path, pattern: str, file: str, ignored: bool
) -> None:
    config = Config(per_file_ignores=((pattern, ("TR1", "TR201")),))
    assert config.ignored_in_file(tmp_path / file, tmp_path) == (("TR1", "TR201") if ignored else ())


def test_a_negated_pattern_means_all_other_files(tmp_path: Path) -> None:
    config = Config(per_file_ignores=(("!models/**", ("TR1",)),))
    assert config.ignored_in_file(tmp_path / "scripts" / "a.py", tmp_path) == ("TR1",)
    assert config.ignored_in_file(tmp_path / "models" / "a.py", tmp_path) == ()


@pytest.mark.parametrize(
    ("configured", "given", "code", "enabled"),
    [
        ({"select": ("TR2",)}, {"select": ("TR1",)}, "TR101", True),
        ({"ignore": ("TR101",)}, {"select": ("TR101",)}, "TR101", True),
        ({"ignore": ("TR101",)}, {"select": ("TR1",)}, "TR101", False),
        ({"select": ("TR101",)}, {"ignore": ("TR1",)}, "TR101", False),
        ({"ignore": ("TR101",)}, {"ignore": ("TR2",)}, "TR101", False),
        ({}, {"select": ("TR101",), "ignore": ("TR1",)}, "TR101", True),
    ],
)
def test_the_command_line_wins(
    configured: dict[str, tuple[str, ...]], given: dict[str, tuple[str, ...]], code: str, enabled: bool
) -> None:
    config = Config(select=configured.get("select"), ignore=configured.get("ignore", ()))
    overridden = config.with_overrides(select=given.get("select"), ignore=given.get("ignore"))
    assert overridden.enabled(code, on_in_profile=True) is enabled


def test_overrides_leave_the_rest_alone() -> None:
    config = Config(profile="aimet", exclude=("a",), python="python3")
    overridden = config.with_overrides(profile="default", exclude=["b"])
    assert (overridden.profile, overridden.exclude, overridden.python) == ("default", ("a", "b"), "python3")
    assert config.with_overrides() == config


def test_the_fingerprint_follows_what_influences_findings() -> None:
    config = Config(select=("TR1", "TR2"))
    assert config.fingerprint() == Config(select=("TR2", "TR1"), exclude=("x",)).fingerprint()
    others = (
        Config(),
        Config(select=("TR1",)),
        Config(profile="aimet"),
        Config(ignore=("TR1",)),
        Config(per_file_ignores=(("a", ("TR1",)),)),
        Config(severity={"TR1": Severity.HINT}),
        Config(allow_functional=frozenset({"a"})),
        Config(python="python3"),
    )
    assert len({other.fingerprint() for other in others}) == len(others)


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    program = (
        "from torchready.config import Config\n"
        "print(Config(allow_functional=frozenset('abcdefgh')).fingerprint())"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        output = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
        assert output.strip() == Config(allow_functional=frozenset("abcdefgh")).fingerprint()


def test_a_project_without_configuration_loads_no_parser(tmp_path: Path) -> None:
    write(tmp_path, "[project]\nname = 'x'\n")
    program = (
        "import sys, pathlib\nfrom torchready.config import Config, find_config\n"
        "find_config(pathlib.Path(sys.argv[1]))\nConfig().enabled('TR101', True)\n"
        "print({'tomllib', 'tomli', 'tree_sitter', 'pathspec', 'torchready.config.keys'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(tmp_path)]
    assert subprocess.check_output(command, env=environment, text=True).strip() == "set()"


def test_the_shipped_schema_is_up_to_date() -> None:
    advice = "run `python -m torchready.config.schema`"
    assert SCHEMA_FILE.read_text("utf-8") == json_schema(), advice


def test_the_schema_knows_every_key() -> None:
    schema = json.loads(json_schema())
    assert list(schema["properties"]) == list(TORCHREADY.keys)
    assert schema["additionalProperties"] is False
    model = schema["properties"]["model"]["items"]
    assert model["required"] == ["target"]
    assert set(model["properties"]) == {
        *("target", "args", "kwargs", "inputs", "checks", "opset", "timeout", "memory", "device"),
        *("dynamic-batch", "exporters", "on-save"),
    }
