"""Real processes that decide, each with a house and a connection of its own, told what to do by a test.

``python -m tests.plugins.crm.tellers FD ...`` loads the program once and makes one process for each socket it is given.
A process answers every line with one line: ``{"do": "open", ...}``, then ``decide``, ``end`` of an authority, ``go``.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import delegating
from core.authority.document import parse
from core.authority.publish import publish
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import use_locale
from core.db.guard import system
from core.db.keys import KeyRing
from core.db.session import Database
from core.kernel.house import House
from core.kernel.models import Epoch
from core.org import services as org
from core.org.models import Assignment
from remit.workflow import decide
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import house_on

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 3, 22, 4, tzinfo=UTC)
#: So long a process may take to answer: on SQLite it queues for the one who writes.
PATIENCE = 120.0


class Desk:
    """One process at work: the house it opened, and the test at the other end of its socket."""

    def __init__(self, end: socket.socket) -> None:
        self.lines = end.makefile("rw", encoding="utf-8")
        self.house: House
        #: The moment at which the next decision stops until it is told to go on, ``decided`` or ``checked``.
        self.hold: str | None = None
        self.epoch = -1

    def serve(self) -> None:
        """Answer until the test hangs up."""
        for line in self.lines:
            told = json.loads(line)
            self.say(getattr(self, told.pop("do"))(**told))

    def say(self, answer: Any) -> None:
        self.lines.write(json.dumps(answer) + "\n")
        self.lines.flush()

    def open(self, url: str, keys: str, folder: str) -> dict[str, Any]:
        """The house of a test; the one before is closed."""
        if hasattr(self, "house"):
            self.house.database.dispose()
        self.house = house_on(Database(url, keys=KeyRing.load(Path(keys))), Path(folder))
        # Comes last: all that is looked at before a commit has been looked at.
        self.house.database.listen("before_commit", self._before_commit)
        return {"pid": os.getpid()}

    def _before_commit(self, session: Session) -> None:
        """Whatever commits now does so in this epoch: who wants to raise it waits for the commit."""
        self._stop("checked")
        held = select(Epoch.epoch).where(Epoch.id == 1).with_for_update(read=True)
        self.epoch = session.scalar(held.execution_options(populate_existing=True)) or 0

    def _stop(self, moment: str) -> None:
        if self.hold == moment:
            self.hold = None
            self.say({"held": moment})
            assert json.loads(self.lines.readline())["do"] == "go"

    def decide(self, who: str, person: int, tasks: list[tuple[int, str]], hold: str | None = None,
               wait: float = 0.0) -> dict[str, Any]:  # fmt: skip
        """Approve tasks one after the other, each in a transaction; what became of each, and in which epoch."""
        actor = Actor(kind="person", name=who, account_id=100 + person, person_id=person, locale="en")
        said: list[dict[str, Any]] = []
        time.sleep(wait)
        for number, seen in tasks:
            self.hold = hold
            try:
                with self.house.session(actor, write=True) as session:
                    task = decide(session, actor, number, "approved", seen=seen, comment="")
                    entry = task.entry
                    self._stop("decided")
            except DomainError as refused:
                said.append({"said": refused.code, "why": str(refused)})
            else:
                said.append({"said": "approved", "entry": entry, "epoch": self.epoch})
        return {"tasks": said}

    def end(self, kind: str, number: int = 0, text: str = "", wait: float = 0.0) -> dict[str, Any]:
        """End a delegation, an assignment or an entry; answered when it is committed, with the epoch it made."""
        time.sleep(wait)
        with self.house.session(SYSTEM, write=True) as session, system(session, "a test ends an authority"):
            if kind == "delegation":
                delegating.revoke(session, SYSTEM, number)
            elif kind == "assignment":
                org.end_assignment(session, SYSTEM, session.get_one(Assignment, number), date(2026, 3, 22))
            else:
                publish(session, SYSTEM, parse(text, source="without"))
            session.flush()
        return {"epoch": self.epoch}


@dataclass
class Teller:
    """A process as a test sees it."""

    end: socket.socket

    def tell(self, do: str, **words: Any) -> None:
        """Give it something to do, and do not wait."""
        self.end.sendall((json.dumps({"do": do, **words}) + "\n").encode())

    def hear(self, patience: float = PATIENCE) -> Any:
        """Its answer. Raises ``TimeoutError`` where none comes in so many seconds."""
        self.end.settimeout(patience)
        found = b""
        while not found.endswith(b"\n"):
            more = self.end.recv(65536)
            assert more, "the process has ended"
            found += more
        return json.loads(found)

    def ask(self, do: str, **words: Any) -> Any:
        """Both."""
        self.tell(do, **words)
        return self.hear()


@dataclass
class Tellers:
    """Processes of one test run, and the folder their houses lie in."""

    each: list[Teller]
    running: subprocess.Popen[bytes]

    @classmethod
    def start(cls, number: int) -> Tellers:
        """So many processes; they share what was loaded and nothing else."""
        pairs = [socket.socketpair() for _one in range(number)]
        ends = [theirs.fileno() for _ours, theirs in pairs]
        running = subprocess.Popen(
            [sys.executable, "-m", "tests.plugins.crm.tellers", *map(str, ends)], cwd=ROOT, pass_fds=ends
        )
        for _ours, theirs in pairs:
            theirs.close()
        return cls([Teller(ours) for ours, _theirs in pairs], running)

    def open(self, database: Database, folder: Path) -> list[Teller]:
        """All of them at work on the database of a test."""
        assert database.keys is not None
        keys = folder / "keys.json"
        if not keys.exists():
            database.keys.save(keys)
        url = database.url.render_as_string(hide_password=False)
        for teller in self.each:
            teller.tell("open", url=url, keys=str(keys), folder=str(folder))
        assert len({teller.hear()["pid"] for teller in self.each}) == len(self.each)
        return self.each

    def close(self) -> None:
        """They end when nobody is there any more."""
        for teller in self.each:
            teller.end.close()
        assert self.running.wait(60) == 0


def jitter(rng: random.Random) -> float:
    """A moment at most as long as a decision takes, so that either may come first."""
    return rng.uniform(0, 0.05)


def main() -> int:
    """One process for each socket, waited for."""
    ends = [socket.socket(fileno=int(word)) for word in sys.argv[1:]]
    for end in ends:
        if os.fork() == 0:
            for other in ends:
                if other is not end:
                    other.close()
            with use_locale("en"), time_machine.travel(NOON, tick=False), closing(end):
                Desk(end).serve()
            os._exit(0)
    for end in ends:
        end.close()
    return max(os.waitstatus_to_exitcode(os.wait()[1]) for _end in ends)


if __name__ == "__main__":
    sys.exit(main())
