"""Where the keys and values of a TOML text stand. Only asked when a configuration is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from torchready.config.kinds import KeyPath
from torchready.finding import Position, Range

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOP = Range(Position(0, 0), Position(0, 0))
KEYS = ("bare_key", "quoted_key", "dotted_key")


class Places:
    """The ranges of all keys and values of one TOML text that parses."""

    def __init__(self, text: str) -> None:
        walk = _Walk(text.encode("utf-8", "surrogatepass").split(b"\n"))
        root = Parser(Language(tree_sitter_toml.language())).parse(b"\n".join(walk.lines)).root_node
        walk.document(root)
        self._keys, self._values = walk.keys, walk.values

    def of_key(self, path: KeyPath) -> Range:
        return self._nearest(path, (self._keys, self._values))

    def of_value(self, path: KeyPath) -> Range:
        return self._nearest(path, (self._values, self._keys))

    def _nearest(self, path: KeyPath, sources: tuple[dict[KeyPath, Range], ...]) -> Range:
        if not path:
            return TOP
        found = (source[path] for source in sources if path in source)
        return next(found, None) or self._nearest(path[:-1], sources)


@dataclass(slots=True)
class _Walk:
    lines: list[bytes]
    keys: dict[KeyPath, Range] = field(default_factory=dict[KeyPath, Range])
    values: dict[KeyPath, Range] = field(default_factory=dict[KeyPath, Range])
    elements: dict[KeyPath, int] = field(default_factory=dict[KeyPath, int])

    def document(self, root: Node) -> None:
        for node in root.named_children:
            if node.type == "pair":
                self.pair(node, ())
            elif node.type in ("table", "table_array_element"):
                self.table(node)

    def table(self, node: Node) -> None:
        header, *content = node.named_children
        is_element = node.type == "table_array_element"
        *outer, last = self.parts(header)
        path: KeyPath = ()
        for name, place in outer:
            path = self.current((*path, name))
            self.keys.setdefault(path, place)
        path = (*path, last[0])
        self.keys.setdefault(path, last[1])
        if is_element:
            self.elements[path] = self.elements.get(path, -1) + 1
            path = self.current(path)
            self.keys[path] = last[1]
        for pair in content:
            if pair.type == "pair":
                self.pair(pair, path)

    def current(self, path: KeyPath) -> KeyPath:
        """A name that stands for an array of tables means its latest table."""
        return (*path, self.elements[path]) if path in self.elements else path

    def pair(self, node: Node, within: KeyPath) -> None:
        key, value = (child for child in node.named_children if child.type != "comment")
        path = within
        for name, place in self.parts(key):
            path = (*path, name)
            self.keys.setdefault(path, place)
        self.value(value, path)

    def value(self, node: Node, path: KeyPath) -> None:
        self.values[path] = self.range(node)
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self.pair(child, path)
        if node.type == "array":
            items = (child for child in node.named_children if child.type != "comment")
            for position, child in enumerate(items):
                self.value(child, (*path, position))

    def parts(self, key: Node) -> Iterator[tuple[str, Range]]:
        if key.type == "dotted_key":
            for child in key.named_children:
                if child.type in KEYS:
                    yield from self.parts(child)
            return
        written = (key.text or b"").decode("utf-8", "surrogatepass")
        yield next(iter(tomllib.loads(f"{written} = 0"))), self.range(key)

    def range(self, node: Node) -> Range:
        return Range(self.position(*node.start_point), self.position(*node.end_point))

    def position(self, row: int, column: int) -> Position:
        # The parser counts bytes; a column here counts code points.
        return Position(row, len(self.lines[row][:column].decode("utf-8", "surrogatepass")))
