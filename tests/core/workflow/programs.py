"""A real Remit on this machine and a program that it calls, for the tests of steps that call one."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from werkzeug.serving import make_server

from core.app import create_app
from core.kernel.house import House
from tests.core.webhooks.receiver import Got, answers


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(house: House, port: int) -> Iterator[None]:
    """The house as a web app that answers over the network, several at a time."""
    server = make_server("127.0.0.1", port, create_app(house=house), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(url: str, body: Any, *, token: str = "", timeout: float = 30) -> tuple[int, dict[str, Any]]:
    """What Remit answers to a program: the status, and the body as data."""
    head = {"Content-Type": "application/json", "Accept-Language": "en"}
    head |= {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, json.dumps(body).encode(), head)  # noqa: S310 -- this machine
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


@dataclass
class Peer:
    """A program that answers each call as ``say`` tells, before it says that the call has arrived."""

    say: dict[str, Any] = field(default_factory=lambda: {"answer": "done"})
    then: Callable[[BaseHTTPRequestHandler, Got], None] = field(default_factory=lambda: answers(204))
    told: list[dict[str, Any]] = field(default_factory=list)
    answered: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, handler: BaseHTTPRequestHandler, got: Got) -> None:
        """What ``Receiver.behave`` calls."""
        data = json.loads(got.body)["data"]
        self.told.append(data)
        self.answered.append(post(data["reply_url"], {**self.say, "secret": data["reply_secret"]}))
        self.then(handler, got)
