"""Finds the nodes of a finding in the whole text, and the editor of the class around it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias, TypeVar

from torchready.facts.classes import Lineage, attributes_of, lineage
from torchready.facts.declarations import SourceClass
from torchready.facts.events import Site
from torchready.facts.project import Project
from torchready.facts.values import Creation
from torchready.finding import Applicability, Edit, Fix, Position, Range
from torchready.fixes.class_editor import ClassEditor
from torchready.fixes.named_tuples import as_named_tuple, returns_of
from torchready.fixes.names import ModuleNames, local_names
from torchready.fixes.places import range_of
from torchready.fixes.refusal import Refusal
from torchready.fixes.relatives import ModuleClasses
from torchready.fixes.walking import Span, blocks_below, every_node, span_of
from torchready.syntax import Syntax

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)

OUTSIDE = "it is in a function outside of the class: pass the module in, or make the function a method"
NO_MODULE = "it is in a class that is no nn.Module and can register none: pass the module in"
CONTAINERS = ("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict")


class Repairs:
    """All fixes of one text. Parses the text once, as a whole, when the first fix is asked for."""

    def __init__(self, project: Project, syntax: Syntax) -> None:
        self.project = project
        self.syntax = syntax
        self.text = syntax.text
        self._first_lines = dict(zip(syntax.pieces, syntax.first_lines, strict=True))
        self._editors: dict[str, ClassEditor] = {}
        self._functions: dict[ast.ClassDef, dict[Position, Function]] = {}
        self._nodes: dict[ast.AST, dict[tuple[Span, type[ast.AST]], ast.AST]] = {}
        self._calls: dict[Function, dict[ast.expr, ast.Call]] = {}

    @cached_property
    def _tree(self) -> ast.Module | None:
        try:
            return ast.parse(self.text.content.removeprefix("\ufeff"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def _classes(self) -> dict[str, ast.ClassDef]:
        found: dict[str, ast.ClassDef] = {}

        def read(nodes: list[ast.stmt], prefix: str) -> None:
            for node in nodes:
                if isinstance(node, ast.ClassDef):
                    found[prefix + node.name] = node
                    read(node.body, f"{prefix}{node.name}.")
                elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    inner = [child for child in ast.walk(node) if isinstance(child, ast.ClassDef)]
                    read(list(inner), prefix)

        if self._tree is not None:
            read(self._tree.body, "")
        return found

    @cached_property
    def _module_classes(self) -> ModuleClasses:
        return ModuleClasses(self._tree.body if self._tree is not None else ())

    @cached_property
    def _names(self) -> ModuleNames:
        return ModuleNames.from_tree(self._tree if self._tree is not None else (), self.text)

    def editor_at(self, site: Site) -> tuple[ClassEditor, Function] | Refusal:
        """The editor of the class in which a site stands, and the method around it."""
        owner = site.owner
        if owner is None or site.function is None or site.function.piece is not site.piece:
            return Refusal(OUTSIDE)
        if not lineage(self.project, owner).is_module:
            return Refusal(NO_MODULE)
        if self._tree is None:
            return Refusal("the file has a syntax error: mend it first")
        node = self._classes.get(owner.qualified_name)
        first_line = self._first_lines.get(site.piece)
        if node is None or first_line is None:
            return Refusal("the class is built in an unusual way: change it by hand")
        start = site.piece.range_of(site.function.node).start
        wanted = Position(first_line + start.line, start.column)
        function = self._functions_below(node).get(wanted)
        if function is None:
            return Refusal("the method is built in an unusual way: change it by hand")
        return self._editor(owner, node), function

    def _functions_below(self, node: ast.ClassDef) -> dict[Position, Function]:
        """All functions in a class by where they start."""
        functions = self._functions.get(node)
        if functions is None:
            functions = self._functions[node] = {
                range_of(self.text, inner).start: inner
                for inner in blocks_below(node)
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
        return functions

    def _editor(self, owner: SourceClass, node: ast.ClassDef) -> ClassEditor:
        editor = self._editors.get(owner.qualified_name)
        if editor is None:
            relatives = self._module_classes.relatives_of(node)
            known = lineage(self.project, owner)
            editor = self._editors[owner.qualified_name] = ClassEditor(
                self.text,
                node,
                self._names,
                relatives.taken | self._inherited_names(owner, known),
                changed_attributes=relatives.changed,
                container=any(base in CONTAINERS for base in known.torch_bases),
                skipped_by=relatives.skipped_by,
                shadowed=relatives.enclosing,
                contested=relatives.contested,
            )
        return editor

    def _inherited_names(self, owner: SourceClass, known: Lineage) -> frozenset[str]:
        names: set[str] = set()
        for base in known.order[1:]:
            names.update(base.functions())
            names.update(base.assignments())
            attributes = attributes_of(self.project, base)
            if attributes is not None:
                names.update(attributes.values)
        return frozenset(names)

    def node_at(self, site: Site, root: ast.AST, like: Node) -> Node | None:
        """The node of the whole tree that stands where `like` stands in its piece."""
        first_line = self._first_lines.get(site.piece)
        if first_line is None:
            return None
        span = span_of(like)
        if span is None:
            return None
        moved = first_line - (1 if site.piece.indent else 0)
        wanted = (span[0] + moved, span[1], span[2] + moved, span[3])
        found = self._nodes_by_span(root).get((wanted, type(like)))
        return found if isinstance(found, type(like)) else None

    def _nodes_by_span(self, root: ast.AST) -> dict[tuple[Span, type[ast.AST]], ast.AST]:
        """The nodes below `root` by place and class; the first one where two share both."""
        found = self._nodes.get(root)
        if found is None:
            found = self._nodes[root] = {}
            for node in every_node(root):
                span = span_of(node)
                if span is not None:
                    found.setdefault((span, type(node)), node)
        return found

    def range_at(self, site: Site, node: ast.expr) -> Range | None:
        """Where a node of the site's piece stands in the whole text."""
        first_line = self._first_lines.get(site.piece)
        if first_line is None or self._tree is None:
            return None
        start, end = site.piece.range_of(node)
        return Range(
            Position(first_line + start.line, start.column), Position(first_line + end.line, end.column)
        )

    def call_around(self, site: Site, function: Function) -> ast.Call | None:
        """The call whose callee, or an argument of which, is the node of a site."""
        target = self.node_at(site, function, site.node)
        return self._calls_by_part(function).get(target) if target is not None else None

    def _calls_by_part(self, function: Function) -> dict[ast.expr, ast.Call]:
        """The calls of a function by their callees and arguments."""
        found = self._calls.get(function)
        if found is None:
            found = self._calls[function] = {}
            for node in every_node(function):
                if isinstance(node, ast.Call):
                    called = (node.func.value,) if isinstance(node.func, ast.Attribute) else ()
                    for part in (node.func, *called, *node.args):
                        found.setdefault(part, node)
        return found

    def assignment_of(self, creation: Creation, function: Function) -> ast.Assign | ast.AnnAssign | None:
        """The statement of a method that assigns what a call built."""
        first_line = self._first_lines.get(creation.piece)
        if first_line is None:
            return None
        start = creation.piece.range_of(creation.call).start
        wanted = Position(first_line + start.line, start.column)
        for node in function.body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            if range_of(self.text, node.value).start == wanted:
                return node
        return None

    def value_assigned_to(self, target: ast.expr, function: Function) -> ast.expr | None:
        """The right side of the assignment to a target."""
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and node.targets[0] is target:
                return node.value
        return None

    def attributes_taken_from(self, site: Site) -> frozenset[str]:
        """The names that the class around a site takes from the attribute there: `get` of `self.heads.get(x)`."""
        owner = site.owner
        node = self._classes.get(owner.qualified_name) if owner is not None else None
        if node is None or not isinstance(site.node, ast.Attribute):
            return frozenset()
        return frozenset(
            inner.attr
            for inner in every_node(node)
            if isinstance(inner, ast.Attribute)
            and isinstance(inner.value, ast.Attribute)
            and inner.value.attr == site.node.attr
        )

    def named_tuple(self, sites: Sequence[Site]) -> Fix | Refusal:
        """An unsafe fix that makes the dictionaries named tuples that a forward returns at these sites."""
        found = self.editor_at(sites[0])
        if isinstance(found, Refusal) or self._tree is None:
            return (
                found if isinstance(found, Refusal) else Refusal("the file has a syntax error: mend it first")
            )
        _, function = found
        if len(sites) < sum(1 for _ in returns_of(function)):
            return Refusal("not every return of this forward is known to give such a dictionary")
        owner = sites[0].owner
        node = self._classes[owner.qualified_name] if owner is not None else self._tree
        if not isinstance(node, ast.ClassDef):
            return Refusal(OUTSIDE)
        return as_named_tuple(self.text, self._tree.body, self._names, node, function)

    def wrap_value(self, site: Site, full_name: str, warning: str) -> Fix | Refusal:
        """An unsafe fix that puts what is assigned to the target at a site into a call: `[...]` -> `name([...])`."""
        found = self.editor_at(site)
        if isinstance(found, Refusal):
            return found
        _, function = found
        target = self.node_at(site, function, site.node)
        value = self.value_assigned_to(target, function) if isinstance(target, ast.expr) else None
        spelling = self._names.spelling_of(full_name, local_names(function))
        if value is None or spelling is None:
            return Refusal("it is assigned in an unusual way: change it by hand")
        span = range_of(self.text, value)
        edits = (
            *spelling.edits,
            Edit(Range(span.start, span.start), f"{spelling.expression}("),
            Edit(Range(span.end, span.end), ")"),
        )
        return Fix(Applicability.UNSAFE, f"Make it an `{spelling.expression}` ({warning})", edits)
