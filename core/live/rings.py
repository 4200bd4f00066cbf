"""What was told lately, for those who lost their connection for a moment and come back."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable

from core.live.hearing import Subject


class Rings:
    """The last ``each`` messages about each subject, of the ``most`` subjects that were told about last.

    Messages are numbered by whoever adds them, upwards.
    """

    def __init__(self, *, each: int = 100, most: int = 5_000) -> None:
        self._each, self._most = each, most
        self._rings: OrderedDict[Subject, deque[tuple[int, bytes]]] = OrderedDict()
        self._cut: dict[Subject, int] = {}
        self._forgotten = 0

    def add(self, subject: Subject, number: int, message: bytes) -> None:
        """Keep a message."""
        if subject not in self._rings and self._forgotten:
            self._cut[subject] = self._forgotten  # it may have been among those that were forgotten
        ring = self._rings.setdefault(subject, deque())
        self._rings.move_to_end(subject)
        ring.append((number, message))
        if len(ring) > self._each:
            self._cut[subject] = ring.popleft()[0]
        if len(self._rings) > self._most:
            oldest, gone = self._rings.popitem(last=False)
            self._cut.pop(oldest, None)
            self._forgotten = max(self._forgotten, gone[-1][0])

    def since(self, subjects: Iterable[Subject], number: int) -> list[bytes] | None:
        """The messages about these subjects after ``number``, in order; None when some are not kept any more."""
        missed: list[tuple[int, bytes]] = []
        for subject in subjects:
            ring = self._rings.get(subject)
            if self._cut.get(subject, 0) > number or (ring is None and self._forgotten > number):
                return None
            for one in reversed(ring or ()):
                if one[0] <= number:
                    break
                missed.append(one)
        return [message for _number, message in sorted(missed)]
