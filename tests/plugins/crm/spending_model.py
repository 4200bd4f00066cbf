"""Who may decide which request to spend, as plainly as it can be said: a page of rules, no list and no engine.

Amounts are in fen. What the head of the group may changes with each version of his list; the director decides up to
100,000.00, the chief up to 1,000,000.00. Nobody decides his own request, nor in the name of whoever put it. Of several
ways the one with the least authority is taken: one's own before what was handed over, a part before the whole, the
lower limit first, and what was opened for an emergency last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD, DIRECTOR, CHIEF, EMERGENCY = "ACQ-H.B1", "MD.A2", "CEO.A3", "ACQ-H.X1"
#: What the director, the chief, and in an emergency the head may decide at most.
MOST = {DIRECTOR: 10_000_000, CHIEF: 100_000_000, EMERGENCY: 20_000_000}
HOURS = 4
#: The version of the list of director and chief, which stays.
ABOVE = 19
#: Whose post each way comes from, and the post.
POSTS = {HEAD: ("wang", "ACQ-H"), EMERGENCY: ("wang", "ACQ-H"), DIRECTOR: ("li", "MD"), CHIEF: ("zhao", "CEO")}
#: Where each asks: the group, or the department above it, in which only director and chief decide.
UNITS = {"sun": "ACQ", "chen": "ACQ", "wang": "ACQ", "li": "MKT"}


@dataclass
class Version:
    """A version of the head's list, from its day to before that of the next."""

    number: int
    first_day: date
    limit: int
    cap: int


@dataclass
class Handed:
    """What somebody handed to another, the last day included."""

    id: int
    giver: str
    to: str
    way: str
    limit: int | None
    first_day: date
    last_day: date
    revoked: bool = False


@dataclass
class Request:
    """A request, and what became of its question; the approval is that of what it says now."""

    who: str
    amount: int
    state: str = "open"
    way: str | None = None
    by: str | None = None
    version: int | None = None
    at: datetime | None = None


@dataclass
class Model:
    """All that was asked, decided, published, handed over and opened."""

    now: datetime
    versions: list[Version]
    requests: dict[int, Request] = field(default_factory=dict)
    handed: list[Handed] = field(default_factory=list)
    ended: dict[str, date] = field(default_factory=dict)
    opened_until: datetime | None = None

    @property
    def day(self) -> date:
        """The day in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    def version(self) -> Version:
        """The version of the head's list that is in force."""
        return [one for one in self.versions if one.first_day <= self.day][-1]

    def holds(self, who: str) -> bool:
        """Whether somebody still has the post that counts here."""
        return who not in self.ended or self.day < self.ended[who]

    def limit(self, way: str) -> int:
        """The most of one decision."""
        return self.version().limit if way == HEAD else MOST[way]

    def used(self) -> int:
        """What approvals that stand have used up of the head's total of this month."""
        return sum(
            one.amount for one in self.requests.values()
            if one.state == "approved" and one.way == HEAD and one.at is not None
            and one.at.astimezone(SHANGHAI).strftime("%Y-%m") == self.now.astimezone(SHANGHAI).strftime("%Y-%m")
        )

    def is_open(self) -> bool:
        """Whether the head has something open for an emergency."""
        return self.opened_until is not None and self.now < self.opened_until

    def ways(self, who: str) -> list[tuple[str, str, int]]:
        """By what somebody may decide, in whose name and up to how much, the least authority first."""
        own = [
            (way, who, self.limit(way)) for way, (holder, _post) in POSTS.items()
            if holder == who and self.holds(who) and way != EMERGENCY
        ]
        others = [
            (one.way, one.giver, self.limit(one.way) if one.limit is None else min(one.limit, self.limit(one.way)))
            for one in self.handed
            if one.to == who and not one.revoked and one.first_day <= self.day <= one.last_day and self.holds(one.giver)
        ]
        others.sort(key=lambda found: (found[0] == CHIEF, found[2], found[0]))
        last = [(EMERGENCY, who, MOST[EMERGENCY])] if who == "wang" and self.holds(who) and self.is_open() else []
        return own + others + last

    def decides(self, who: str, request: Request) -> str | None:
        """By what somebody may approve a request or refuse it, None where he may not."""
        if who == request.who:
            return None
        for way, holder, limit in self.ways(who):
            if holder == request.who or request.amount > limit:
                continue
            if UNITS[request.who] != "ACQ" and way in (HEAD, EMERGENCY):
                continue
            if way == HEAD and self.used() + request.amount > self.version().cap:
                continue
            return way
        return None

    def answer(self, request: Request, said: str, who: str, way: str) -> None:
        """It was approved or refused."""
        request.state, request.way, request.by, request.at = said, way, who, self.now
        request.version = self.version().number if way in (HEAD, EMERGENCY) else ABOVE

    def change(self, request: Request, amount: int) -> None:
        """It says another amount: whatever was approved is void and asked anew."""
        request.amount, request.state = amount, "open"
        request.way = request.by = request.version = request.at = None

    def pass_by(self, time: timedelta) -> None:
        """Later."""
        self.now += time
