"""How ``remit serve`` hands a socket to the live process: a pair of Unix sockets over which open sockets travel.

A message is its length, four bytes, and a request as JSON; the socket it was read from travels with it. The link also
says when the other side is gone, however it ended, so that no live process is left behind.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Any

from core.live.connection import Asked

LENGTH = struct.Struct("!I")
MOST = 16_384


def packed(request: Asked) -> bytes | None:
    """A request as it travels; None when it is too large to be a request for a stream."""
    told = json.dumps([request.command, request.path, request.query, dict(request.headers)]).encode()
    return LENGTH.pack(len(told)) + told if len(told) <= MOST else None


class Link:
    """The end of the live process: ``take`` is called with each socket, ``ended`` when the server is gone."""

    def __init__(
        self, link: socket.socket, take: Callable[[socket.socket, Asked], None], ended: Callable[[], None]
    ) -> None:
        self._link, self._take, self._ended = link, take, ended
        self._bytes = bytearray()
        self._sockets: deque[socket.socket] = deque()
        self._loop = asyncio.get_running_loop()
        link.setblocking(False)
        self._loop.add_reader(link.fileno(), self._readable)

    def close(self) -> None:
        """Take nothing more."""
        if self._link.fileno() >= 0:
            self._loop.remove_reader(self._link.fileno())
            self._link.close()
        while self._sockets:
            self._sockets.popleft().close()

    def _readable(self) -> None:
        try:
            data, handed, _flags, _address = socket.recv_fds(self._link, 65_536, 8)
        except BlockingIOError:
            return
        except OSError:
            data, handed = b"", []
        self._sockets.extend(socket.socket(fileno=number) for number in handed)
        if not data:
            self.close()
            self._ended()
            return
        self._bytes += data
        self._deliver()

    def _deliver(self) -> None:
        while len(self._bytes) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._bytes)
            if len(self._bytes) < LENGTH.size + length:
                return
            told: Any = json.loads(bytes(self._bytes[LENGTH.size:LENGTH.size + length]))
            del self._bytes[:LENGTH.size + length]
            taken = self._sockets.popleft()
            taken.setblocking(False)
            self._take(taken, Asked(*told))
