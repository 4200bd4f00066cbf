"""A terminal's log with known faults, for the employees of a large company."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta


@dataclass
class Log:
    """A log file and what is to become of its lines.

    ``accepted`` + ``repeated`` + the sum of ``rejected`` (by reason) is the number of lines. ``full`` are the
    numbers of those who came and left in time on each day.
    """

    data: bytes
    accepted: int
    repeated: int
    rejected: Counter[str] = field(default_factory=Counter)
    full: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self.accepted + self.repeated + sum(self.rejected.values())


def make_log(
    employed: Sequence[str], gone: Sequence[str], days: Sequence[date], *, lines: int, seed: int = 20261031
) -> Log:
    """A log of so many lines: punches of ``employed`` on ``days``, faults of every kind planted among them.

    ``gone`` are numbers of people who no longer work there. Every fifteenth good line has five columns, as some
    firmware writes them; a part of the file comes out of order; lines end with CRLF.
    """
    chance = random.Random(seed)  # noqa: S311 - the same log in every run
    faults: Counter[str] = Counter(clock=400, minus=350, columns=250, unknown_pin=150, not_employed=200, time=50)
    repeats = 600
    wanted = lines - sum(faults.values()) - repeats
    good: list[str] = []
    full: list[str] = []
    for number in employed:
        mine = _punches(number, days, chance)
        if len(good) + len(mine) > wanted:
            good += mine[: wanted - len(good)]
            break
        good += mine
        full.append(number)
    if len(good) != wanted:
        raise ValueError("not enough people for so many lines")
    every = [line if at % 15 else line.rsplit("\t", 1)[0] for at, line in enumerate(good)]
    every += _faults(faults, employed, gone, days[0], chance)
    every += chance.sample(good[1::15], repeats)  # of those that kept their sixth column
    late = len(every) // 4
    tail = every[-late:]  # a terminal that was offline delivers in any order
    chance.shuffle(tail)
    every[-late:] = tail
    return Log("".join(f"{line}\r\n" for line in every).encode(), wanted, repeats, faults, full)


def _punches(number: str, days: Sequence[date], chance: random.Random) -> list[str]:
    """Two punches a day, before nine and after six."""
    found = []
    for day in days:
        came = datetime.combine(day, time(8, 30)) + timedelta(seconds=chance.randrange(1700))
        left = datetime.combine(day, time(18, 1)) + timedelta(seconds=chance.randrange(1700))
        found += [f"{number:>9}\t{came}\t1\t0\t1\t0", f"{number:>9}\t{left}\t1\t1\t1\t0"]
    return found


def _faults(
    faults: Counter[str], employed: Sequence[str], gone: Sequence[str], day: date, chance: random.Random
) -> list[str]:
    """The lines that are no punches; each is unlike every other."""
    at = datetime.combine(day, time(12, 0))
    found = []
    for reason, count in faults.items():
        for n in range(count):
            number, stamp, rest = chance.choice(employed), at + timedelta(seconds=n), "1\t0\t1\t0"
            if reason == "clock":
                stamp = datetime(1971, 1, 1) + timedelta(seconds=n)
            elif reason == "minus":
                rest = "1\t-1\t1\t0" if n % 2 else "-1\t0\t1\t0"
            elif reason == "columns":
                rest = "1\t0" if n % 2 else "1\t0\t1\t0\t" + "\t".join("0" * 9)
            elif reason == "unknown_pin":
                number = f"9{n:05d}"
            elif reason == "not_employed":
                number = chance.choice(gone)
            shown = str(stamp) if reason != "time" else f"{stamp.date()} noon {n}"
            found.append(f"{number:>9}\t{shown}\t{rest}")
    return found
