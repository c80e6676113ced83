"""All files that facts may be read from: open documents first, the disk otherwise. Nothing is imported."""

from __future__ import annotations

import tokenize
from collections.abc import Iterable, Sequence
from pathlib import Path

from torchready.facts.changed_names import changed_names, every_name
from torchready.facts.declarations import (
    Assigned,
    Binding,
    ImportedModule,
    ImportedName,
    SourceClass,
    SourceFunction,
)
from torchready.facts.layer_words import layer_words
from torchready.facts.memo import Memo, Read
from torchready.facts.recent_states import RecentStates
from torchready.facts.source_file import SourceFile
from torchready.facts.values import (
    UNKNOWN,
    ClassValue,
    ExternalName,
    FileValue,
    FunctionValue,
    TorchName,
    Value,
    join,
)
from torchready.syntax import Syntax, Trees
from torchready.text import Text
from torchready.torch_api.aimet import is_math_invariant
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.modules import canonical_name, find_module
from torchready.torch_api.tensors import Kind, attribute_kind, returned_kind
from torchready.workspace.imports import ImportFinder

MAXIMUM_FILE_SIZE = 4_000_000


class Project:
    """Source files by path, and what their top-level names mean."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.finder = ImportFinder(tuple(roots))
        self.memo = Memo()
        self.trees = Trees()
        self._recent = RecentStates(self.memo, self.trees)
        # Whether rules ask for arithmetic and functions that are no layers: most of what a forward does.
        self.records_operations = True
        # Whether rules ask for what a trace freezes: any method may do that.
        self.records_tracing = True
        # Functions and modules of torch by full name that rules ask for by name.
        self.watched: frozenset[str] = frozenset()
        # The words by which code names them, but for those that stand in every forward.
        self.watched_words: frozenset[str] = frozenset()
        self._layer_words: frozenset[str] | None = None
        # Whether some of them are written as signs: those stand in methods without any of the words.
        self.watches_signs = False
        self._files: dict[Path, SourceFile | None] = {}
        self._open: set[Path] = set()
        self._last_read: dict[Path, int] = {}
        self._clock = 0

    def watch(self, names: frozenset[str]) -> None:
        self.watched = names
        plain = (name for name in names if not is_math_invariant(name))
        self.watched_words = frozenset(name.rpartition(".")[2] for name in plain)
        self._layer_words = None
        self.watches_signs = any(name.startswith("operator.") for name in names)

    @property
    def layer_words(self) -> frozenset[str]:
        """The words by which code names layers of torch, and whatever else rules ask for by name."""
        if self._layer_words is None:
            self._layer_words = layer_words() | self.watched_words
        return self._layer_words

    def put(self, path: Path, syntax: Syntax) -> SourceFile:
        """An editor's or a caller's text of a file; it stands before the one on disk until `close`."""
        before = self._files.get(path)
        after = SourceFile(path, syntax, before)
        self._replace(path, before, after)
        self._open.add(path)
        return after

    def again(self, path: Path, content: str) -> SourceFile | None:
        """An open file as it was when it last had this text, if an edit leads to one that it had a moment ago."""
        current = self._files.get(path)
        found = self._recent.again(current, content) if current is not None else None
        if found is not None:
            self._files[path] = found
        return found

    def release_trees(self) -> None:
        """Nobody works on a file just now: give back what can be parsed again."""
        self.trees.release()
        self._recent.release_trees()

    def close(self, path: Path) -> None:
        self._open.discard(path)
        self._recent.end(path)
        self.changed_on_disk((path,))

    def changed_on_disk(self, paths: Iterable[Path]) -> None:
        self.finder.forget()
        for path in paths:
            if path in self._open:
                continue
            self._forget(path)

    def keep_at_most(self, characters: int, path: Path, read: Iterable[Path]) -> None:
        """The text of `path` is not open any more; beyond this much, forget the files not read for longest.

        `read` are those that were just read for it. What many files are built on, such as a common base class, is
        read again and again and stays.
        """
        self._open.discard(path)
        checked = self._files.get(path)
        if checked is not None:
            checked.syntax.forget_text()
        self._clock += 1
        self._last_read.update(dict.fromkeys((path, *read), self._clock))
        held = sum(file.syntax.length for file in self._files.values() if file is not None)
        if held <= characters:
            return
        for old in sorted(self._files, key=lambda one: self._last_read.get(one, 0)):
            file = self._files[old]
            if file is None or old in self._open:
                continue
            self._forget(old)
            held -= file.syntax.length
            if held <= characters // 2:
                return

    def _forget(self, path: Path) -> None:
        before = self._files.pop(path, None)
        names = every_name(before) if before is not None else ()
        self.memo.forget([Read(path, ""), *(Read(path, name) for name in (*names, "*"))])

    def file(self, path: Path) -> SourceFile | None:
        """The file at this path, None when it cannot be read."""
        self.memo.note(path, "")
        if path not in self._files:
            self._files[path] = _read(path, self.trees)
        return self._files[path]

    def _replace(self, path: Path, before: SourceFile | None, after: SourceFile) -> None:
        self._files[path] = after
        if before is None:
            self.memo.forget((Read(path, ""),))
            return
        self._recent.edited(before, after, (Read(path, name) for name in changed_names(before, after)))

    def current(self, source: SourceClass) -> SourceClass:
        """A class as it stands in its file now; what remembers it may have seen an earlier body."""
        file = self._files.get(source.path)
        if file is None or not source.is_split:
            return source
        for binding in file.scope.get(source.qualified_name, ()):
            # Nearly always the very same object, and comparing classes is not free.
            if isinstance(binding, SourceClass) and (binding is source or binding == source):
                return binding
        return source

    def current_function(self, function: SourceFunction) -> SourceFunction:
        """A function as it stands in its file now."""
        if function.owner is None or not function.owner.is_split:
            return function
        found = self.current(function.owner).functions().get(function.name, [])
        if not found or function in found:
            return function
        return found[-1]

    def note_function(self, function: SourceFunction) -> None:
        """The running computation looked at the body of this function."""
        self.memo.note(function.path, function.read_name)

    def module(self, name: str, importer: SourceFile | None = None) -> Value:
        """What `import name` gives: torch, a file of ours, or something whose source is not known."""
        if name == "torch" or name.startswith("torch."):
            return TorchName(canonical_name(name))
        roots = importer.import_roots if importer is not None else ()
        path = self.finder.find(name, roots)
        for missed in self.finder.missed(name, roots):
            self.memo.note(missed, "")
        if path is None:
            return ExternalName(name)
        return FileValue(path)

    def resolve(self, path: Path, name: str) -> Value | None:
        """What a top-level name of a file means; None when the file has no such name."""
        file = self.file(path)
        if file is None:
            return None
        self.memo.note(path, name)
        if name not in file.scope:
            # A star that comes may bring it.
            self.memo.note(path, "*")
            if not file.stars:
                return None
        return self.memo.get(("name", path, name), lambda: self._resolve(file, name), None)

    def member(self, path: Path, name: str) -> Value:
        """What `module.name` means for the module in this file, submodules included."""
        found = self.resolve(path, name)
        if found is not None:
            return found
        file = self.file(path)
        if file is None:
            return UNKNOWN
        if path.name == "__init__.py":
            below = self.module(f"{file.module}.{name}", file)
            if isinstance(below, FileValue):
                return below
        return ExternalName(f"{file.module}.{name}")

    def _resolve(self, file: SourceFile, name: str) -> Value | None:
        # Noted in here too: what is remembered for the name has to go when the name changes.
        self.memo.note(file.path, name)
        bindings = file.scope.get(name)
        if bindings is None:
            return self._from_star(file, name)
        value = self._meaning(file, bindings[0])
        for binding in bindings[1:]:
            value = join(value, self._meaning(file, binding))
        return value

    def _from_star(self, file: SourceFile, name: str) -> Value | None:
        self.memo.note(file.path, "*")
        if name.startswith("_"):
            return None
        for star in reversed(file.stars):
            source = self.module(star.module, file)
            if isinstance(source, TorchName):
                if _is_torch_name(f"{source.name}.{name}"):
                    return TorchName(canonical_name(f"{source.name}.{name}"))
            elif isinstance(source, FileValue) and source.path != file.path:
                found = self.resolve(source.path, name)
                if found is not None:
                    return found
        return None

    def _meaning(self, file: SourceFile, binding: Binding) -> Value:
        match binding:
            case ImportedModule(module):
                return self.module(module, file)
            case ImportedName(module, name):
                return self._imported(file, module, name)
            case SourceClass():
                return ClassValue(binding)
            case SourceFunction():
                return FunctionValue(binding)
            case Assigned():
                return self._assigned(file, binding)
            case _:
                return UNKNOWN

    def _imported(self, file: SourceFile, module: str, name: str) -> Value:
        source = self.module(module, file)
        if isinstance(source, TorchName):
            return TorchName(canonical_name(f"{source.name}.{name}"))
        if isinstance(source, FileValue):
            if source.path == file.path:
                return self.module(f"{module}.{name}", file)
            return self.member(source.path, name)
        below = self.module(f"{module}.{name}", file) if module else self.module(name, file)
        return below if isinstance(below, FileValue) else ExternalName(f"{module}.{name}")

    def _assigned(self, file: SourceFile, binding: Assigned) -> Value:
        from torchready.facts.interpreter import Interpreter

        run = Interpreter(self)
        run.home = file.path
        return run.module_level(file.path, binding)


def _is_torch_name(name: str) -> bool:
    if find_functional(name) is not None or find_module(name) is not None:
        return True
    return returned_kind(name) is not Kind.UNKNOWN or attribute_kind(name) is not Kind.UNKNOWN


def _read(path: Path, trees: Trees) -> SourceFile | None:
    try:
        if path.stat().st_size > MAXIMUM_FILE_SIZE:
            return None
        with tokenize.open(path) as stream:
            content = stream.read()
    except (OSError, SyntaxError, UnicodeDecodeError, ValueError):
        return None
    syntax = Syntax.of(Text(content), trees)
    syntax.forget_text()
    return SourceFile(path, syntax)
