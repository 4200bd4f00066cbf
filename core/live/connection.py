"""One socket on which a page listens: what it asked, and what it is sent."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]

from core.live.hearing import MOST_TOPICS, Reader, Subject, subject

PATH = "/live"
#: Headers that matter here, as the parser of waitress names them.
HEADERS = ("COOKIE", "HOST", "ORIGIN", "SEC_FETCH_SITE", "LAST_EVENT_ID")
MOST_HEAD = 16_384
HEAD_SECONDS = 10.0
#: A reader who does not take what he is sent is dropped with this many bytes waiting, beside those in the kernel.
MOST_WAITING = 65_536
#: When nothing that was sent is acknowledged for so long, the reader is gone; milliseconds.
SILENT = 30_000

STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
    b"X-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 2000\n\n"
)
REFUSALS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 429: "Too Many Requests", 503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as far as it matters: everything in it comes from outside."""

    command: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, parser: HTTPRequestParser) -> Asked:
        """What the parser of waitress found."""
        found: Mapping[str, str] = parser.headers
        return cls(
            parser.command, parser.path, parser.query, {name: found[name] for name in HEADERS if name in found}
        )

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return self.headers.get(name, "")

    @property
    def subjects(self) -> frozenset[Subject] | None:
        """What is to be listened to; None when that is nothing, no topic, or too much."""
        told = [value for name, value in parse_qsl(self.query) if name == "topic"]
        found = [subject(one) for one in told]
        if not found or len(found) > MOST_TOPICS or None in found:
            return None
        return frozenset(one for one in found if one is not None)

    @property
    def last(self) -> str:
        """The last message the page saw: from the browser, or from a page that opened its stream anew."""
        return self.header("LAST_EVENT_ID") or dict(parse_qsl(self.query)).get("last", "")

    @property
    def from_elsewhere(self) -> bool:
        """Whether a page of another site asks."""
        if self.header("SEC_FETCH_SITE") in ("cross-site", "same-site"):
            return True
        origin = self.header("ORIGIN")
        return bool(origin) and urlsplit(origin).netloc.lower() != self.header("HOST").lower()


class Connection(asyncio.Protocol):
    """A listener and his socket.

    A socket that ``remit serve`` handed over comes with what was asked; on another one the head of the request is read
    first. ``asked`` is called once with it, ``gone`` once when the socket is closed.
    """

    reader: Reader
    subjects: frozenset[Subject]

    def __init__(
        self, asked: Callable[[Connection, Asked], None], gone: Callable[[Connection], None],
        request: Asked | None = None,
    ) -> None:
        self._tell, self._gone, self._request = asked, gone, request
        self._transport: asyncio.Transport | None = None
        self._parser = HTTPRequestParser(Adjustments(max_request_header_size=MOST_HEAD)) if request is None else None
        self._limit: asyncio.TimerHandle | None = None
        self.streaming = False

    # -- of asyncio ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ours."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        _prepare(transport.get_extra_info("socket"))
        if self._request is not None:
            self._tell(self, self._request)
        else:
            self._limit = asyncio.get_running_loop().call_later(HEAD_SECONDS, self.refuse, 408)

    def data_received(self, data: bytes) -> None:
        """The head of the request; what comes after it is of no interest."""
        parser = self._parser
        if parser is None:
            return
        while data and not parser.completed:
            data = data[parser.received(data):]
        if not parser.completed or parser.empty:
            return
        self._parser = None
        if self._limit is not None:
            self._limit.cancel()
        error = parser.error
        request = Asked.of(parser) if error is None else None
        parser.close()
        if request is None:
            self.refuse(400)
        else:
            self._tell(self, request)

    def connection_lost(self, exc: Exception | None) -> None:
        """The reader went away, or was let go."""
        del exc
        self._transport = None
        if self._limit is not None:
            self._limit.cancel()
        self._gone(self)

    # -- of the hub ----------------------------------------------------------------------------------------------

    @property
    def open(self) -> bool:
        """Whether somebody is at the other end still."""
        return self._transport is not None and not self._transport.is_closing()

    def stream(self, reader: Reader, subjects: frozenset[Subject]) -> None:
        """Begin the stream."""
        self.reader, self.subjects, self.streaming = reader, subjects, True
        self.send(STREAM)

    def send(self, message: bytes) -> None:
        """Send a message. A reader who takes nothing is dropped; when he comes back he hears what he missed."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > MOST_WAITING:
            transport.abort()
            return
        transport.write(message)

    def end(self) -> None:
        """Close the stream once what was sent is out."""
        if self._transport is not None:
            self._transport.close()

    def refuse(self, status: int) -> None:
        """Answer with a refusal instead of a stream."""
        if self._transport is None or self.streaming:
            return
        reason = REFUSALS[status]
        self._transport.write(
            f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
            f"Content-Length: {len(reason)}\r\nConnection: close\r\n\r\n{reason}".encode()
        )
        self._transport.close()


def _prepare(sock: Any) -> None:
    """Small buffers, messages at once, and an end to those who vanished."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_WAITING)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT)
