"""A judge behind HTTP on 127.0.0.1, in a process of its own: it takes its time, scores, and counts.

``POST /score`` with ``{"text": ...}`` answers ``{"score": ...}`` in [0, 1], after a delay. ``GET /count`` answers how
many were asked since the last count, and how many were under way at one time at most.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
import zlib
from typing import Self


class Judge:
    """The server, as a context manager; ``url`` is its address."""

    def __init__(self, delay: float) -> None:
        self.delay = delay

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.judge_server", str(self.delay)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(self, *args: object) -> None:
        self._process.communicate()  # its standard input closes, which ends it

    def count(self) -> tuple[int, int]:
        """Requests since the last count, and the most at one time; both start anew."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/count", timeout=10) as reply:
            found = json.load(reply)
        return found["asked"], found["peak"]


def score(text: str) -> float:
    """What the judge thinks of a text: the same each time, and nothing one could guess."""
    return zlib.crc32(text.encode()) % 101 / 100


class _Counter:
    asked = peak = now = 0


async def _serve(delay: float) -> None:
    seen = _Counter()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := (await reader.readline()).decode().split():
                length = 0
                while (line := (await reader.readline()).strip()) != b"":
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                body = await reader.readexactly(length)
                if request[1] == "/count":
                    reply: dict[str, float] = {"asked": seen.asked, "peak": seen.peak}
                    seen.asked = seen.peak = 0
                else:
                    seen.asked += 1
                    seen.now += 1
                    seen.peak = max(seen.peak, seen.now)
                    await asyncio.sleep(delay)
                    seen.now -= 1
                    reply = {"score": score(json.loads(body)["text"])}
                answer = json.dumps(reply).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone, which is how conversations end
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)
        os._exit(0)  # conversations under way are of no interest any more


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
