"""Listening as a browser does: one stream read line by line, or very many at once."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Message:
    """One server-sent event."""

    event: str
    data: Any
    place: str
    at: float


@dataclass
class Stream:
    """One stream over a socket of its own."""

    port: int
    cookie: str
    topics: Sequence[str]
    last: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    receive: int = 0
    status: int = 0
    head: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._socket = socket.socket()
        if self.receive:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive)
        self._socket.settimeout(20)
        self._socket.connect(("127.0.0.1", self.port))
        lines = [f"GET /live?{urlencode([('topic', one) for one in self.topics])} HTTP/1.1",
                 f"Host: 127.0.0.1:{self.port}", f"Cookie: {self.cookie}",
                 *(f"{name}: {value}" for name, value in self.headers.items())]  # fmt: skip
        if self.last:
            lines.append(f"Last-Event-ID: {self.last}")
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._buffer = b""
        head = self._until(b"\r\n\r\n").decode()
        self.status = int(head.split()[1])
        self.head = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        self.place = ""

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            data = self._socket.recv(65536)
            if not data:
                raise EOFError
            self._buffer += data
        found, self._buffer = self._buffer.split(mark, 1)
        return found

    def next(self, seconds: float = 10) -> Message:
        """The next event; ``EOFError`` when the stream was ended, ``TimeoutError`` when nothing came."""
        until = time.monotonic() + seconds
        while True:
            self._socket.settimeout(max(0.001, until - time.monotonic()))
            fields: dict[str, str] = {}
            for line in self._until(b"\n\n").decode().splitlines():
                name, _colon, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            self.place = fields.get("id", self.place)
            if "event" in fields:
                return Message(fields["event"], json.loads(fields["data"]), self.place, time.monotonic())

    def ended(self, seconds: float = 10) -> bool:
        """Whether the stream is ended within a time, whatever is told before."""
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                self.next(until - time.monotonic())
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            pass
        return False

    def close(self) -> None:
        """Go away."""
        self._socket.close()


def until(there: Callable[[], Any], seconds: float = 20) -> Any:
    """What is found once it is there; asked again and again, since another process makes it."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = there()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come in time")


def sign_in(port: int, login: str, password: str) -> str:
    """The cookie of somebody who signed in on the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    page, cookie = answer.read().decode(), answer.headers["Set-Cookie"].split(";")[0]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    connection.request(
        "POST", "/sign-in", urlencode({"login": login, "password": password, "csrf_token": token}),
        {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 303, answer.status
    return str(answer.headers["Set-Cookie"].split(";")[0])


def crowd(
    port: int, cookies: Sequence[str], topic: str, tell: Callable[[], float], *, seconds: float = 15
) -> list[float]:
    """What ``listening`` finds, in a thread of its own: a browser of another test keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(listening(port, cookies, topic, tell, seconds=seconds))).result()


async def listening(
    port: int, cookies: Sequence[str], topic: str, tell: Callable[[], float], *, seconds: float = 15
) -> list[float]:
    """Listen with one stream for each cookie, call ``tell`` once all are in, and return how long after the moment it
    returned each stream saw the change.
    """
    async def one(cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /live?topic={topic} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        await asyncio.wait_for(reader.readuntil(b"event: ready\n"), 60)
        await reader.readuntil(b"\n\n")
        return reader, writer

    async def seen(reader: asyncio.StreamReader) -> float:
        await asyncio.wait_for(reader.readuntil(b"event: change\n"), seconds)
        return time.monotonic()

    streams = []
    for at in range(0, len(cookies), 50):
        streams += await asyncio.gather(*(one(cookie) for cookie in cookies[at:at + 50]))
    waiting = [asyncio.create_task(seen(reader)) for reader, _writer in streams]
    told = await asyncio.get_running_loop().run_in_executor(None, tell)
    moments = await asyncio.gather(*waiting)
    for _reader, writer in streams:
        writer.close()
    return [moment - told for moment in moments]
