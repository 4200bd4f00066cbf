from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from core.access.decision import Denied
from core.base import clock
from core.base.errors import DomainError, NotFound
from core.kernel.house import House
from core.numbers import services
from core.numbers.patterns import parse
from tests.core.letters.conftest import SYSTEM, Office

ROOT = Path(__file__).parents[3]
KIND = "letters.employment"


def take(house: House, entity_id: int, day: date) -> str:
    with house.session(SYSTEM, write=True) as session:
        return services.number_for(session, SYSTEM, KIND, entity_id, day)


@pytest.mark.parametrize(
    ("pattern", "number", "written"),
    [
        ("{entity}-在证-{year}-{number:04}", 1, "LK-在证-2026-0001"),
        ("{entity}-在证-{year}-{number:04}", 12_345, "LK-在证-2026-12345"),
        ("〔{year}〕{number}号", 7, "〔2026〕7号"),
        ("C{number:06}", 42, "C000042"),
    ],
)
def test_a_number_is_written_by_its_pattern(pattern: str, number: int, written: str) -> None:
    assert parse(pattern).write("LK", 2026, number) == written


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("", "Write a pattern of 1 to 60 characters."),
        ("{year}-" + "x" * 60, "Write a pattern of 1 to 60 characters."),
        ("LK-{year}", "The running number is missing; write {number:04}."),
        ("{entity}{number}", "Put a sign between two parts, such as -; otherwise two documents may get one number."),
        ("{month}-{number}", "{month} is none of {entity}, {year}, {number}."),
        ("{number:4}", "{number:4} is none of {entity}, {year}, {number}."),
        ("{number}-{number:03}", "{number} stands there twice."),
        ("{number", "A brace is not closed, or opened twice; write {number:04}."),
        ("A/{number}", "A number cannot hold '/'; use - or another sign."),
        ("A {number}", "A number cannot hold ' '; use - or another sign."),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str, sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse(pattern)
    assert (refused.value.code, str(refused.value), refused.value.field) == ("numbers.pattern", sentence, "pattern")


def test_each_year_begins_at_one_and_a_pattern_without_year_goes_on(office: Office) -> None:
    house, entity = office.house, office.entity_id
    assert take(house, entity, date(2026, 12, 31)) == "LK-在证-2026-0001"
    assert take(house, entity, date(2026, 12, 31)) == "LK-在证-2026-0002"
    assert take(house, entity, date(2027, 1, 1)) == "LK-在证-2027-0001"
    hr = office.actor("hr")
    with house.session(hr, write=True) as session:
        assert services.change(session, hr, KIND, "C-{number:05}").example == "C-00001"
    assert [take(house, entity, date(year, 5, 5)) for year in (2026, 2027)] == ["C-00001", "C-00002"]
    with house.session(hr, write=True) as session:
        assert not services.change(session, hr, KIND, "").changed
    assert take(house, entity, date(2026, 12, 31)) == "LK-在证-2026-0003"


def test_the_year_is_that_of_the_organisation_s_clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 17:00 in London on New Year's Eve it is the next year in Shanghai."""
    monkeypatch.delenv("REMIT_DEMO_DATE")
    with time_machine.travel(datetime(2026, 12, 31, 17, 0, tzinfo=UTC), tick=False):
        assert clock.today(office.house.config.zone) == date(2027, 1, 1)
        assert office.issue("anna", "anna").number == "LK-在证-2027-0001"
    with time_machine.travel(datetime(2026, 12, 31, 15, 59, tzinfo=UTC), tick=False):
        assert office.issue("anna", "anna").number == "LK-在证-2026-0001"


def test_what_is_rolled_back_has_used_no_number(office: Office) -> None:
    class Broken(Exception):
        pass

    def issue() -> None:
        with office.house.session(SYSTEM, write=True) as session:
            services.number_for(session, SYSTEM, KIND, office.entity_id, date(2026, 11, 23))
            raise Broken

    with pytest.raises(Broken):
        issue()
    assert take(office.house, office.entity_id, date(2026, 11, 23)) == "LK-在证-2026-0001"


def test_two_processes_at_once_get_every_number_once(office: Office, tmp_path: Path) -> None:
    """Each takes thirty and throws ten of them away: forty stand, without a gap."""
    url = office.house.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.core.numbers.worker", url, str(tmp_path), str(office.entity_id), "30"]
    with contextlib.ExitStack() as opened:
        workers = [
            opened.enter_context(subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True,
            ))
            for _side in range(2)
        ]  # fmt: skip
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        said = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [len(numbers) for numbers in said] == [20, 20]
    assert sorted(said[0] + said[1]) == [f"LK-在证-2026-{number:04d}" for number in range(1, 41)]


def test_only_whom_the_list_names_changes_a_pattern(office: Office) -> None:
    anna = office.actor("anna")
    with office.house.session(anna, write=True) as session, pytest.raises(Denied):
        services.change(session, anna, KIND, "C-{number}")
    hr = office.actor("hr")
    with office.house.session(hr, write=True) as session:
        with pytest.raises(NotFound):
            services.change(session, hr, "letters.nothing", "C-{number}")
        with pytest.raises(LookupError):
            services.number_for(session, hr, "letters.nothing", office.entity_id, date(2026, 1, 1))
