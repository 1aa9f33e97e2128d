"""Which text of a completion counts: the last assistant message that has text.

A completion is a string or a list of chat messages. Only messages whose role is ``assistant`` are the policy's; a tool
result, a user turn or a system message is never read here, so an ``<answer>`` in a tool result earns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .spans import Piece, Span
from .thinking import THINKING, thinking_blocks

Completion: TypeAlias = str | Sequence[Mapping[str, Any]]

_TEXT_PARTS = ("text", "output_text")
_REASONING_PARTS = ("thinking", "reasoning")
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one message: which message, its characters, and the tags that stood open before the first one."""

    message: int
    text: str
    opened: tuple[str, ...] = ()

    def piece(self, start: int, stop: int) -> str:
        """The text from start to stop without white space at its ends, remembering where it stands.

        A piece of a piece is plain text: its place is known only inside that piece.
        """
        inner = self.text[start:stop]
        bare = inner.strip()
        if len(bare) < len(inner):
            start += len(inner) - len(inner.lstrip())
        return self.marked(bare, start, start + len(bare))

    def marked(self, value: str, start: int, stop: int) -> str:
        """A value that stands for the characters from start to stop."""
        return value if isinstance(self.text, Piece) else Piece(value, Span(self.message, start, stop))


def last_text(completion: Completion) -> str | None:
    """The text of the last assistant message that has any, or None. A plain string is one assistant message.

    Text is a string content, or the text parts of a list content joined without anything between them. A message that
    only calls tools has none. Linear in the length of the completion.

    >>> last_text([{"role": "assistant", "content": "4"}, {"role": "tool", "content": "5"}])
    '4'
    """
    if isinstance(completion, str):
        return completion
    found = read(completion)
    return None if found is None else found.text


def assistant_texts(completion: Completion) -> list[str]:
    """The texts of all assistant messages that have any, in order.

    >>> assistant_texts(
    ...     [{"role": "assistant", "content": [{"type": "text", "text": "a"}]}, {"role": "user", "content": "b"}]
    ... )
    ['a']
    """
    return [found.text for found in read_all(completion)]


def read(completion: Completion, prompt: Completion | None = None, opened: Iterable[str] = ()) -> Text | None:
    """The last assistant message that has text, with the tags that stood open before it.

    Tags stand open because the caller says so (``opened``: the chat template opens them in every assistant turn) or
    because the prompt ends with them (they hold for the message that continues the prompt). A message whose thinking
    was already taken out by the server (a field ``reasoning_content`` and the like) has no thinking tag open.
    """
    if isinstance(completion, str):
        return _whole(completion, prompt, opened)
    found = read_all(completion, prompt, opened)
    return found[-1] if found else None


def read_all(
    completion: Completion,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
    roles: Sequence[str] = ("assistant",),
) -> list[Text]:
    """Every message of the named roles that has text. Roles other than ``assistant`` are read only if named."""
    if isinstance(completion, str):
        return [_whole(completion, prompt, opened)] if "assistant" in roles else []
    always = _names(opened)
    found: list[Text] = []
    for index, message in enumerate(_messages(completion)):
        role = message.get("role")
        if role not in roles:
            continue
        text = content_text(message)
        if not text:
            continue
        here: tuple[str, ...] = ()
        if role == "assistant":
            here = _join(open_at_tail(prompt) if index == 0 else (), always)
            if _reasoning_of(message):
                here = tuple(name for name in here if name != THINKING)
        found.append(Text(index, text, here))
    return found


def _whole(completion: str, prompt: Completion | None, opened: Iterable[str]) -> Text:
    """A completion that is one text."""
    always = _names(opened) if opened else ()
    return Text(0, completion, always if prompt is None else _join(open_at_tail(prompt), always))


def content_text(message: Mapping[str, Any]) -> str:
    """The text of one message: its string content, or its text parts joined; empty where it has none.

    >>> content_text({"role": "assistant", "content": [{"type": "image"}, {"type": "text", "text": "a cat"}]})
    'a cat'
    """
    content = message.get("content")
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        raise TypeError(f"a message's content is a string, a list of parts or None, not {type(content).__name__}")
    pieces: list[str] = []
    for part in content:
        if isinstance(part, str):
            pieces.append(part)
        elif (
            isinstance(part, Mapping) and part.get("type", "text") in _TEXT_PARTS and isinstance(part.get("text"), str)
        ):
            pieces.append(part["text"])
    return "".join(pieces)


def open_at_tail(prompt: Completion | None) -> tuple[str, ...]:
    r"""The tags that the end of a prompt leaves open, such as the ``<think>`` that a chat template writes.

    Only tags that stand one after the other at the very tail count (whitespace aside); a chat prompt must end with an
    assistant message, for only that one is continued. A closing tag at the tail opens nothing. Linear.

    >>> open_at_tail("User: hello\nAssistant: <think>\n")
    ('think',)
    >>> open_at_tail([{"role": "user", "content": "write <think>"}])
    ()
    """
    if prompt is None:
        return ()
    if not isinstance(prompt, str):
        messages = _messages(prompt)
        if not messages or messages[-1].get("role") != "assistant":
            return ()
        prompt = content_text(messages[-1])
    names: list[str] = []
    end = _end_of_text(prompt, len(prompt))
    while end > 0 and prompt[end - 1] == ">":
        # Names are short: looking back a bounded way keeps this linear for any prompt.
        start = prompt.rfind("<", max(0, end - 66), end - 1)
        name = prompt[start + 1 : end - 1] if start >= 0 else ""
        if not is_tag_name(name):
            break
        names.append(name)
        end = _end_of_text(prompt, start)
    return tuple(reversed(names))


def is_tag_name(name: str) -> bool:
    """Whether a tag can be called so: a letter or underscore, then letters, digits, ``_``, ``-``, ``.`` or ``:``.

    >>> is_tag_name("answer"), is_tag_name("/think"), is_tag_name("")
    (True, False, False)
    """
    return bool(name) and (name[0].isalpha() or name[0] == "_") and all(c.isalnum() or c in "_-.:" for c in name)


def reasoning(completion: Completion, prompt: Completion | None = None, opened: Iterable[str] = ()) -> str | None:
    """What the model thought in its last message that has text or thinking: its reasoning field, else its think block.

    The field is ``reasoning_content``, ``reasoning`` or ``thinking`` (or content parts of these types); the block is
    the first ``<think>…</think>``, to the end of the text where it was never closed. None where there is neither.

    >>> reasoning("<think>two and two</think>4")
    'two and two'
    >>> reasoning([{"role": "assistant", "reasoning_content": "hm", "content": "4"}])
    'hm'
    """
    if not isinstance(completion, str):
        for message in reversed(_messages(completion)):
            if message.get("role") == "assistant":
                field = _reasoning_of(message)
                if field:
                    return field
                if content_text(message):
                    break
    found = read(completion, prompt, opened)
    if found is None:
        return None
    blocks = thinking_blocks(found.text, found.opened)
    return found.text[blocks[0].start : blocks[0].stop].strip() if blocks else None


def _messages(completion: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    if not isinstance(completion, Sequence) or not all(isinstance(message, Mapping) for message in completion):
        raise TypeError("a completion is a string or a list of chat messages, each with `role` and `content`")
    return completion


def _reasoning_of(message: Mapping[str, Any]) -> str:
    for field in _REASONING_FIELDS:
        value = message.get(field)
        if isinstance(value, str) and value:
            return value
    content = message.get("content")
    if isinstance(content, str) or not isinstance(content, Sequence):
        return ""
    pieces: list[str] = []
    for part in content:
        if isinstance(part, Mapping) and part.get("type") in _REASONING_PARTS:
            inner = part.get(str(part["type"]), part.get("text"))
            if isinstance(inner, str):
                pieces.append(inner)
    return "".join(pieces)


def _end_of_text(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def _names(opened: Iterable[str]) -> tuple[str, ...]:
    if isinstance(opened, str):
        raise TypeError(f'opened is a tuple of tag names: write opened=("{opened}",)')
    return tuple(opened)


def _join(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return first + tuple(name for name in second if name not in first)
