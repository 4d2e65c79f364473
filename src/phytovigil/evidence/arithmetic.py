"""Formulas of evidence files: plain arithmetic over the figures of a row, and nothing else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

from phytovigil.errors import InvalidEvidence

OPERATIONS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}


def evaluate(formula: str, values: Mapping[str, float]) -> float:
    """The value of a formula of + - * / ** and brackets over numbers and named values.

    Raises InvalidEvidence for anything else in it, an unknown name, or a result that is no finite number.

    >>> evaluate("100 * part / whole", {"part": 1, "whole": 8})
    12.5
    """
    try:
        result = _value(ast.parse(formula, mode="eval").body, values)
    except (SyntaxError, ZeroDivisionError, OverflowError, ValueError) as error:
        raise InvalidEvidence(f"the formula “{formula}” cannot be computed: {error}.") from error
    if not math.isfinite(result):
        raise InvalidEvidence(f"the formula “{formula}” has no finite value.")
    return result


def names_in(formula: str) -> tuple[str, ...]:
    """The names that a formula uses, each once, in their order.

    >>> names_in("dose / molar_mass / auc")
    ('dose', 'molar_mass', 'auc')
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except SyntaxError as error:
        raise InvalidEvidence(f"the formula “{formula}” cannot be read: {error}.") from error
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(node.id for node in sorted(named, key=lambda node: node.col_offset)))


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in values:
            return float(values[name])
        case ast.Name(id=name):
            raise InvalidEvidence(
                f"a formula names “{name}”, which is no figure of its row.", f"The row has {', '.join(values)}."
            )
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATIONS:
            return OPERATIONS[type(sign)](_value(left, values), _value(right, values))
    raise InvalidEvidence(
        f"“{ast.unparse(node)}” is not allowed in a formula.", "It takes numbers, names, + - * / ** and brackets."
    )
