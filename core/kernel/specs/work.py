"""Work that outlives a request, and what is done when something has happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from core.base.recurrence import parse
from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: What goes away by itself: a locked or lost database, a full disk, a network that is down, somebody who is busy.
TEMPORARY: tuple[type[Exception], ...] = (OSError, OperationalError)

URGENT, NORMAL, LATER = 10, 50, 90


@dataclass(frozen=True, slots=True)
class Job:
    """Work that outlives a request. ``run(context, arguments)`` gets a job context and JSON arguments.

    With a ``schedule`` it also starts by itself: a rule such as ``30 2 * * *`` or ``workday 3 09:00`` on the clock of
    the installation (``core.base.recurrence``), which its administrators may change. What was missed is caught up with.

    What waits is taken by ``priority``, lowest number first (``URGENT``, ``NORMAL``, ``LATER``). At most ``at_most`` of
    the kind run at the same time, in all processes together. A run that ends with one of ``again``, or whose worker
    dies, is tried ``tries`` times in all, ``wait`` later and twice as long each time after; any other exception ends
    the job, because a fault in a program does not go away. A run longer than ``time_limit`` counts as hanging: the job
    fails, and what the run still does is not committed. ``outside`` says that it mostly waits for machines of others;
    it runs in threads of its own, so that what hangs there holds up no other work.
    """

    name: str
    title: Text
    run: Callable[[Any, Mapping[str, Any]], Mapping[str, Any] | None]
    schedule: str = ""
    priority: int = NORMAL
    at_most: int | None = None
    tries: int = 3
    wait: timedelta = timedelta(seconds=10)
    again: tuple[type[Exception], ...] = TEMPORARY
    time_limit: timedelta | None = timedelta(hours=4)
    outside: bool = False

    def __post_init__(self) -> None:
        if self.schedule:
            parse(self.schedule)

    def wait_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        wait: timedelta = self.wait * 2 ** (tries - 1)
        return wait


@dataclass(frozen=True, slots=True)
class Handler:
    """What a module does when something has happened: ``run(session, event)``, after the commit of what happened.

    ``on`` names the event, of whichever module; where no module brings it, nothing happens. ``run`` writes in the
    session and never commits: its writes and the mark that the event was delivered are committed together, so that
    the effect in the database is had once, however often it is tried. What leaves the database, a mail or a request,
    it asks for as a job. Events about one thing come in their order; one that fails ``tries`` times, ``wait`` later
    and twice as long each time after, holds up the others about the same thing until somebody has looked at it.

    With ``together`` it is given many events at once, ``run(session, events)`` with a list in their order: for handlers
    that write rows by the thousand. When that fails, each is handed over on its own, as a list of one.

    ``wanted(session)`` is asked when the event is told; where nobody waits for it, nothing is kept for the handler.
    """

    name: str
    on: str
    run: Callable[[Session, Any], None]
    tries: int = 8
    wait: timedelta = timedelta(seconds=5)
    wanted: Callable[[Session, str], bool] | None = None
    together: bool = False

    def wait_after(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        wait: timedelta = self.wait * 2 ** (tries - 1)
        return wait
