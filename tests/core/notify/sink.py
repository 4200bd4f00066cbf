"""A mail server on loopback that keeps what it is given, and misbehaves when it is told to."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote


class Sink:
    """Listens as long as it is open. ``mails`` are the ones it has said yes to, ``seen`` all it was given.

    ``answer(step, text)`` may return another answer than yes for ``MAIL``, ``RCPT``, ``DATA`` (before the mail) and
    ``DOT`` (after it): a line such as ``451 later``, ``"drop"`` to close, ``"keep"`` to take the mail and then close
    without a word, ``"hang"`` to say nothing until the sink is closed.

    With a ``certificate`` and the scheme ``smtps`` it speaks TLS from the first byte, with ``starttls`` after the
    command of that name; ``secure`` says of each mail whether it came so. With a ``login`` it takes mails from nobody
    else; ``logins`` are those that were tried.
    """

    def __init__(
        self, *, certificate: ssl.SSLContext | None = None, scheme: str = "smtp", login: tuple[str, str] | None = None
    ) -> None:
        self.certificate, self.scheme, self.login = certificate, scheme, login
        self.secure: list[bool] = []
        self.logins: list[tuple[str, str]] = []
        self.mails: list[EmailMessage] = []
        self.seen: list[EmailMessage] = []
        self.connections = 0
        self.answer: Callable[[str, str], str | None] = lambda _step, _text: None
        self.closing = threading.Event()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.connections += 1
                talk = Talk(sink, self)
                try:
                    if sink.scheme == "smtps":
                        talk.encrypt()
                    talk.run()
                except OSError:  # the other side does not trust us, or has gone
                    return
                finally:
                    talk.close()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """What ``REMIT_SMTP_URL`` is set to."""
        user = f"{self.login[0]}:{quote(self.login[1], safe='')}@" if self.login else ""
        host = "127.0.0.1" if self.scheme == "smtp" else "localhost"  # what a certificate is made for
        return f"{self.scheme}://{user}{host}:{self.server.server_address[1]}"

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
        self.reads, self.writes = handler.rfile, handler.wfile
        self.encrypted = False
        self.known = sink.login is None

    def encrypt(self) -> None:
        """Speak TLS from here on."""
        assert self.sink.certificate is not None
        made = self.sink.certificate.wrap_socket(self.handler.connection, server_side=True)
        self.handler.connection = made
        self.reads, self.writes = made.makefile("rb"), made.makefile("wb", buffering=0)
        self.encrypted = True

    def close(self) -> None:
        """Let the encrypted connection go; the plain one is closed by the server."""
        if self.encrypted:
            self.reads.close()
            self.writes.close()
            self.handler.connection.close()

    def hello(self) -> None:
        """What is offered."""
        offered = ["sink"]
        if self.sink.scheme == "starttls" and not self.encrypted and self.sink.certificate is not None:
            offered.append("STARTTLS")
        if self.sink.login is not None:
            offered.append("AUTH PLAIN")
        for line in offered[:-1]:
            self.say(f"250-{line}")
        self.say(f"250 {offered[-1]}")

    def sign_in(self, text: str) -> None:
        """Take a user name and a password, in one line."""
        _empty, user, password = base64.b64decode(text.split()[2]).decode().split("\0")
        self.sink.logins.append((user, password))
        self.known = (user, password) == self.sink.login
        self.say("235 welcome" if self.known else "535 who is that")

    def say(self, line: str) -> None:
        """One line."""
        self.writes.write(f"{line}\r\n".encode())

    def run(self) -> None:
        """Answer until the other side leaves."""
        try:
            self.say("220 sink")
            while line := self.reads.readline():
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
        if word == "EHLO":
            self.hello()
            return True
        if word == "STAR":
            self.say("220 go on")
            self.encrypt()
            return True
        if word == "AUTH":
            self.sign_in(text)
            return True
        if word not in ("MAIL", "RCPT", "DATA"):
            self.say("250 sink")
            return True
        if not self.known:
            self.say("530 sign in first")
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
        self.sink.secure.append(self.encrypted)
        self.say("250 taken")
        return True

    def body(self) -> EmailMessage:
        """The mail, up to the dot."""
        lines: list[bytes] = []
        while (line := self.reads.readline()) not in (b".\r\n", b""):
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
