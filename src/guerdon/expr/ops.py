"""The operations: which roles and parameters each takes. The kernel computes them; the reference tests say the same.

Columns (texts or objects)

    col         params name, axis, optional      the data's column; axis = names of the axes of lists in it
    const       params values, axis              one list for every rollout
    key         params which                     the group key "prompt", "batch" or "rollout"
    field       x, [like]; param name            a record's field, a list's item; None (reason "missing") where absent;
                                                 laid out as ``like``, where it has one value per piece of it
    map         a; params table, otherwise       looked up; no verdict where absent and otherwise is None
    param       params name, default             what a hook set (a score, where the default is a number)
    leaf        arguments by name; params function, constants      a function applied (a score or a column)
    other       x; params opponents, seed        the opponent's value, on axis opponent
    where, stack, within                         as below, of columns

Scores

    lit         param value
    number      x                                a column's numbers; None is unscored "missing"
    step, left_out (param reason), random (params over, seed)
    neg abs sign floor round sqrt exp log sigmoid log_sigmoid tanh not isscored     x
    add sub mul div pow min max lt le gt ge eq ne and or                            a, b
    piecewise   x; param knots
    where       cond, a, b
    coleq colne a, b or param value; isin a, param values; exists a
    stat        x, [where], [empty], key0...; params stat, (level, inner, parts) or (leave_one_out, unit), q, t, ddof
    standing    x, [where], key0...; params kind, unit, ties, pct, ddof, eps
    cumsum, reverse_cumsum (param discount), suffix_min      x
    shift       x, fill; param n
    diff        x, first
    position    x; param from_end
    onto        x, coarse, fine; param at        coarse and fine are the nodes that split the text
    within      x, fine, coarse
    stack       x0, x1, ...; param axis
    spread      x, over                          x repeated on the axes of over
    running     x, [where], [by], [empty]; params stat, decay, window, sees, q, name
    dual        x, target, [where]; params lr, momentum, squash, init, name
    given                                         cells computed before, put in by whoever scores in two passes
    named (param name), observe (x, figure0...; param names), advantage              x
"""

from __future__ import annotations

UNARY = ("neg", "abs", "sign", "floor", "round", "sqrt", "exp", "log", "sigmoid", "log_sigmoid", "tanh", "not")
BINARY = ("add", "sub", "mul", "div", "pow", "min", "max", "lt", "le", "gt", "ge", "eq", "ne")
STATEFUL = ("running", "dual")
TRANSPARENT = ("named", "observe", "advantage")
