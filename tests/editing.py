"""Random edits of real source: what people and programs do to a text while it is open."""

from __future__ import annotations

import codeop
import graphlib
import re
import sched
import shlex
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from torchready.finding import Position, Range
from torchready.text import Change, Text

NAME = re.compile(r"[A-Za-z_]\w*")
CORPUS = Path(__file__).parent / "corpus" / "models"
STANDARD_LIBRARY = tuple(
    Path(str(module.__file__)).read_text(encoding="utf-8") for module in (codeop, graphlib, sched, shlex)
)
MODELS = tuple(path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.py")))

# Every piece of text that means something to the scanner, and some that only look as if.
FRAGMENTS = (
    *("\n", "\r\n", "\r", "\t", "\f", " ", "    ", "\\", "\\\n", ";", ":", ",", "\0", "\v", "\x85", "\u2028"),
    *("'", '"', "'''", '"""', "r'", 'f"', "(", ")", "[", "]", "{", "}", "#", "# noqa", "\\'"),
    *("é", "名", "\U0001f600", "\ufeff", "\ud800"),
    *(
        "class A:\n",
        "class B(nn.Module):",
        "    def forward(self, x):\n",
        "        return x\n",
        "    x = 1\n",
    ),
    *("@decorated\n", "else:\n", "except ValueError:\n", "if x:\n", "  pass\n", "\tpass\n", "\f    pass\n"),
    *('    """doc\n', "x = '''a\nb'''\n", "def f(\n", "import torch\n", "pass", "name", "1"),
    *("# torchready: ignore[TR101]\n", "    # torchready: ignore\n", "async def g(): pass\n", "lambda: 0"),
)
CONTENTS = st.one_of(
    st.sampled_from(FRAGMENTS), st.lists(st.sampled_from(FRAGMENTS), max_size=4).map("".join)
)


def sources(texts: Sequence[str] = STANDARD_LIBRARY + MODELS) -> st.SearchStrategy[str]:
    """Real files, some of them with other line endings, a byte order mark, or nothing after the last line."""
    return st.builds(
        _spelled, st.sampled_from(texts), st.sampled_from(("\n", "\r\n", "\r")), st.booleans(), st.booleans()
    )


def _spelled(source: str, newline: str, has_mark: bool, ends_early: bool) -> str:
    source = source.rstrip("\n") if ends_early else source
    return ("\ufeff" if has_mark else "") + source.replace("\n", newline)


def edits(most: int = 6) -> st.SearchStrategy[list[tuple[int, int, str]]]:
    """(place, length, content) of edits that follow each other; `change_of` fits them to a text."""
    lengths = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 300))
    return st.lists(st.tuples(st.integers(0, 100_000), lengths, CONTENTS), min_size=1, max_size=most)


def change_of(text: Text, edit: tuple[int, int, str]) -> tuple[Change, str]:
    """The change that an edit means in a text, and the content after it, computed without `Text`."""
    place, length, content = edit
    start = _outside_of_line_end(text.content, place % (len(text.content) + 1))
    end = _outside_of_line_end(text.content, min(start + length, len(text.content)))
    change = Change(Range(text.position(start), text.position(end)), content)
    return change, text.content[:start] + content + text.content[end:]


def _outside_of_line_end(content: str, offset: int) -> int:
    return offset - 1 if content[max(offset - 1, 0) : offset + 1] == "\r\n" else offset


# Lines that change what a model does, wherever they come to stand.
STATEMENTS = (
    *("x = F.relu(x)", "x = self.relu(x)", "x = self.act(self.act(x))", "self.relu = nn.ReLU()", "return x"),
    *("self.act = self.relu", "self.layers = [nn.ReLU()]", "x = torch.tanh(x) + 1", "super().__init__()"),
    *("for layer in self.layers:", "if self.training:", "else:", "def forward(self, x):", "pass", "break"),
    *(
        "x = self.forward(x)",
        "x = helper(x)",
        "class Net(nn.Module):",
        "class Other(Net):",
        "x = nn.ReLU()(x)",
    ),
    *(
        "import torch",
        "from torch import nn",
        "import torch.nn.functional as F",
        "from torch import *",
        "F = nn",
    ),
    *("def helper(x):", "def __init__(self):", "x = x.relu()", "lambda x: F.relu(x)", "# torchready: ignore"),
)


def line_edits(most: int = 5) -> st.SearchStrategy[list[tuple[str, int, int, str]]]:
    """Edits of whole lines: (what to do, line, other line, statement), for `line_change_of`."""
    ways = st.sampled_from(
        ("delete", "copy", "move below", "insert", "insert in", "indent", "dedent", "rename")
    )
    lines = st.integers(0, 10_000)
    return st.lists(st.tuples(ways, lines, lines, st.sampled_from(STATEMENTS)), min_size=1, max_size=most)


def line_change_of(text: Text, edit: tuple[str, int, int, str]) -> Change:
    """The change that an edit of lines means in a text."""
    way, chosen, other, statement = edit
    line = chosen % text.line_count
    content = text.line_with_end(line)
    blank = content[: len(content) - len(content.lstrip(" \t"))]
    whole = Range(Position(line, 0), text.position(text.line_start(line + 1)))
    before = Range(Position(line, 0), Position(line, 0))
    newline = text.newline()
    match way:
        case "delete":
            return Change(whole, "")
        case "copy":
            return Change(before, text.line(other % text.line_count) + newline)
        case "move below":
            return Change(whole, text.line_with_end(line + 1) + content)
        case "insert":
            return Change(before, blank + statement + newline)
        case "insert in":
            return Change(before, f"{blank}    {statement}{newline}")
        case "indent":
            return Change(before, "    ")
        case "dedent":
            return Change(Range(Position(line, 0), Position(line, min(4, len(blank)))), "")
        case _:
            return _renaming(text, line, statement)


def _renaming(text: Text, line: int, statement: str) -> Change:
    names = list(NAME.finditer(text.line(line)))
    if not names:
        return Change(Range(Position(line, 0), Position(line, 0)), "")
    name = names[len(statement) % len(names)]
    others = NAME.findall(statement)
    return Change(Range(Position(line, name.start()), Position(line, name.end())), others[line % len(others)])
