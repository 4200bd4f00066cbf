"""A scanner that refuses, hangs or fails, and the quarantine."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.base import clock
from core.base.errors import DomainError
from core.base.text import Text
from core.files import scanning
from core.files.models import QUARANTINED, READY, REFUSED, File
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.kernel.hookspecs import hookimpl
from core.kernel.house import House
from core.kernel.specs import Upload
from tests.core.files.test_files import CLERK, SECRET, keep, load, stored


class Scanner:
    """What it does is told from outside; it notes what it saw."""

    def __init__(self) -> None:
        self.mode = "clean"
        self.saw: list[bytes] = []
        self.release = threading.Event()

    @hookimpl
    def check_upload(self, upload: Upload) -> None:
        if self.mode == "hang":
            self.release.wait(30)
        if self.mode == "fail":
            raise ConnectionRefusedError("the scanner is down")
        self.saw.append(upload.stream.read())
        if self.mode == "refuse":
            raise DomainError("scan.virus", Text("files", "It holds a virus."), "file")


@pytest.fixture
def scanner(house: House, monkeypatch: pytest.MonkeyPatch) -> Scanner:
    """A scanner as a part of core, so that it is on."""
    monkeypatch.setattr(scanning, "PATIENCE", 0.2)
    found = Scanner()
    house.hooks._manager.register(found, name="core:scanner")
    return found


def state(house: House, number: int) -> str:
    with house.session(CLERK) as session:
        return session.get_one(File, number).state


def work(house: House) -> None:
    """Whatever waits is due, and done."""
    with house.session(CLERK, write=True) as session:
        session.execute(update(JobRow).values(run_at=clock.now() - timedelta(seconds=1)))
    Pool(house).run_waiting()


def test_what_is_clean_is_there_at_once(house: House, scanner: Scanner) -> None:
    number = keep(house)
    assert state(house, number) == READY
    assert scanner.saw == [SECRET], "the scanner sees the content, not the seal"


def test_what_is_refused_is_never_kept(house: House, scanner: Scanner, tmp_path: Path) -> None:
    scanner.mode = "refuse"
    with pytest.raises(DomainError) as caught:
        keep(house)
    assert caught.value.code == "scan.virus"
    assert stored(tmp_path) == []
    with house.session(CLERK) as session:
        assert session.scalars(select(File)).all() == []


@pytest.mark.parametrize("mode", ["hang", "fail"])
def test_what_nobody_could_look_at_waits_in_quarantine_until_somebody_has(
    house: House, scanner: Scanner, mode: str
) -> None:
    scanner.mode = mode
    number = keep(house)
    assert state(house, number) == QUARANTINED
    with pytest.raises(DomainError) as caught:
        load(house, number)
    assert caught.value.code == "file.quarantined"
    if mode == "fail":
        work(house)
        assert state(house, number) == QUARANTINED, "the job fails as well and is tried again"
    scanner.mode = "clean"
    scanner.release.set()
    work(house)
    assert state(house, number) == READY
    assert load(house, number) == SECRET


def test_one_that_hangs_does_not_hold_up_the_next_upload(house: House, scanner: Scanner) -> None:
    scanner.mode = "hang"
    first = keep(house)
    scanner.mode = "clean"
    second = keep(house, b"second")
    assert (state(house, first), state(house, second)) == (QUARANTINED, QUARANTINED)
    assert scanner.saw == [], "nobody is asked for a minute"
    scanner.release.set()
    work(house)
    assert (state(house, first), state(house, second)) == (READY, READY)


def test_a_virus_that_is_found_later_takes_the_bytes(house: House, scanner: Scanner, tmp_path: Path) -> None:
    scanner.mode = "fail"
    number = keep(house)
    scanner.mode = "refuse"
    work(house)
    assert state(house, number) == REFUSED
    assert stored(tmp_path) == []
    with pytest.raises(DomainError) as caught:
        load(house, number)
    assert caught.value.code == "file.refused"


def test_the_schedule_finds_what_lost_its_job(house: House, scanner: Scanner) -> None:
    """Whatever became of the job of a file, the look every quarter of an hour shows it to the scanner."""
    from core.base.actor import Actor
    from core.jobs.queue import enqueue

    scanner.mode = "fail"
    number = keep(house)
    with house.session(CLERK, write=True) as session:
        for row in session.scalars(select(JobRow)):
            session.delete(row)
        enqueue(session, Actor.system("schedule"), scanning.JOB, {})
    scanner.mode = "clean"
    work(house)
    assert state(house, number) == READY
