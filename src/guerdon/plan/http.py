"""One JSON request to a service that may misbehave, and what each of its answers means for the row and the run.

The reply is hostile input: it is bounded in size before it is read, never decompressed, never followed elsewhere.
"""

from __future__ import annotations

import json
import time
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._extras import need
from ..expr.values import Unscored
from .limits import Refused, TryAgain

if TYPE_CHECKING:
    import asyncio

__all__ = ["MAX_REPLY", "post_json", "retry_after", "status_error"]

MAX_REPLY = 8 << 20
"""Bytes of the longest reply that is read, unless told otherwise."""

_AGAIN = frozenset({408, 409, 425, 429})
_REFUSED = {
    401: "does not accept the API key: check it",
    402: "wants to be paid first: check the account",
    403: "forbids it: check what the API key may do",
    404: "knows no such address or model: check the base URL and model=",
}
_clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = weakref.WeakKeyDictionary()


def status_error(status: int, headers: Mapping[str, str], where: str, said: str = "") -> Exception | None:
    """The exception an HTTP status stands for; None for a success.

    Args:
        status: the status code.
        headers: the reply's headers; ``retry-after`` is read.
        where: the address, named in the sentence that stops a run.
        said: the beginning of the error's text, if it had one.

    Returns:
        :class:`TryAgain` for 408, 409, 425, 429 and 5xx; :class:`Refused` for 401, 402, 403 and 404, which every row
        would meet; :class:`Unscored` for what may be this row's alone (400: too long a prompt).

    >>> status_error(429, {"retry-after": "2"}, "http://127.0.0.1").after
    2.0
    >>> print(status_error(401, {}, "http://127.0.0.1"))
    http://127.0.0.1 answered 401: it does not accept the API key: check it
    >>> status_error(200, {}, "") is None
    True
    """
    if 200 <= status < 300:
        return None
    if status in _AGAIN or status >= 500:
        return TryAgain(retry_after(headers.get("retry-after")), f"http {status}")
    if status in _REFUSED:
        quoted = f" (it said: {said})" if said else ""
        return Refused(f"{where} answered {status}: it {_REFUSED[status]}{quoted}")
    return Unscored(f"http {status}")


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, from a number or a date; None where it says nothing usable.

    >>> retry_after("1.5"), retry_after("-3"), retry_after("soon"), retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    (1.5, None, None, 0.0)
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        from email.utils import parsedate_to_datetime

        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except (ValueError, TypeError, OverflowError):
            return None
    return seconds if 0 <= seconds < float("inf") else None


async def post_json(
    url: str,
    payload: object,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = MAX_REPLY,
    timeout: float = 60.0,
) -> Any:
    """Post ``payload`` as JSON and return the reply's JSON.

    Connections are kept and shared by all calls of one event loop. Proxies named in the environment are used.

    Args:
        url: the full address.
        payload: anything ``json.dumps`` takes.
        headers: further headers, such as the authorisation.
        max_bytes: a longer reply is not read.
        timeout: seconds for the whole exchange, however slowly the bytes arrive.

    Raises:
        TryAgain: the service is busy or the connection broke; worth another try.
        Refused: the service will never answer as asked; the run should stop.
        Unscored: the reply is too big, no JSON, or says that this request is wrong.

    From httpx (extra ``judge``).
    """
    import asyncio

    httpx = need("httpx", extra="judge")
    body = json.dumps(payload).encode()
    send = {"Content-Type": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    try:
        async with (
            asyncio.timeout(timeout),
            _client(httpx).stream("POST", url, content=body, headers=send) as reply,
        ):
            raw = await _read(reply, max_bytes)
    except TimeoutError:
        raise TryAgain(None, "no reply in time") from None
    except httpx.InvalidURL as error:
        raise Refused(f"{url!r} is no address: {error}") from None
    except httpx.UnsupportedProtocol:
        raise Refused(f"{url!r} is no address: it must begin with http:// or https://") from None
    except httpx.TransportError as error:
        raise TryAgain(None, f"connection: {type(error).__name__}") from None
    bad = status_error(reply.status_code, reply.headers, url, _quote(raw))
    if bad is not None:
        raise bad
    if raw is None:
        raise Unscored(f"reply longer than {max_bytes} bytes")
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unscored("reply is no JSON") from None


async def _read(reply: Any, max_bytes: int) -> bytes | None:
    """The body; None where it is longer than ``max_bytes``."""
    if reply.headers.get("content-encoding", "identity") != "identity" and reply.is_success:
        # It was told not to, and a small bomb would fill the memory.
        raise Unscored("reply is compressed")
    parts: list[bytes] = []
    size = 0
    async for part in reply.aiter_raw():
        size += len(part)
        if size > max_bytes:
            return None
        parts.append(part)
    return b"".join(parts)


def _quote(raw: bytes | None) -> str:
    """The beginning of an error's text, fit for one line of a terminal."""
    text = (raw or b"")[:2000].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _client(httpx: Any) -> Any:
    import asyncio

    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        # How many calls run at once is the limiter's business, and so is the time they take.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
        client = _clients[loop] = httpx.AsyncClient(limits=limits, timeout=None, follow_redirects=False)
    return client
