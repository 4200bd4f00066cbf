"""A bar that moves because the page is told, and one that moves because the page asks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from core.app import create_app
from core.base import clock
from core.db.keys import KeyRing
from core.jobs.models import JobRow
from core.jobs.progress import PROGRESS, Progress
from core.kernel.house import House
from core.live.front import Front
from remit.testing.schema import Schemas
from tests.browser.harness import Eye, View, serve
from tests.core.live import trial
from tests.core.live.streams import until

pytestmark = pytest.mark.browser


@dataclass
class Watched:
    """A house, its app, and somebody whose job is running."""

    house: House
    app: Flask
    cookie: str
    account: int
    job: int

    def report(self, done: int, message: str = "Reading") -> None:
        """The job says how far it is."""
        self.house.session_info[PROGRESS].write(self.job, Progress(done, 5_000, message))

    def end(self) -> None:
        """The job is done."""
        with self.house.session(trial.SYSTEM, write=True) as session:
            row = session.get_one(JobRow, self.job)
            row.state, row.finished_at, row.progress_done, row.progress_total = "done", clock.now(), 5_000, 5_000

    def open(self, eye: Eye, url: str, path: str = "", *, javascript: bool = True) -> tuple[Page, list[str]]:
        """The page of the job, and the parts it asked for."""
        name, _equals, value = self.cookie.partition("=")
        page = eye.window(View("en", "light"), javascript=javascript, cookies=[
            {"name": name, "value": value, "url": url},
        ])  # fmt: skip
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.headers.get("hx-request") else None)
        page.goto(url + (path or f"/jobs/{self.job}"))
        return page, asked


@pytest.fixture
def watched(database_schemas: Schemas, key_ring: KeyRing, tmp_path: Path) -> Iterator[Watched]:
    with database_schemas.database("sqlite", trial.builder(), key_ring) as database:
        house = trial.around(database, tmp_path, pages=True)
        key_ring.save(house.config.keys_path)
        account, _session, cookie = trial.members(house, 1)[0]
        trial.make_admin(house, account)
        with house.session(trial.SYSTEM, write=True) as session:
            now = clock.now()
            row = JobRow(
                kind="jobs.purge", args={}, state="running", account_id=account, actor={}, queued_at=now, run_at=now,
                started_at=now, heartbeat=now,
            )
            session.add(row)
            session.flush()
            job = row.id
        yield Watched(house, create_app(house=house), cookie, account, job)


@contextmanager
def told(watched: Watched) -> Iterator[tuple[str, Front]]:
    """Served with a live process beside it."""
    url = watched.house.database.url.render_as_string(hide_password=False)
    front = Front((sys.executable, "-m", "tests.core.live.process", url, str(watched.house.config.instance), "link"))
    with serve(watched.app, front.attach) as address:
        front.start()
        try:
            yield address, front
        finally:
            front.stop()


def test_a_bar_moves_because_the_page_is_told(eye: Eye, watched: Watched) -> None:
    watched.report(1_000)
    with told(watched) as (url, front):
        until(lambda: front._link is not None)  # noqa: SLF001 -- the process is there
        page, asked = watched.open(eye, url)
        bar = page.get_by_role("progressbar")
        expect(bar).to_have_attribute("value", "1000")
        before = -1
        while len(asked) != before:  # until it is told and asks no more, which takes a busy machine a while
            before = len(asked)
            page.wait_for_timeout(2_500)
        for done in (2_000, 3_000):
            watched.report(done)
            expect(bar).to_have_attribute("value", str(done), timeout=10_000)
            expect(page.get_by_text(f"{done:,} / 5,000")).to_be_visible()
        assert len(asked) == before, "figures alone need no request"
        watched.report(3_000, "Writing")
        expect(page.get_by_text("Writing")).to_be_visible(timeout=10_000)
        assert before < len(asked) <= before + 2
        watched.end()
        expect(bar).to_have_attribute("value", "5000", timeout=10_000)
        expect(page.locator("main [data-live]")).to_have_count(0)
        eye.check(page)


def test_a_bar_moves_because_the_page_asks(eye: Eye, watched: Watched) -> None:
    watched.report(1_000)
    with serve(watched.app) as url:
        page, asked = watched.open(eye, url)
        bar = page.get_by_role("progressbar")
        expect(bar).to_have_attribute("value", "1000")
        for done in (2_000, 3_000):
            watched.report(done)
            expect(bar).to_have_attribute("value", str(done), timeout=4_000)
        assert len(asked) >= 2
        watched.end()
        expect(bar).to_have_attribute("value", "5000", timeout=4_000)
        eye.check(page)


def test_a_page_asks_again_when_nobody_tells_it_any_more(eye: Eye, watched: Watched) -> None:
    """The live process is gone for good: the bar moves on."""
    watched.report(1_000)
    with told(watched) as (url, front):
        until(lambda: front._link is not None)  # noqa: SLF001
        page, _asked = watched.open(eye, url)
        bar = page.get_by_role("progressbar")
        page.wait_for_timeout(1_500)
        watched.report(2_000)
        expect(bar).to_have_attribute("value", "2000", timeout=2_000)
        front.stop()
        watched.report(3_000)
        expect(bar).to_have_attribute("value", "3000", timeout=6_000)


def test_the_list_of_jobs_follows(eye: Eye, watched: Watched) -> None:
    with told(watched) as (url, front):
        until(lambda: front._link is not None)  # noqa: SLF001
        page, _asked = watched.open(eye, url, "/admin/jobs")
        expect(page.locator("#jobs")).to_contain_text("进行中")
        page.wait_for_timeout(1_500)
        watched.end()
        expect(page.locator("#jobs")).not_to_contain_text("进行中", timeout=15_000)
        eye.check(page)


def test_without_a_script_the_page_comes_back_by_itself(eye: Eye, watched: Watched) -> None:
    watched.report(1_000)
    with serve(watched.app) as url:
        page, _asked = watched.open(eye, url, javascript=False)
        watched.report(2_000)
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "2000", timeout=8_000)
