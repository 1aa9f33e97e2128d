"""A real HTTP server on 127.0.0.1 that misbehaves as it is told, and remembers what was asked of it.

A script is a function from a request to a :class:`Reply`; it runs in the server's threads. ``Loopback`` is a context
manager; its ``url`` ends without a slash.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What was asked, and when: ``number`` counts from 0 over all requests, ``nth`` over those of equal path."""

    path: str
    body: bytes
    number: int
    nth: int
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer, and how badly.

    Attributes:
        body: bytes, or what is sent as JSON.
        delay: seconds before the first byte.
        manner: ``"whole"``; ``"half"``: half the body, then the connection is closed; ``"slow"``: a byte every
            ``pace`` seconds; ``"drop"``: the connection is closed without an answer; ``"endless"``: the body again
            and again, until the other side hangs up.
    """

    status: int = 200
    body: object = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    manner: str = "whole"
    pace: float = 0.05


class Loopback:
    """The server; ``requests`` is what was asked, ``peak`` how many requests were under way at one time."""

    def __init__(self, script: Callable[[Request], Reply]) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.peak = 0
        self.sent = 0
        self._now = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                owner._answer(self)

            do_GET = do_POST

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # the other side hung up, which is what some tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        with self._lock:
            nth = sum(request.path == handler.path for request in self.requests)
            request = Request(handler.path, body, len(self.requests), nth, time.monotonic())
            self.requests.append(request)
            self._now += 1
            self.peak = max(self.peak, self._now)
        try:
            reply = self.script(request)
            self._closing.wait(reply.delay)
            self._send(handler, reply)
        finally:
            with self._lock:
                self._now -= 1

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.manner == "drop":
            handler.close_connection = True
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        handler.send_response(reply.status)
        length = 1 << 40 if reply.manner == "endless" else len(body)
        for name, value in {"Content-Length": str(length), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if reply.manner == "half":
            handler.wfile.write(body[: len(body) // 2])
            handler.close_connection = True
        elif reply.manner == "slow":
            for i in range(len(body)):
                handler.wfile.write(body[i : i + 1])
                if self._closing.wait(reply.pace):
                    break
        elif reply.manner == "endless":
            while not self._closing.is_set():
                handler.wfile.write(body)
                self.sent += len(body)
        else:
            handler.wfile.write(body)
