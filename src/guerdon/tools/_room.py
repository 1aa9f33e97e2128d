"""The public functions of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.leaves import on_axis
from ..expr.node import Expr
from ..expr.score import Score
from . import _calls, _compare, _leaves

Format = Literal["auto", "openai", "hermes", "python", "json"]
Language = Literal["python", "java", "javascript"]


def calls(
    of: Column | None = None,
    format: Format = "auto",
    axis: str | None = "call",
    *,
    functions: Column | None = None,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The tool calls of a completion, in order, each ``{"name": ..., "arguments": {...}}``. Linear.

    Read are all messages of the assistant, and no others; a call inside thinking is none. A call that cannot be read
    (broken JSON, a key given twice, NaN, a tag that is never closed) keeps its place without a verdict, so that
    ``calls().exists().all()`` says whether all could be read. More than 512 calls are one that cannot be read.

    Args:
        of: the text or messages to read; the completion if left out.
        format: ``openai``: ``tool_calls`` of messages (and ``function_call``, and parts ``tool_use``). ``hermes``:
            ``<tool_call>`` in the text, with JSON inside, one call per line as ToolRL writes them, or ``<function=f>``
            with ``<parameter=x>`` as Qwen's coders do. ``json``: the text is a call, a list, or one per line.
            ``python``: ``[f(a=1), g(b="x")]``, literals only. ``auto``: of each message the ``tool_calls`` if it has
            any, else what its text begins as.
        axis: they lie on; None gives one list per rollout, which :func:`agreement` and its like take.
        functions: the descriptions of the tools, a list per rollout: their schemas say which ``<parameter=`` is text.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    >>> import guerdon as gd
    >>> named = gd.tools.calls()["name"] == "f"
    >>> named.sum().score({"completion": ['<tool_call>{"name": "f", "arguments": {}}</tool_call>', "It is 4."]}).values
    array([1., 0.])
    """
    one_of("format", format, _calls.FORMATS)
    extra = {"format": None if format == "auto" else format, "functions": functions}
    return cast(Column, on_axis(_leaves.calls, axis, "calls")(**bound(of, **extra, **opening(prompt, opened))))


def agreement(
    gold: Any,
    mode: Literal["fine", "strict", "exact"] = "fine",
    calls: Column | None = None,
    *,
    unit: Literal["parameter", "call"] = "parameter",
    extra: Literal["charge", "free"] = "charge",
    how: Literal["greedy", "optimal"] = "greedy",
) -> Score:
    """How far the calls are those wanted, in [0, 1]: names, parameters and values, with credit for each part.

    The credit is the Jaccard overlap of the two lists of names, plus for each wanted call, in order, the overlap of its
    parameters' names and 1 for each equal value, of the best call of its name not yet taken; over the most that could
    be had. It is 1 where no call is wanted and none made. After ToolRL (Qian et al., 2025, arXiv:2504.13958).

    Args:
        gold: the wanted calls, a list per rollout: a column, or ``gd.tools.calls(of=gd.col("gold"), axis=None)``.
            Unscored where it is missing.
        mode: ``fine``; ``strict``: lists of names earn 1 where equal and else 0; ``exact``: so does a call as a whole.
        calls: of the completion, as one list; read in any format if left out. The leaf fails, as 0, where one of them
            cannot be read, or there is none and one is wanted.
        unit: what a wanted call weighs: its parameters and 1, or 1.
        extra: a call that nobody wanted costs as much as a wanted one could earn; ``free``: only in the names.
        how: ``greedy``: each wanted call takes the best call left; ``optimal``: the calls are assigned for the greatest
            credit, which needs the extra ``similarity``.

    Cost: the arguments of the calls made times the calls wanted; more than 200,000 fail.

    >>> import guerdon as gd
    >>> made = '[w(city="Paris", unit="F")]'
    >>> gold = [{"name": "w", "arguments": {"city": "Paris", "unit": "C"}}]
    >>> gd.tools.agreement(gd.col("gold")).score({"completion": [made], "gold": [gold]}).values
    array([0.75])
    """
    one_of("mode", mode, _compare.MODES)
    one_of("unit", unit, ("parameter", "call"))
    one_of("extra", extra, ("charge", "free"))
    one_of("how", how, ("greedy", "optimal"))
    told = {"mode": mode, "unit": unit, "extra": extra, "how": how}
    defaults = {"mode": "fine", "unit": "parameter", "extra": "charge", "how": "greedy"}
    said = {name: value for name, value in told.items() if value != defaults[name]}
    return _leaves.agreement(calls=_listed(calls), gold=_reference("gold", gold), **said)


def equal(gold: Any, order: Literal["any", "same"] = "any", calls: Column | None = None) -> Score:
    """1 if the calls are exactly those wanted, in any order or the same, else 0.

    Arguments, failures and costs are those of :func:`agreement`. Values are equal as JSON is: keys in any order,
    ``true`` is not 1, 1 is 1.0.

    >>> import guerdon as gd
    >>> rows = {"completion": ["[f(x=1)]", "[f(x=1), f(x=2)]"], "gold": [[{"name": "f", "arguments": {"x": 1}}]] * 2}
    >>> gd.tools.equal(gd.col("gold")).score(rows).values
    array([1., 0.])
    """
    one_of("order", order, ("any", "same"))
    said = {} if order == "any" else {"order": order}
    return _leaves.equal(calls=_listed(calls), gold=_reference("gold", gold), **said)


def accepted(
    answers: Any,
    functions: Any = None,
    order: Literal["any", "same"] = "any",
    language: Language = "python",
    calls: Column | None = None,
) -> Score:
    """1 if the calls are as many as the answers, and each answer accepts a call of its own; else 0.

    An answer is ``{name: {argument: [accepted values]}}``; ``""`` in a list says that the argument may be left out. The
    rules are those of the Berkeley Function Calling Leaderboard (Patil et al., 2025): no argument beyond those listed;
    texts compare without case, spaces and ``, . / - _ * ^``; whole numbers pass for floats and nothing else does for
    another type; an object among the accepted values has a list of accepted values for each key.

    Args:
        answers: a list per rollout; unscored where it is missing. Of an empty list: 1 if no call is made.
        functions: the descriptions of the tools, a list per rollout: what they require must be given.
        order: of the calls: ``any``, or the ``same`` as of the answers.
        language: ``java`` or ``javascript``: a text may be source, such as ``new int[]{1, 2}`` for a list.
        calls: as for :func:`agreement`.

    >>> import guerdon as gd
    >>> rows = {"completion": ["[area(base=10, height=5)]", "[area(base=10)]"]}
    >>> rows["answers"] = [[{"area": {"base": [10], "height": [5, 5.0], "unit": ["units", ""]}}]] * 2
    >>> gd.tools.accepted(gd.col("answers")).score(rows).values
    array([1., 0.])
    """
    one_of("order", order, ("any", "same"))
    one_of("language", language, ("python", "java", "javascript"))
    said: dict[str, Any] = {} if functions is None else {"functions": functions}
    said |= {} if order == "any" else {"order": order}
    said |= {} if language == "python" else {"language": language}
    return _leaves.accepted(calls=_listed(calls), answers=_reference("answers", answers), **said)


def called(functions: Any = None, calls: Column | None = None) -> Score:
    """1 if a call is made and all of them can be read (and name one of the ``functions``, where given), else 0.

    >>> import guerdon as gd
    >>> gd.tools.called().score({"completion": ["[f(x=1)]", "It is 4."]}).values
    array([1., 0.])
    """
    return _leaves.called(calls=_listed(calls), **({} if functions is None else {"functions": functions}))


def abstained(of: Column | None = None, calls: Column | None = None) -> Score:
    """1 if the completion answers in words and calls nothing, not even wrongly; fails, as 0, where it has no text.

    >>> import guerdon as gd
    >>> gd.tools.abstained().score({"completion": ["No tool fits.", "[f(x=1)]", ""]}).values
    array([1., 0., 0.])
    """
    return _leaves.abstained(calls=_listed(calls, of), **bound(of))


def pattern(gold: Any, of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Score:
    r"""1 if a text is thoughts, then a tool call and a response where the reference has them, and nothing else; else 0.

    The format of ToolRL (Qian et al., 2025, arXiv:2504.13958): ``<think>``, ``<tool_call>`` and ``<response>`` open and
    close once or not at all, with one line break between blocks, and inside the tags of the call. Linear.

    Args:
        gold: the reference output, as text; unscored where it is missing.
        of: the text to read; the completion if left out.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    >>> import guerdon as gd
    >>> rows = {"completion": ["<think>a</think>\n<response>b</response>", "b"]}
    >>> gd.tools.pattern("<think></think><response></response>").score(rows).values
    array([1., 0.])
    """
    return _leaves.pattern(gold=gold, **bound(of, **opening(prompt, opened)))


def _listed(given: Column | None, of: Column | None = None) -> Column:
    """The calls as one list per rollout."""
    if given is None:
        return calls(of, axis=None)
    if not isinstance(given, Expr):
        raise TypeError(f"calls= takes an expression, such as gd.tools.calls(axis=None), not {given!r}")
    if given.axes:
        raise TypeError("calls= takes one list per rollout: write gd.tools.calls(axis=None)")
    return given


def _reference(name: str, given: Any) -> Any:
    if isinstance(given, Expr) and given.axes:
        raise TypeError(f"{name} takes one list per rollout: leave out axis=, or say axis=None")
    return given
