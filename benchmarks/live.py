"""``size`` pages that listen to one live process: how soon the last hears of a change, and what pages cost beside.

A real ``remit serve`` with its live process, and listeners over real sockets. Seconds until the last of all hears stand
beside those until a listener hears who is alone; a page stands beside the same page of ``remit serve --no-live``, asked
in turn with it, since other work on the machine is shared by both.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, demo
from core.authority.models import AuthorityEntry, PublishedList
from core.base import clock
from core.db.types import Translation
from core.identity.models import Account, SignedInSession
from core.identity.services import digest
from core.kernel import state
from core.kernel.house import House
from core.live import publish
from core.web.security import COOKIE, secret_of
from remit.services import system

SIZE = 1_000
TURNS = 7
ASKED = 100
#: Streams of one account; a process lets it have 24.
EACH = 20
TOPIC = "jobs"
PAGES = (("people", "/people"), ("static", "/static/app.js"))

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Seconds until the last hears, and milliseconds of pages with nobody and with everybody listening."""
    with demo(database_url) as house:
        cookies, reader = _members(house, size), _session_of(house, "wangfang")
        with _served(house, "--no-live") as plain, _served(house) as port:
            alone, quiet = asyncio.run(_listening(house, port, plain, cookies[:1], reader))
            together, crowded = asyncio.run(_listening(house, port, plain, cookies, reader))
    usual = [round(statistics.median(delays), 3) for delays in (together, alone)]
    yield Figure("live.last_hears_after", usual[0], "s", usual[1])
    yield Figure("live.longest_of_all", round(max(together), 3), "s", round(max(alone), 3))
    for name, _path in PAGES:
        yield Figure(f"live.{name}.one_listens", quiet[name][0], "ms", quiet[name][1])
        yield Figure(f"live.{name}.all_listen", crowded[name][0], "ms", crowded[name][1])


async def _listening(
    house: House, port: int, plain: int, cookies: Sequence[str], reader: str
) -> tuple[list[float], dict[str, tuple[float, float]]]:
    """Seconds until the last of the listeners heard of each change, and milliseconds of pages while they listen, here
    and of the plain server.
    """
    loop = asyncio.get_running_loop()
    streams: list[Stream] = []
    for at in range(0, len(cookies), EACH):
        streams += await asyncio.gather(*(_listen(port, cookie) for cookie in cookies[at:at + EACH]))
    await asyncio.sleep(1)
    pages = await loop.run_in_executor(None, _pages, (port, plain), reader)
    delays = []
    for turn in range(TURNS):
        heard = [asyncio.create_task(_hears(stream, turn)) for stream in streams]
        told = await loop.run_in_executor(None, _tell, house, turn)
        delays.append(max(await asyncio.gather(*heard)) - told)
    for _reader, writer in streams:
        writer.close()
    return delays, pages


async def _listen(port: int, cookie: str) -> Stream:
    """An open stream; the process may just be starting."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /live?topic={TOPIC} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        status = (await reader.readline()).split()[1]
        if status == b"200":
            await reader.readuntil(b"event: ready\n")
            return reader, writer
        writer.close()
        if status != b"503":
            raise RuntimeError(f"a listener was answered {status.decode()}")
        await asyncio.sleep(0.2)


async def _hears(stream: Stream, turn: int) -> float:
    await asyncio.wait_for(stream[0].readuntil(b'"bench":%d' % turn), 30)
    return time.monotonic()


def _tell(house: House, turn: int) -> float:
    with house.session(SYSTEM, write=True) as session:
        publish(session, TOPIC, "", {"bench": turn})
    return time.monotonic()


def _pages(ports: Sequence[int], cookie: str) -> dict[str, tuple[float, float]]:
    """Milliseconds of each page of both servers over a connection each, the medians of many after some to warm up."""
    found = {}
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in ports]
    for name, path in PAGES:
        seconds: list[list[float]] = [[], []]
        for _turn in range(ASKED):
            for connection, taken in zip(connections, seconds, strict=True):
                started = time.perf_counter()
                connection.request("GET", path, headers={"Cookie": cookie})
                answer = connection.getresponse()
                answer.read()
                taken.append(time.perf_counter() - started)
                if answer.status != 200:
                    raise RuntimeError(f"{path}: {answer.status}")
        here, there = (round(statistics.median(taken[ASKED // 6:]) * 1000, 2) for taken in seconds)
        found[name] = (here, there)
    for connection in connections:
        connection.close()
    return found


@contextmanager
def _served(house: House, *words: str) -> Iterator[int]:
    """`remit serve` on the house; its port."""
    url = house.database.url.set(drivername=house.database.url.get_backend_name())
    names = {"REMIT_INSTANCE": str(house.config.instance), "REMIT_LANG": "en",
             "REMIT_DATABASE_URL": url.render_as_string(hide_password=False)}  # fmt: skip
    running = subprocess.Popen(  # noqa: S603 -- our own interpreter and words
        [sys.executable, "-m", "core.cli", "serve", "--port", "0", "--jobs", "0", *words], env={**os.environ, **names},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    if running.stdout is None:
        raise RuntimeError("nothing to read from")
    try:
        found = re.search(r":(\d+)\s*$", running.stdout.readline())
        if found is None:
            raise RuntimeError("the server did not start")
        yield int(found[1])
    finally:
        running.terminate()
        running.wait(30)
        running.stdout.close()


def _members(house: House, size: int) -> list[str]:
    """Cookies of accounts that may hear of all jobs, signed in as often as needed."""
    with house.session(SYSTEM, write=True) as session, system(session, "benchmark"):
        own = session.scalars(select(PublishedList).where(PublishedList.unit_id.is_(None))).first()
        if own is None:
            raise RuntimeError("the demo company has no list of its own")
        accounts = [
            Account(login=f"bench{number}", name="Bench", password_hash="-", created_at=clock.now())  # noqa: S106
            for number in range((size + EACH - 1) // EACH)
        ]
        session.add_all(accounts)
        session.flush()
        title = Translation(zh_CN="基准测试", en="Benchmark")
        session.add_all(
            AuthorityEntry(list_id=own.id, code=f"B{account.id}", action="jobs.job:read", scope="all", power="read",
                           account_id=account.id, title=title) for account in accounts
        )  # fmt: skip
        state.bump_epoch(session)
        logins = [account.login for account in accounts for _at in range(EACH)]
    return [_session_of(house, login) for login in logins[:size]]


def _session_of(house: House, login: str) -> str:
    """The header ``Cookie`` of a browser in which somebody is signed in."""
    token, now = secrets.token_urlsafe(16), clock.now()
    with house.session(SYSTEM, write=True) as session:
        account = session.scalars(select(Account).where(Account.login == login)).one()
        session.add(
            SignedInSession(digest=digest(token), account_id=account.id, created_at=now, last_seen_at=now)
        )
    app = Flask("core.web")
    app.config["SECRET_KEY"] = secret_of(house)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        raise RuntimeError("cookies cannot be signed")
    return f"{COOKIE}={serializer.dumps({'_user_id': token})}"
