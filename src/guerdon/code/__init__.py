r"""Programs that a model wrote, run against tests where they can do no harm.

A program runs in a sandbox of its own and never shares a process with what is expected of it: it gets inputs and
gives back built-in values, and the tests, in a second sandbox, look at those. ``guerdon doctor`` says how well this
machine can hold a program; where it cannot, the rooms refuse.

>>> import guerdon as gd
>>> passed = gd.code.tests(gd.code.program(), gd.col("tests"))
>>> rows = {
...     "completion": [
...         "```python\ndef double(x):\n    return 2 * x\n```",
...         "```python\ndef double(x):\n    return 4\n```",
...     ],
...     "tests": [["assert double(2) == 4", "assert double(3) == 6"]] * 2,
... }
>>> passed.score(rows).nested()
[[1.0, 1.0], [1.0, 0.0]]
>>> passed.all().score(rows).values
array([1., 0.])
"""

from __future__ import annotations

from ._room import patched, program, results, tests

__all__ = ["patched", "program", "results", "tests"]
