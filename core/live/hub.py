"""Who listens to what, and telling them. Lives in the event loop alone and waits for nothing."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Protocol

from core.live.hearing import Reader, Subject
from core.live.rings import Rings
from core.live.tail import Hint


class Listener(Protocol):
    """One open stream."""

    reader: Reader
    subjects: frozenset[Subject]

    def send(self, message: bytes) -> None:
        """Send, or drop the listener when he is too slow."""

    def end(self) -> None:
        """Close the stream."""


def written(subject: Subject) -> str:
    """A subject as it stands in addresses and messages."""
    topic, key = subject
    return f"{topic}:{key}" if key else topic


def message(event: str, data: Any, *, place: str = "") -> bytes:
    """One server-sent event."""
    head = f"id: {place}\n" if place else ""
    return f"{head}event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


class Hub:
    """The listeners by subject.

    Every message has a place, ``token-number``: a browser that comes back names the last one it saw. The token is this
    process's own, so that a place of another one, or of before a gap, is known to be useless.
    """

    def __init__(self, rings: Rings | None = None) -> None:
        self._rings = rings or Rings()
        self._token = secrets.token_hex(4)
        self._number = 0
        self._by_subject: dict[Subject, set[Listener]] = {}
        self._all: set[Listener] = set()
        self._of_account: Counter[int | None] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Listener]:
        return iter(tuple(self._all))

    @property
    def place(self) -> str:
        """Where the stream of messages is now."""
        return f"{self._token}-{self._number}"

    def subjects(self) -> Collection[Subject]:
        """What is listened to."""
        return tuple(self._by_subject)

    def of_account(self, account_id: int | None) -> int:
        """How many streams an account has open."""
        return self._of_account[account_id]

    def tell(self, hint: Hint) -> None:
        """Tell everybody who listens."""
        subject = (hint.topic, hint.key)
        self._number += 1
        told = message("change", {"topic": written(subject), "data": hint.data}, place=self.place)
        self._rings.add(subject, self._number, told)
        for listener in tuple(self._by_subject.get(subject, ())):
            listener.send(told)

    def join(self, listener: Listener, last: str, refused: Iterable[Subject] = ()) -> None:
        """Let somebody listen: first what he missed since the place ``last``, or that he must look for himself."""
        self._all.add(listener)
        self._of_account[listener.reader.actor.account_id] += 1
        for subject in listener.subjects:
            self._by_subject.setdefault(subject, set()).add(listener)
        token, _dash, number = last.partition("-")
        known = token == self._token and number.isdecimal() and len(number) < 19 and int(number) <= self._number
        missed = self._rings.since(listener.subjects, int(number)) if known else None
        resumed = missed is not None
        listener.send(message(
            "ready", {"resumed": resumed, "refused": sorted(written(one) for one in refused)},
            place=self.place if not missed else "",
        ))  # fmt: skip
        for told in missed or ():
            listener.send(told)

    def leave(self, listener: Listener) -> None:
        """Forget a listener; harmless when he was forgotten already."""
        if listener not in self._all:
            return
        self._all.discard(listener)
        account = listener.reader.actor.account_id
        self._of_account[account] -= 1
        if self._of_account[account] <= 0:
            del self._of_account[account]
        self._silence(listener, listener.subjects)

    def refuse(self, listener: Listener, lost: frozenset[Subject]) -> None:
        """What somebody may not hear any more is not told to him any more; without anything left he is let go."""
        if not lost:
            return
        self._silence(listener, lost)
        listener.subjects -= lost
        if listener.subjects:
            listener.send(message("refused", sorted(written(one) for one in lost)))
        else:
            listener.end()

    def start_over(self) -> None:
        """Something may have been missed: everybody is to look for himself."""
        self._token, self._number = secrets.token_hex(4), 0
        self._rings = Rings()
        for listener in self:
            listener.send(message("reload", {}, place=self.place))

    def comment(self) -> None:
        """A sign of life, so that nobody on the way takes the silence for the end."""
        for listener in self:
            listener.send(b":\n\n")

    def _silence(self, listener: Listener, subjects: Iterable[Subject]) -> None:
        for subject in subjects:
            heard = self._by_subject.get(subject)
            if heard is not None:
                heard.discard(listener)
                if not heard:
                    del self._by_subject[subject]
