"""Random edits of real source: what people and programs do to a text while it is open."""

from __future__ import annotations

import codeop
import graphlib
import sched
import shlex
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from torchready.finding import Range
from torchready.text import Change, Text

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
