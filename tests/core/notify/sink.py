"""A mail server on loopback that keeps what it is given, and misbehaves when it is told to."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any


class Sink:
    """Listens as long as it is open. ``mails`` are the ones it has said yes to, ``seen`` all it was given.

    ``answer(step, text)`` may return another answer than yes for ``MAIL``, ``RCPT``, ``DATA`` (before the mail) and
    ``DOT`` (after it): a line such as ``451 later``, ``"drop"`` to close, ``"keep"`` to take the mail and then close
    without a word, ``"hang"`` to say nothing until the sink is closed.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.seen: list[EmailMessage] = []
        self.connections = 0
        self.answer: Callable[[str, str], str | None] = lambda _step, _text: None
        self.closing = threading.Event()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.connections += 1
                Talk(sink, self).run()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """What ``REMIT_SMTP_URL`` is set to."""
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def ids(self) -> list[str]:
        """The Message-IDs of what was taken."""
        return [str(one["Message-ID"]) for one in self.mails]

    def close(self) -> None:
        """Take nothing more."""
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


class Talk:
    """One connection."""

    def __init__(self, sink: Sink, handler: Any) -> None:
        self.sink = sink
        self.handler = handler

    def say(self, line: str) -> None:
        """One line."""
        self.handler.wfile.write(f"{line}\r\n".encode())

    def run(self) -> None:
        """Answer until the other side leaves."""
        try:
            self.say("220 sink")
            while line := self.handler.rfile.readline():
                word = line[:4].decode().strip().upper()
                text = line.decode().strip()
                if word == "QUIT":
                    self.say("221 bye")
                    return
                if not self.one(word, text):
                    return
        except (ConnectionError, ValueError):
            pass

    def one(self, word: str, text: str) -> bool:
        """One command; False ends the connection."""
        if word not in ("MAIL", "RCPT", "DATA"):
            self.say("250 sink")
            return True
        told = self.sink.answer(word, text)
        if told is not None:
            return self.other(told, None)
        if word != "DATA":
            self.say("250 yes")
            return True
        self.say("354 go on")
        made = self.body()
        self.sink.seen.append(made)
        told = self.sink.answer("DOT", text)
        if told is not None:
            return self.other(told, made)
        self.sink.mails.append(made)
        self.say("250 taken")
        return True

    def body(self) -> EmailMessage:
        """The mail, up to the dot."""
        lines: list[bytes] = []
        while (line := self.handler.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def other(self, told: str, made: EmailMessage | None) -> bool:
        """Misbehave."""
        if told == "hang":
            self.sink.closing.wait(20)
            return False
        if told == "keep" and made is not None:
            self.sink.mails.append(made)
        if told in ("drop", "keep"):
            return False
        self.say(told)
        return True
