"""The commands: what they print, and the exit codes that scripts go by."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.authority import publish
from core.cli.root import remit
from core.identity import services as identity
from core.kernel.house import House
from tests.attendance.conftest import SYSTEM, attlog, make_company

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, tmp_path: Path) -> Run:
    """Run a command as the first account, or as whom `--as` names."""
    with house.session(SYSTEM, write=True) as session:
        boss = identity.create_account(session, SYSTEM, login="boss", name="Boss", password="correct horse 1")
        identity.create_account(session, SYSTEM, login="guest", name="Guest", password="correct horse 1")
        publish.bootstrap(session, boss.id, date(2026, 1, 1), house.registry.suggested_entries())
        make_company(session, ["LK001", "LK002"])

    def invoke(*args: str, account: str = "boss") -> Result:
        return CliRunner().invoke(remit, [*args, "--as", account], obj=house)

    return invoke


def answer(result: Result) -> dict[str, object]:
    found: dict[str, object] = json.loads(result.stdout)
    return found


def write(folder: Path, data: bytes, name: str = "1_attlog.dat") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_import_close_show_reopen(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, attlog((1, "2026-10-12 08:55:00"), (1, "2026-10-12 18:01:00")))
    dry = run("import", "punches", file, "--dry-run", "--json")
    assert dry.exit_code == 0, dry.output
    assert answer(dry)["import"] is None
    first = run("import", "punches", file, "--json")
    assert (first.exit_code, answer(first)["accepted"]) == (0, 2)
    closed = run("attendance", "close", "2026-10", "--json")
    assert closed.exit_code == 0, closed.output
    assert answer(closed)["people"] == 2
    shown = run("attendance", "show", "LK001", "2026-10", "--json")
    days = answer(shown)["days"]
    assert isinstance(days, list)
    assert next(day for day in days if day["day"] == "2026-10-12")["worked"] == 486
    plain = run("attendance", "show", "LK001", "2026-10")
    assert plain.exit_code == 0
    assert "08:55" in plain.stdout
    assert run("attendance", "close", "2026-10").exit_code == 1
    assert run("attendance", "reopen", "2026-10").exit_code == 2
    assert run("attendance", "reopen", "2026-10", "--reason", "补卡").exit_code == 0


def test_rejected_lines_exit_4_and_a_repeat_exits_0(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, attlog((1, "1971-01-01 00:00:00"), (1, "2026-10-12 18:01:00")))
    result = run("import", "punches", file)
    assert result.exit_code == 4
    assert "1" in result.stdout
    again = run("import", "punches", file, "--json")
    assert again.exit_code == 0
    assert answer(again)["repeated"] == 2


def test_wrong_use_and_refusals(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path, attlog((1, "2026-10-12 18:01:00")))
    assert run("import", "punches", file, account="guest").exit_code == 3
    assert run("attendance", "close", "2026-10", account="guest").exit_code == 3
    assert run("attendance", "close", "October").exit_code == 2
    assert run("attendance", "show", "NOBODY", "2026-10").exit_code == 1
    assert run("attendance", "close", "2026-10", "--group", "none").exit_code == 1
    assert run("import", "punches", write(tmp_path, b"PK\x03\x04 broken", "a.xlsx")).exit_code == 4
    assert run("attendance", "close", "2026-12").exit_code == 1
