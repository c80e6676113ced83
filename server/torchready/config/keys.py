"""All keys of `[tool.torchready]`; validation and the JSON schema derive from this table."""

from __future__ import annotations

from torchready.config.input_kinds import DummyInput
from torchready.config.kinds import (
    Anything,
    Boolean,
    ByType,
    Choice,
    Key,
    ListOf,
    Number,
    PathPattern,
    String,
    Table,
    TableOf,
)
from torchready.config.model import ALL_CHECKS, DEVICES, EXPORTERS, Config, ModelConfig
from torchready.finding import Severity

PROFILES = ("default", "aimet")
# The code families that exist; whether a code of a family has a rule yet is not for this floor to know.
CODE = String(pattern=r"TR([0-4]\d{0,2})?", form="`TR101`, or a prefix such as `TR1`")
CODES = ListOf(CODE, "rule codes or prefixes, such as `TR101` or `TR1`")
MEMORY = r"\d+(\.\d+)? ?[KMGT]i?B"
REFERENCE = String(pattern=r"[^:]+(\.py)?:[^:]+", form="`package.module:Name` or `path/file.py:Name`")
INPUTS = ByType(
    {
        list: ListOf(DummyInput(), "tables such as `{ shape = [1, 3, 224, 224] }`"),
        dict: TableOf(DummyInput(), "a table of inputs by keyword"),
        str: REFERENCE,
    },
    expected="a list of inputs, a table of inputs by keyword or a string such as `package.dummy:make_inputs`",
)

MODEL = Table(
    {
        "target": Key(
            REFERENCE,
            "The class or callable that gives the module, as `package.module:Name` or `path/file.py:Name`.",
            required=True,
        ),
        "args": Key(ListOf(Anything(), "values"), "Positional arguments of the constructor.", default=[]),
        "kwargs": Key(
            TableOf(Anything(), "a table of values"), "Keyword arguments of the constructor.", default={}
        ),
        "inputs": Key(
            INPUTS,
            "Dummy inputs of forward: a list, a table by keyword, or `package.module:function` to make them.",
        ),
        "checks": Key(
            ListOf(Choice(ALL_CHECKS), f"checks out of {', '.join(ALL_CHECKS)}"),
            "What `torchready verify` tries with this model.",
            default=list(ALL_CHECKS),
        ),
        "opset": Key(Number(1), "The ONNX opset to export to; the exporter's own default when left out."),
        "timeout": Key(
            Number(0, fractions=True, above=True),
            "Seconds for all checks of this model together.",
            default=ModelConfig.__dataclass_fields__["timeout"].default,
        ),
        "memory": Key(
            String(pattern=MEMORY, form="`8 GB`"),
            "How much more memory the model may take than torch itself; the machine's when left out.",
        ),
        "device": Key(
            Choice(DEVICES),
            "Where the numbers are: `real`, or nowhere (`fake`, `meta`) for models that do not fit into memory; "
            "`auto` chooses by the number of parameters.",
            default="auto",
        ),
        "dynamic-batch": Key(Boolean(), "Also export with a first dimension of any size.", default=False),
        "exporters": Key(
            ListOf(Choice(EXPORTERS), f"exporters out of {', '.join(EXPORTERS)}"),
            "The ONNX exporters to try; the first decides. All that torch has, its default first, when left out.",
            default=[],
        ),
        "on-save": Key(
            Boolean(), "Verify the model each time one of its files is saved in the editor.", default=False
        ),
    },
    expected='a table such as `{ target = "package.net:Net" }`',
)

TORCHREADY = Table(
    {
        "profile": Key(
            Choice(PROFILES),
            "Which rules run by default; `aimet` adds the rules and exemptions of AIMET's model guidelines.",
            default=Config.profile,
        ),
        "select": Key(
            CODES,
            "The rules that run, by code or prefix; all rules of the profile when left out. "
            "A whole code also switches on a rule that is off in the profile.",
        ),
        "ignore": Key(
            CODES, "Rules that do not run. Of `select` and `ignore` the longer prefix wins.", default=[]
        ),
        "exclude": Key(
            ListOf(PathPattern(), "patterns"),
            "Files and folders that are not looked at, as in a .gitignore, in addition to the usual ones.",
            default=[],
        ),
        "per-file-ignores": Key(
            TableOf(CODES, "a table from file patterns to lists of rule codes", key=PathPattern()),
            "Rules that do not run in the files that match a pattern, written as in a .gitignore.",
            default={},
        ),
        "severity": Key(
            TableOf(
                Choice(tuple(severity.value for severity in Severity)),
                "a table from rule codes to severities",
                key=CODE,
            ),
            "The severity of rules, by code or prefix; the longest matching prefix wins.",
            default={},
        ),
        "allow-functional": Key(
            ListOf(String(), "full names such as `torch.nn.functional.pad`"),
            "Functions never reported as functional calls: full names, or patterns such as `torch.fft.*`.",
            default=[],
        ),
        "python": Key(
            String(),
            "The interpreter whose packages are read and in which models run; "
            "a relative path counts from this file's folder.",
        ),
        "model": Key(
            ListOf(MODEL, "tables, each under `[[tool.torchready.model]]`"),
            "A model that `torchready verify` builds and runs.",
            default=[],
        ),
    }
)
