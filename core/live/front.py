"""The side of ``remit serve``: it runs a live process, and hands it the sockets on which pages ask for ``/live``.

waitress reads the request as any other, on whatever connection the browser chose; a thread then sends the open socket
to the live process and is free again. All other requests are served as if there were no live process at all.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.server import BaseWSGIServer  # type: ignore[import-untyped]
from waitress.task import WSGITask  # type: ignore[import-untyped]

from core.live.connection import PATH, Asked
from core.live.link import packed

log = structlog.get_logger("remit.live")

#: Systems that can hand an open socket to another process.
POSSIBLE = hasattr(socket, "send_fds") and hasattr(socket, "AF_UNIX")
COMMAND = (sys.executable, "-m", "core.cli", "live", "--handed")
ANEW, ANEW_MOST = 0.5, 30.0
UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nRetry-After: 5\r\n"
    b"Content-Length: 19\r\nConnection: close\r\n\r\nService Unavailable"
)


class Front:
    """Keeps a live process running, and hands it sockets. ``start`` before serving, ``stop`` after it."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._link: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="remit-live-front", daemon=True)

    def start(self) -> None:
        """Start the process; returns at once."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End the process: it is told, then asked, then killed."""
        self._stopping.set()
        self._cut()
        for end in (lambda _process: None, subprocess.Popen.terminate, subprocess.Popen.kill):
            process = self._process
            if process is not None and process.poll() is None:
                end(process)
            self._thread.join(timeout)
            if not self._thread.is_alive():
                return

    def attach(self, sockets: Mapping[int, Any]) -> None:
        """Let the servers of waitress among these hand over what asks for ``/live``."""
        task = type("LiveTask", (_LiveTask,), {"front": self})
        channel = type("LiveChannel", (HTTPChannel,), {"task_class": task})
        for server in sockets.values():
            if isinstance(server, BaseWSGIServer):
                server.channel_class = channel

    def take(self, taken: socket.socket, request: Asked) -> bool:
        """Hand a socket over, without waiting. False when there is no live process, or it takes nothing."""
        told = packed(request)
        with self._lock:
            if self._link is None or told is None:
                return False
            try:
                sent = socket.send_fds(self._link, [told], [taken.fileno()])
            except OSError:
                return False
            if sent == len(told):
                return True
        log.error("the link to the live process broke")
        self._cut()
        return False

    # -- the process ---------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        wait = ANEW
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._run()
            if self._stopping.is_set():
                return
            wait = ANEW if time.monotonic() - began > ANEW_MOST else min(wait * 2, ANEW_MOST)
            log.warning("the live process ended and is started again", code=code, seconds=wait)
            self._stopping.wait(wait)

    def _run(self) -> int:
        """One life of the process, to its end."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and words
                    [*self._command, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                    # Ctrl-C is for the server, which ends this one.
                    start_new_session=True,
                )
            with self._lock:
                self._link = None if self._stopping.is_set() else ours
            if self._stopping.is_set():
                ours.close()
            code = self._process.wait()
            self._cut()
            return code

    def _cut(self) -> None:
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()


class _LiveTask(WSGITask):  # type: ignore[misc]
    """A request; one for ``/live`` is not answered here."""

    front: Front

    def service(self) -> None:
        """Serve it, or hand its socket over. The channel is closed either way; the socket lives on over there."""
        if self.request.path != PATH:
            super().service()
            return
        if not self.front.take(self.channel.socket, Asked.of(self.request)):
            self.channel.write_soon(UNAVAILABLE)
        self.close_on_finish = True
