"""The process ``remit live``: one event loop, its sockets, and a few threads that ask the database.

Nothing that waits runs in the event loop. Four tasks do all the work, however many listen: telling what was committed,
looking at what is watched, asking whether those who listen may still, and signs of life.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from core.db.waking import Waking
from core.live import hearing
from core.live.connection import PATH, Asked, Connection
from core.live.hearing import Reader, Subject
from core.live.hub import Hub
from core.live.link import Link
from core.live.publishing import CHANNEL
from core.live.tail import Hint, Tail
from core.live.watching import watched

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.live")
T = TypeVar("T")

#: How often the hints are looked at where no notice wakes, in seconds; and while nobody listens.
LOOK_EVERY = {"sqlite": 0.15, "postgresql": 0.5}
LOOK_IDLE = 0.5
WATCH_EVERY = 0.5
CHECK_EVERY = 2.0
#: Lists and posts change with the day, too: everybody is asked again at least this often.
CHECK_ALL_EVERY = 60.0
ALIVE_EVERY = 15.0
#: So long without the database, and nobody can be said to be signed in; what was told meanwhile may be gone.
WITHOUT_DATABASE = 30.0


class Server:
    """Serves ``/live`` on sockets of its own and on those that come over a link, until ``stop``.

    ``most`` listeners in all, ``each`` of one account.
    """

    def __init__(
        self, house: House, *, most: int = 5_000, each: int = 24, check_every: float = CHECK_EVERY,
        check_all_every: float = CHECK_ALL_EVERY,
    ) -> None:
        self.house = house
        self.hub = Hub()
        self._most, self._each = most, each
        self._check_every, self._check_all_every = check_every, check_all_every
        self._tail = Tail(house)
        self._waking = Waking(house.database, CHANNEL)
        self._states: dict[Subject, Any] = {}
        self._asks = ThreadPoolExecutor(4, "remit-live-ask")
        self._looks = ThreadPoolExecutor(1, "remit-live-look")
        self._coming: set[asyncio.Task[None]] = set()
        self._connections: set[Connection] = set()
        self._looking = asyncio.Event()
        self._looked = 0.0
        self._stopping = asyncio.Event()
        self._checked = (-1, frozenset[str](), 0.0)

    # -- its life ------------------------------------------------------------------------------------------------

    async def run(self, *, listen: socket.socket | None = None, link: socket.socket | None = None) -> None:
        """Serve until ``stop`` is called, or the other end of the link is closed."""
        loop = asyncio.get_running_loop()
        accepting = await loop.create_server(self._connection, sock=listen) if listen is not None else None
        taking = Link(link, self._take, self.stop) if link is not None else None
        tasks = [
            asyncio.create_task(self._again(what, every)) for what, every in (
                (self._look, 0.0), (self._watch, WATCH_EVERY), (self._check, self._check_every),
                (self._alive, ALIVE_EVERY),
            )
        ]
        try:
            await self._stopping.wait()
        finally:
            if accepting is not None:
                accepting.close()
            if taking is not None:
                taking.close()
            self._waking.close()
            for task in (*tasks, *self._coming):
                task.cancel()
            await asyncio.gather(*tasks, *self._coming, return_exceptions=True)
            for connection in tuple(self._connections):
                connection.end()
            await asyncio.sleep(0)
            self._asks.shutdown(cancel_futures=True)
            self._looks.shutdown(cancel_futures=True)

    def stop(self) -> None:
        """End serving; from the event loop."""
        self._stopping.set()

    async def _again(self, what: Callable[[], Awaitable[None]], every: float) -> None:
        """Do something again and again; what fails is done again a moment later."""
        failing = False
        while True:
            try:
                await what()
                failing = False
            except Exception:
                if not failing:
                    log.exception("live pages: this failed and is tried again", what=what.__name__)
                failing = True
                await asyncio.sleep(1.0)
            await asyncio.sleep(every)

    async def _ask(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._asks, function, *arguments)

    # -- coming and going ----------------------------------------------------------------------------------------

    def _connection(self, request: Asked | None = None) -> Connection:
        made = Connection(self._asked, self._gone, request)
        self._connections.add(made)
        return made

    def _take(self, taken: socket.socket, request: Asked) -> None:
        """A socket that came over the link, with what was asked on it."""
        async def adopt() -> None:
            try:
                await asyncio.get_running_loop().connect_accepted_socket(lambda: self._connection(request), taken)
            except OSError:
                taken.close()

        self._start(adopt())

    def _asked(self, connection: Connection, request: Asked) -> None:
        self._start(self._welcome(connection, request))

    def _gone(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if connection.streaming:
            self.hub.leave(connection)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _welcome(self, connection: Connection, request: Asked) -> None:
        """Let somebody listen, or say why not."""
        subjects = request.subjects
        refusal = self._refusal(request, subjects)
        if refusal or subjects is None:
            connection.refuse(refusal or 400)
            return
        try:
            async with asyncio.timeout(10):
                await self._looking.wait()
                reader = await self._ask(hearing.who, self.house, request.header("COOKIE"))
                heard = await self._ask(hearing.may_hear, self.house, reader.actor, subjects) if reader else None
        except Exception as error:
            log.warning("whether somebody may listen could not be told", error=type(error).__name__)
            connection.refuse(503)
            return
        self._let_in(connection, request, subjects, reader, heard or frozenset())

    def _refusal(self, request: Asked, subjects: frozenset[Subject] | None) -> int:
        if request.path != PATH:
            return 404
        if request.command != "GET":
            return 405
        if request.from_elsewhere:
            return 403
        if subjects is None:
            return 400
        return 503 if len(self._connections) > self._most else 0

    def _let_in(
        self, connection: Connection, request: Asked, subjects: frozenset[Subject], reader: Reader | None,
        heard: frozenset[Subject],
    ) -> None:
        if reader is None:
            connection.refuse(401)
        elif not heard:
            connection.refuse(403)
        elif self.hub.of_account(reader.actor.account_id) >= self._each:
            connection.refuse(429)
        elif connection.open:
            connection.stream(reader, heard)
            self.hub.join(connection, request.last, subjects - heard)

    # -- what is told --------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Tell what was committed since the last look."""
        hints = await asyncio.get_running_loop().run_in_executor(self._looks, self._wait_and_look)
        if self._looked and time.monotonic() - self._looked > WITHOUT_DATABASE:
            self.hub.start_over()
        self._looked = time.monotonic()
        self._looking.set()
        for hint in hints:
            self.hub.tell(hint)

    def _wait_and_look(self) -> list[Hint]:
        if self._looking.is_set():
            every = LOOK_EVERY["sqlite" if self.house.database.is_sqlite else "postgresql"]
            self._waking.wait(every if len(self.hub) else LOOK_IDLE)
        return self._tail.fresh()

    async def _watch(self) -> None:
        """Tell the state of what is watched, where it is another than before."""
        subjects = self.hub.subjects()
        states = await self._ask(watched, self.house, subjects) if subjects else {}
        for subject, state in states.items():
            if self._states.get(subject) != state:
                self.hub.tell(Hint(*subject, data=state))
        self._states = states

    # -- who may still -------------------------------------------------------------------------------------------

    async def _check(self) -> None:
        """Let go whose session has ended; ask about everybody when authority or the modules changed, and now and then.
        """
        try:
            async with asyncio.timeout(WITHOUT_DATABASE):
                await self._check_sessions()
        except Exception:
            if time.monotonic() - self._checked[2] > self._check_all_every + WITHOUT_DATABASE:
                for listener in self.hub:
                    listener.end()
            raise

    async def _check_sessions(self) -> None:
        if not len(self.hub):
            self._checked = (*self._checked[:2], time.monotonic())
            return
        asked = {listener.reader.session_id for listener in self.hub}
        epoch, on, there = await self._ask(hearing.still_there, self.house, asked)
        for listener in self.hub:
            if listener.reader.session_id in asked - there.keys():
                listener.end()
        now = time.monotonic()
        if (epoch, on) == self._checked[:2] and now - self._checked[2] < self._check_all_every:
            return
        of_session: dict[int, frozenset[Subject]] = {}
        for listener in self.hub:
            number = listener.reader.session_id
            of_session[number] = of_session.get(number, frozenset()) | listener.subjects
        for number, subjects in of_session.items():
            if number in there:
                heard = await self._ask(hearing.may_hear, self.house, there[number], subjects)
                for listener in self.hub:
                    if listener.reader.session_id == number:
                        self.hub.refuse(listener, (listener.subjects & subjects) - heard)
        self._checked = (epoch, on, now)

    async def _alive(self) -> None:
        self.hub.comment()
