"""The kinds of value a key may have: what each accepts, what it says of the rest, its JSON schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol, cast

# The way to a value: names of tables and positions in lists, from the top of the configuration.
KeyPath = tuple["str | int", ...]
Schema = dict[str, object]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the value at `path`; with `at_key`, what is wrong with its key."""

    path: KeyPath
    message: str
    at_key: bool = False


class Kind(Protocol):
    @property
    def expected(self) -> str:
        """What a value must be, after "must be": `a string`."""
        ...

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]: ...

    def schema(self) -> Schema: ...


@dataclass(frozen=True, slots=True)
class Anything:
    expected: str = "any value"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        return iter(())

    def schema(self) -> Schema:
        return {}


@dataclass(frozen=True, slots=True)
class Boolean:
    expected: str = "true or false"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if not isinstance(value, bool):
            yield wrong_type(self, value, path)

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number not below `minimum`, if there is one, whole unless `fractions`; `above` excludes the minimum itself."""

    minimum: int | None
    fractions: bool = False
    above: bool = False

    @property
    def expected(self) -> str:
        kind = f"a {'' if self.fractions else 'whole '}number"
        if self.minimum is None:
            return kind
        return f"{kind} above {self.minimum}" if self.above else f"{kind} of {self.minimum} or more"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        types = (int, float) if self.fractions else int
        if not isinstance(value, types) or isinstance(value, bool):
            yield wrong_type(self, value, path)
        elif self.minimum is not None and not (value > self.minimum if self.above else value >= self.minimum):
            yield Mistake(path, f"{name_of(path)} must be {self.expected}, not {value}")

    def schema(self) -> Schema:
        schema: Schema = {"type": "number" if self.fractions else "integer"}
        if self.minimum is None:
            return schema
        return {**schema, "exclusiveMinimum" if self.above else "minimum": self.minimum}


@dataclass(frozen=True, slots=True)
class String:
    """A string; with `pattern` one that matches it as a whole. `form` shows people what is meant."""

    pattern: str | None = None
    form: str = ""

    @property
    def expected(self) -> str:
        return f"a string such as {self.form}" if self.form else "a string"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if not isinstance(value, str):
            yield wrong_type(self, value, path)
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Mistake(path, f"{name_of(path)} must be {self.expected}, not `{value}`")

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{self.pattern}$"} if self.pattern else {"type": "string"}


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A pattern as in a .gitignore."""

    expected: str = "a pattern as in a .gitignore"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        # Imported here because it brings the library for patterns, which most configurations do not need.
        from torchready.config.patterns import path_pattern

        if not isinstance(value, str):
            yield wrong_type(self, value, path)
            return
        try:
            path_pattern(value)
        except ValueError:
            yield Mistake(path, f"{name_of(path)} must be {self.expected}, not `{value}`")

    def schema(self) -> Schema:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[str, ...]

    @property
    def expected(self) -> str:
        return f"one of {listed(self.options)}"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if not isinstance(value, str):
            yield wrong_type(self, value, path)
        elif value not in self.options:
            message = f"{name_of(path)} cannot be `{value}`; {suggestion(value, self.options)}"
            yield Mistake(path, message)

    def schema(self) -> Schema:
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Kind
    plural: str

    @property
    def expected(self) -> str:
        return f"a list of {self.plural}"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if not isinstance(value, list):
            yield wrong_type(self, value, path)
            return
        for position, item in enumerate(cast("list[object]", value)):
            yield from self.item.mistakes(item, (*path, position))

    def schema(self) -> Schema:
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class TableOf:
    """A table with keys of the user's choice, all of the same kind of value."""

    item: Kind
    expected: str
    key: Kind | None = None

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if not isinstance(value, dict):
            yield wrong_type(self, value, path)
            return
        for name, item in cast("dict[str, object]", value).items():
            place = (*path, name)
            if self.key and any(self.key.mistakes(name, place)):
                yield Mistake(place, f"`{name}` in {name_of(path)} must be {self.key.expected}", at_key=True)
            yield from self.item.mistakes(item, place)

    def schema(self) -> Schema:
        schema: Schema = {"type": "object", "additionalProperties": self.item.schema()}
        return {**schema, "propertyNames": self.key.schema()} if self.key else schema


@dataclass(frozen=True, slots=True)
class Key:
    kind: Kind
    documentation: str
    default: object = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose keys are all known."""

    keys: Mapping[str, Key]
    expected: str = "a table"

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if not isinstance(value, dict):
            yield wrong_type(self, value, path)
            return
        table = cast("dict[str, object]", value)
        for name, item in table.items():
            key = self.keys.get(name)
            if key is None:
                within = f" in {name_of(path)}" if path else ""
                message = f"unknown key `{name}`{within}; {suggestion(name, self.keys)}"
                yield Mistake((*path, name), message, at_key=True)
            else:
                yield from key.kind.mistakes(item, (*path, name))
        for name, key in self.keys.items():
            if key.required and name not in table:
                message = f"{name_of(path)} needs the key `{name}`, {key.kind.expected}"
                yield Mistake(path, message, at_key=True)

    def schema(self) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {name: _key_schema(key) for name, key in self.keys.items()},
            "additionalProperties": False,
        }
        required = [name for name, key in self.keys.items() if key.required]
        return {**schema, "required": required} if required else schema


@dataclass(frozen=True, slots=True)
class ByType:
    """One kind for each type of TOML value that is allowed."""

    kinds: Mapping[type, Kind]
    expected: str

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        kind = self.kinds.get(type(value))
        return iter((wrong_type(self, value, path),)) if kind is None else kind.mistakes(value, path)

    def schema(self) -> Schema:
        return {"anyOf": [kind.schema() for kind in self.kinds.values()]}


def _key_schema(key: Key) -> Schema:
    schema: Schema = {"description": key.documentation, **key.kind.schema()}
    return schema if key.default is None else {**schema, "default": key.default}


def wrong_type(kind: Kind, value: object, path: KeyPath) -> Mistake:
    return Mistake(path, f"{name_of(path)} must be {kind.expected}, not {_type_of(value)}")


def name_of(path: KeyPath) -> str:
    """The dotted name of a place for a message; the position in a list is left to the line number."""
    dotted = ".".join(part for part in path if isinstance(part, str))
    if not dotted:
        return "the configuration"
    return f"an item of `{dotted}`" if isinstance(path[-1], int) else f"`{dotted}`"


def suggestion(word: str, options: Iterable[str]) -> str:
    known = tuple(options)
    nearest = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean `{nearest[0]}`?" if nearest else f"it can be {listed(known)}"


def listed(words: Iterable[str]) -> str:
    *first, last = (f"`{word}`" for word in words)
    return f"{', '.join(first)} or {last}" if first else last


def _type_of(value: object) -> str:
    names: dict[type, str] = {
        bool: "a boolean",
        int: "a whole number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")
