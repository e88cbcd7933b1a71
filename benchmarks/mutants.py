"""One small fault at a time: every mutant of a module, as source that can be run.

Comparisons (the boundary, and the opposite), arithmetic, whole numbers and fractions and booleans
that stand in the code, `and` for `or`, `not` left out, and a returned value left out. Not mutated:
texts, type annotations, decorators, docstrings, and what stands under `if TYPE_CHECKING`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_OPPOSITE = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
}
_SKIPPED_FIELDS = {"annotation", "returns", "decorator_list", "type_params"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`kind` of fault at `line`: what stood there and what stands there now; the whole `source`."""

    kind: str
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """As it stands in a list."""
        before, after = (" ".join(text.split()) for text in (self.before, self.after))
        return f"line {self.line}, {self.kind}: `{before}` becomes `{after}`"


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant, in the order of the source."""
    tree = ast.parse(source)
    for at, node in enumerate(_nodes(tree)):
        for kind, number in _faults(node):
            changed = copy.deepcopy(tree)
            victim = _nodes(changed)[at]
            before = ast.unparse(victim)
            after = ast.unparse(_with_fault(victim, kind, number))
            yield Mutant(kind, node.lineno, before, after, ast.unparse(changed))


def _nodes(tree: ast.Module) -> list[ast.expr | ast.stmt]:
    return [node for node in _walk(tree) if isinstance(node, ast.expr | ast.stmt)]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """In the order of the source, without what is not mutated."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp):
        # `Real = NDArray[...]` and other aliases of types at the top of a module
        target = node.targets[0]
        if (
            isinstance(target, ast.Name)
            and target.id[0].isupper()
            and target.id != target.id.upper()
        ):
            return
    yield node
    for name, value in ast.iter_fields(node):
        if name in _SKIPPED_FIELDS:
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from _walk(part)


def _faults(node: ast.expr | ast.stmt) -> Iterator[tuple[str, int]]:
    """(kind, which of the node's operators) for each fault that it can have."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in _BOUNDARY:
                yield "boundary", number
            if type(operator) in _OPPOSITE:
                yield "comparison", number
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        text = isinstance(node, ast.BinOp) and any(
            isinstance(side, ast.JoinedStr | ast.Constant) and isinstance(
                getattr(side, "value", ""), str
            )
            for side in (node.left, node.right)
        )  # fmt: skip
        if not text:
            yield "arithmetic", 0
    elif isinstance(node, ast.BoolOp):
        yield "boolean", 0
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield ("boolean" if isinstance(node.op, ast.Not) else "arithmetic"), 0
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        yield "constant", 0
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return", 0


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _with_fault(node: ast.expr | ast.stmt, kind: str, number: int) -> ast.AST:
    """Change the node in place."""
    if isinstance(node, ast.Compare):
        table = _BOUNDARY if kind == "boundary" else _OPPOSITE
        node.ops[number] = table[type(node.ops[number])]()
    elif isinstance(node, ast.BinOp | ast.AugAssign):
        node.op = _ARITHMETIC[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        # `+x` and `not not x` are x itself, and stay in place
        node.op, node.operand = (
            (ast.Not(), ast.UnaryOp(ast.Not(), node.operand))
            if isinstance(node.op, ast.Not)
            else (ast.UAdd(), node.operand)
        )
    elif isinstance(node, ast.Constant):
        value = node.value
        node.value = not value if isinstance(value, bool) else value + 1  # type: ignore[operator]
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    return node
