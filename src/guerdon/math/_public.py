"""What ``gd.math`` offers: equality of answers, a key for them, and where a completion says its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.node import Expr
from ..expr.score import Score, where
from . import _answer, _leaves

Place = Literal["said", "boxed", "hashes", "formula", "number"]


def equal(a: Column, b: Any, *, digits: int | None = None, timeout: float = 5.0, exact: bool = False) -> Score:
    r"""1 if two answers of mathematics are equal, else 0; the same whichever is called the reference.

    Args:
        a: the answer, in LaTeX or plain text: an expression such as ``gd.text.boxed()``. Where it gave nothing, or
            what is too big to be an answer (over 10,000 characters, 400 digits, 25 brackets deep) or no
            mathematics, the leaf fails, as 0.
        b: the reference: a column, or one text or number for all; a list of references means any of them. Where it is
            missing the row is unscored.
        digits: numbers that differ by at most half a unit of so many decimals are equal too. By default a rounded
            decimal equals only what it is exactly: 0.333 is not 1/3.
        timeout: seconds of CPU time that a row may take where the exact path leaves it open; after that it fails, as 0.
        exact: never ask further: what the exact path leaves open is 0, and sympy is not needed.

    Integers, decimals, fractions, mixed numbers, percent, radicals, pi, e, logarithms, complex numbers, polynomials
    and quotients of them are compared exactly, with no floating point: whether an expression equals another is read
    from its value in a finite field, wrong with a chance below 1 in 10**30. Floats may show that two differ, never that
    they are equal. What that leaves open (nested radicals, identities of sines, sums and integrals) goes to sympy, or
    to math-verify where sympy has no word for it, in a killable worker; only those rows do.

    What counts as equal:

    * ``1,234``, ``1{,}234``, ``1 234``; ``\dfrac12``, ``1/2``, ``½``, ``0.5``; ``0.\overline{3}``, ``0.333...`` and
      ``1/3``; ``five`` and ``5``.
    * A unit, a currency sign or a degree mark left out; two different units are not equal, and none is converted.
      ``5 m`` is 5, and ``5m`` is 5 times m.
      ``4 million`` is 4000000.
    * ``50%`` is 0.5, and 50, since a question asks "how many per cent"; 0.5 is not 50, nor is ``0.5%`` 0.5.
    * ``x = 5`` is 5, and ``f(x) = 2x`` is ``2x``; ``x = 5`` is not ``y = 5``. Equations are equal up to a factor. Of a
      chain ``x = 2 + 3 = 5`` the last side counts; of ``x = 5/3 \approx 1.67`` the last exact one. A chain of bare
      numbers must hold: ``5 = 6`` is no answer, nor is ``5 \approx 6``.
    * ``x > 3`` is ``(3, \infty)``; a pair (a, b) is also an open interval; two inequalities joined by "and" hold
      together, joined by "or" or a comma either will do.
    * Lists ("1, 2", "1 and 2", "1 or 2", ``\pm 1``) and sets are compared in any order, each item once; tuples and
      vectors in order, and so is a list beside a tuple. So "5 or 6" and "A, B, C, D" are not the 5 or the A asked for,
      nor is "(5 or 6)" the pair (5, 6).
    * ``(B)``, ``Option B`` and ``(B) 3`` are ``B``; two bare letters are names, whose case counts. Words are compared
      without case. Three letters or more by themselves are a word, and not a product.
    * ``52_8`` is 52, whose base the question gave. It is not ``52_9``, nor ``42_{10}``, which a prompt may have said.
    * ``3:30`` is a time, ``2:4`` a ratio, equal to ``1:2``; ``1 to 4`` equals ratios, but no number.
      ``1,22`` is 1.22 as well as a list of two.
    * ``\log`` without a base is to base 10 or e. Odd roots of negative numbers are real.
    * Expressions in variables are compared where both are real: ``\sqrt{x^2}`` is not ``x``, but
      ``\sqrt{x}\sqrt{y}`` is ``\sqrt{xy}``.

    Linear in both texts: tens of thousands of ordinary answers a second.

    >>> import guerdon as gd
    >>> right = gd.math.equal(gd.text.tag("answer"), gd.col("gold"), exact=True)
    >>> said = [r"<answer>\frac{1}{\sqrt{3}}</answer>", "<answer>5 or 6</answer>", "<answer>x^2 + 2x + 1</answer>"]
    >>> right.score({"completion": said, "gold": [r"\frac{\sqrt{3}}{3}", "5", "(x+1)^2"]}).values
    array([1., 0., 1.])
    """
    if not isinstance(a, Expr):
        raise TypeError(f"a is the answer to judge, an expression such as gd.text.boxed(), not {a!r}")
    if digits is not None and (not isinstance(digits, int) or isinstance(digits, bool) or not 0 <= digits <= 100):
        raise ValueError(f"digits is how many decimals must agree, a whole number from 0 to 100, not {digits!r}")
    if not timeout > 0:
        raise ValueError(f"timeout={timeout!r} must be a number of seconds above 0")
    extra: dict[str, Any] = {} if digits is None else {"digits": digits}
    if exact:
        return _leaves.same(a=a, b=b, undecided=0.0, **extra)
    first = _leaves.same(a=a, b=b, **extra)
    return where(first == _leaves.OPEN, _leaves.verifying(float(timeout))(a=a, b=b), first)


def canonical(of: Column | None = None) -> Column:
    r"""A text that equal answers share: for votes, for counting different answers, for leaving out doubles.

    A rational number is its lowest terms, an expression the value it has in a finite field, an equation the same for
    all its multiples; lists and sets are sorted. A name (``x =``), a unit and a base are left out, and 50% has the key
    of 50. A linear equation is solved for its unknown, or for y, z or x: ``2x + y = 0`` has the key of ``y = -2x`` and
    so of ``-2x``. Answers that only sympy could show to be equal keep different keys. No verdict where there is no
    answer, or one too big. Linear.

    >>> import guerdon as gd
    >>> key = gd.math.canonical(gd.text.boxed())
    >>> votes = (key == key).sum(over=("prompt", key))
    >>> rows = {"completion": [r"\boxed{1/2}", r"\boxed{0.5}", r"\boxed{2}"], "prompt": ["?"] * 3}
    >>> votes.score(rows).values
    array([2., 2., 1.])
    """
    return cast(Column, _leaves.canonical(**bound(of)))


def answer(
    of: Column | None = None,
    where: Sequence[Place] = ("said", "boxed"),
    *,
    boxes: Literal["one", "last", "all"] = "one",
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The answer that a completion gives, from the first of several places that has one; no verdict if none has.

    Args:
        of: the text to read; the completion if left out.
        where: the places, in the order in which they are looked at. ``said``: after the last "answer is" or "answer:",
            to the end of the sentence; ``boxed``: ``\boxed{…}``; ``hashes``: after the last ``####``, to the end of the
            line; ``formula``: the last text between dollar signs; ``number``: the last number.
        boxes: ``one``: several boxes must be equal, and two different ones are no answer; the ``last``; or ``all``, the
            different ones as a list.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    What stands in thinking does not count. Where the answer has one place, say so with ``gd.text.boxed``, ``part`` or
    ``tag``: fewer places are fewer ways to be lucky. Linear.

    >>> import guerdon as gd
    >>> said = gd.math.answer()
    >>> rows = {"completion": [r"\boxed{4} Final answer: 4.", r"\boxed{4} or \boxed{5}"]}
    >>> (said == "4").score(rows).values
    array([1., 0.])
    """
    places = (where,) if isinstance(where, str) else tuple(where)
    for place in places:
        one_of("where", place, _answer.ALL_PLACES)
    if not places:
        raise ValueError("where names at least one place")
    one_of("boxes", boxes, ("one", "last", "all"))
    # None for a default, so that saying it and leaving it out build one expression.
    said = {"where": None if places == _answer.PLACES else places, "boxes": None if boxes == "one" else boxes}
    return cast(Column, _leaves.answer(**bound(of, **said, **opening(prompt, opened))))


__all__ = ["answer", "canonical", "equal"]
