"""The dispatcher: the instructions that a row of a data set names, each to its rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..expr.columns import Column, col
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, bound
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.values import ContractError, Unscored
from ._constraint import checked, readable, verdict
from ._ids import rule


@function(returns="score", version="1", cost="cpu", fails_as=0.0, bounds=(0.0, 1.0), name="follow")
def _follow(
    instruction: Any,
    kwargs: Any,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    prompt: Any = None,
    loose: bool = False,
) -> int:
    """One instruction of one completion."""
    if not isinstance(instruction, str):
        raise ContractError(f"an instruction id is text such as 'punctuation:no_comma', not {instruction!r}")
    found = rule(instruction, kwargs)
    if found is None:
        raise Unscored(f"unknown instruction {instruction[:80]!r}")
    check, values = found
    checked(check, values)
    text = readable(completion, of, prompt)
    if not loose:
        return verdict(check, text, values)
    return int(any(verdict(check, one, values) for one in variants(text)))


def variants(text: str) -> Iterator[str]:
    r"""The text as IFEval's loose accuracy reads it: whole, without its first line, its last, both; each without ``*``.

    >>> list(variants("Sure:\n*yes*"))
    ['Sure:\n*yes*', 'Sure:\nyes', '*yes*', 'yes', 'Sure:']
    """
    lines = text.split("\n")
    cut = ("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))
    found = (one for whole in (text, *cut) for one in (whole, whole.replace("*", "")))
    yield from (one for one in dict.fromkeys(found) if one.strip())


def follow(
    ids: Column | None = None,
    kwargs: Column | None = None,
    *,
    axis: str = "instruction",
    of: Column | None = None,
    loose: bool = False,
) -> Score:
    """1 or 0 for each instruction that the row names, on an axis: the benchmarks IFEval and IFBench as rewards.

    ``follow().mean()`` is the share of instructions followed, ``follow().all()`` whether all are.

    Args:
        ids: the instruction ids, on the axis; the column ``instruction_id_list`` if left out.
        kwargs: their arguments, one mapping (or None) each; the column ``kwargs`` if left out. Entries that are None
            count as not given, so that a table with one column per argument will do.
        axis: the axis on which the two columns lie, where they are left out.
        of: the text to judge; the completion without its thinking if left out.
        loose: an instruction also counts as followed if it is without the first line, the last, or both, and with the
            asterisks taken out: IFEval's loose accuracy.

    An empty answer fails, as 0. Unscored, with the reason: an id that is unknown, and a constraint that no rule can
    decide on this text. ContractError, in one sentence: kwargs that miss what the id needs or do not fit it. Linear,
    but for languages, which take milliseconds.

    Where the references of the two benchmarks can be won without the deed, or take a word for a pattern, ours differ;
    ``tests/instructions/test_agreement.py`` lists how, and counts how often the verdicts agree on real outputs.

    Sources: Zhou et al., "Instruction-Following Evaluation for Large Language Models" (2023), arXiv:2311.07911; Pyatkin
    et al., "Generalizing Verifiable Instruction Following" (2025), arXiv:2507.02833.

    >>> import guerdon as gd
    >>> rows = {
    ...     "completion": ["One, two."],
    ...     "instruction_id_list": [["punctuation:no_comma", "length_constraints:number_words"]],
    ...     "kwargs": [[{}, {"relation": "at least", "num_words": 2}]],
    ... }
    >>> gd.instructions.follow().score(rows).nested(), gd.instructions.follow().all().score(rows).values
    ([[0.0, 1.0]], array([0.]))
    """
    columns: dict[str, Expr] = {
        "instruction": col("instruction_id_list", axis=axis) if ids is None else ids,
        "kwargs": col("kwargs", axis=axis) if kwargs is None else kwargs,
    }
    for name, column in columns.items():
        if not isinstance(column, Expr) or not column.axes:
            shown = 'gd.col("instruction_id_list", axis="instruction")'
            raise TypeError(f"{name}: one value per instruction is wanted, on an axis, such as {shown}")
    return _follow(**columns, **bound(of, prompt=None, loose=loose or None))
