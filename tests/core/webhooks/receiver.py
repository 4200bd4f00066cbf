"""A real receiver on this machine: keeps what it gets and behaves as told, well or badly."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[[BaseHTTPRequestHandler, Got], None]


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer with a status."""

    def act(handler: BaseHTTPRequestHandler, got: Got) -> None:
        del got
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return act


@dataclass
class Receiver:
    """A context manager; ``url`` is where it listens, ``got`` what came, ``behave`` how it answers."""

    behave: Behaviour = field(default_factory=lambda: answers(204))
    context: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    got: list[Got] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    released: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0

    def __enter__(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 30

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                with receiver.arrived:
                    receiver.got.append(got)
                    receiver.at_once += 1
                    receiver.most_at_once = max(receiver.most_at_once, receiver.at_once)
                    receiver.arrived.notify_all()
                try:
                    receiver.behave(self, got)
                except OSError:
                    pass  # the sender has cut the line
                finally:
                    with receiver.arrived:
                        receiver.at_once -= 1

            def log_message(self, *parts: Any) -> None:
                del parts

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *parts: Any) -> None:
                del parts

        self._server = Server((self.host, 0), Handler)
        if self.context is not None:
            self._server.socket = self.context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        scheme = "https" if self.context is not None else "http"
        return f"{scheme}://{self.host}:{self.port}/hook"

    def wait_for(self, count: int, seconds: float = 20.0) -> None:
        """Until so many requests have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, seconds), f"only {len(self.got)} came"


def hangs(receiver: Receiver) -> Behaviour:
    """Say nothing until the test is over."""

    def act(handler: BaseHTTPRequestHandler, got: Got) -> None:
        del got
        receiver.released.wait(30)
        handler.close_connection = True

    return act


def drips(receiver: Receiver, every: float = 0.05) -> Behaviour:
    """Send one byte of a header after another, for ever, each well within the time for one read."""

    def act(handler: BaseHTTPRequestHandler, got: Got) -> None:
        del got
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not receiver.released.wait(every):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return act


def endless(receiver: Receiver) -> Behaviour:
    """Answer 200 and never stop talking."""

    def act(handler: BaseHTTPRequestHandler, got: Got) -> None:
        del got
        handler.send_response(200)
        handler.end_headers()
        while not receiver.released.is_set():
            handler.wfile.write(b"a" * 65_536)

    return act


def closes(handler: BaseHTTPRequestHandler, got: Got) -> None:
    """Cut the line in the middle."""
    del got
    handler.connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def listening() -> Iterator[tuple[int, list[float]]]:
    """A port at which every connection is noted and none answered; for addresses that must not be connected to."""
    seen: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _peer = server.accept()
                    seen.append(time.monotonic())
                    connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1], seen
        over.set()
        thread.join()
