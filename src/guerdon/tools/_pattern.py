"""Whether a completion has the blocks that its reference has: thoughts, tool calls, a response."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..expr.chat import Completion, last_text, read
from ..expr.thinking import visible_text
from ..expr.values import Failed, Unscored

_BLOCKS = ("think", "tool_call", "response")


def pattern(
    completion: Completion | None, gold: Any, prompt: Completion | None = None, opened: Iterable[str] = ()
) -> int:
    r"""1 if the text is thoughts, then a tool call and a response if the reference has them, and nothing else; else 0.

    ``<think>`` opens and closes once; so do, after it, ``<tool_call>`` and ``<response>``, or not at all. One line
    break stands between two blocks, and after ``<tool_call>`` and before ``</tool_call>``. A tag that the prompt opened
    counts as opened; one that is only thought of is no block. Failed: no text. Unscored: no reference. Linear. The
    format of ToolRL (Qian et al., 2025, arXiv:2504.13958).

    >>> pattern("<think>a</think>\n<response>b</response>", "<think>c</think>\n<response>d</response>")
    1
    >>> pattern("<think>a</think>\n<response>b</response>", "<think>c</think>")
    0
    """
    wanted = last_text(gold) if isinstance(gold, (str, list, tuple)) else None
    if wanted is None:
        raise Unscored("no reference")
    found = None if completion is None else read(completion, prompt, opened)
    if found is None:
        raise Failed("no answer")
    text = "".join(f"<{name}>" for name in found.opened if name in _BLOCKS) + found.text.strip()
    thoughts = text.find("</think>")
    if not text.startswith("<think>") or (text.count("<think>"), text.count("</think>")) != (1, 1):
        return 0
    spoken = visible_text(wanted)
    position = thoughts + len("</think>")
    for name in ("tool_call", "response"):
        shown = {text.count(f"<{name}>", thoughts), text.count(f"</{name}>", thoughts)}
        if shown != {int(f"<{name}>" in spoken)}:
            return 0
        if shown == {0}:
            continue
        inner = "\n" if name == "tool_call" else ""
        if not text.startswith(f"\n<{name}>{inner}", position):
            return 0
        start = position + len(name) + 3
        stop = text.find(f"</{name}>", start)
        if stop < start + 2 * len(inner) or not text[start:stop].endswith(inner):
            return 0
        position = stop + len(name) + 3
    return int(position == len(text))
