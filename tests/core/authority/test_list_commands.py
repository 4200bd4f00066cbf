"""``remit authority list``: what is exported comes back, what is wrong is told with its place, who may read."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.authority.document import format_list, parse
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import bootstrap
from core.authority.workbook import from_workbook
from core.cli.root import remit
from core.identity import services as identity
from tests.core.authority.company import LIST, SYSTEM, Company
from tests.core.authority.test_command import narrow


@pytest.fixture
def desk(company: Company) -> Company:
    """The company with zhao at a terminal, who may publish lists."""
    with company.house.session(SYSTEM, write=True) as session:
        identity.create_account(
            session, SYSTEM, login="zhao", name="Zhao", password="correct horse 1", locale="en",
            person_id=company.people["zhao"].person_id,
        )
        session.add(AuthorityEntry(list_id=1, code="L0", position_id=company.positions["CEO"].id, scope="all",
                                   action="authority.list:import", title={"zh_CN": "发布", "en": "Publishes"}))
    config = company.house.config
    config.keys_path.touch()
    (config.instance / "remit.sqlite").touch()
    return company


def run(company: Company, *args: object, acting: bool = True) -> Result:
    words = [str(arg) for arg in args]
    return CliRunner().invoke(
        remit, ["--lang", "en", "authority", "list", *words, *(["--as", "zhao"] if acting else [])], obj=company.house
    )


def standing(company: Company) -> list[tuple[int | None, int]]:
    """Unit and version of every published list."""
    with company.house.session(SYSTEM) as session:
        rows = session.execute(select(PublishedList.unit_id, PublishedList.version).order_by(PublishedList.id))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_what_is_exported_is_imported_as_the_next_version_and_exported_again(desk: Company, tmp_path: Path) -> None:
    plain, sheet, again = tmp_path / "co.yaml", tmp_path / "co.xlsx", tmp_path / "again.yaml"
    told = run(desk, "export", "CO", "-o", plain)
    assert told.output == f"List CO, version 17: written to {plain}.\n", told.output
    text = plain.read_text(encoding="utf-8")
    assert run(desk, "export", "CO").output == text
    assert json.loads(run(desk, "export", "CO", "--json").stdout)["text"] == text
    assert parse(text).duties == parse(LIST).duties
    assert run(desk, "export", "CO", "-o", sheet).exit_code == 0
    book = from_workbook(sheet.read_bytes())
    assert book.draft == parse(text)
    assert book.names == {"ACQ-H": "Post ACQ-H", "MD": "Post MD", "CEO": "Post CEO", "EA-H": "Post EA-H"}

    edited = openpyxl.load_workbook(sheet)
    edited["清单"]["B3"], edited["清单"]["B4"] = "18", "2026-05-01"
    edited.save(sheet)
    first = run(desk, "import", sheet)
    assert first.output == "List CO, version 18: published.\n", first.output
    assert run(desk, "export", "CO", "--version", "18", "-o", again).exit_code == 0
    assert again.read_text(encoding="utf-8") == text.replace("version: 17", "version: 18").replace(
        '"2025-01-01"', '"2026-05-01"')
    assert run(desk, "export", "CO").output == text, "in force today is 17"
    missing = run(desk, "export", "CO", "--version", "16")
    assert (missing.exit_code, missing.stderr) == (1, "There is no version 16; there are 17, 18.\n")
    assert run(desk, "export", "CO", "--format", "xlsx").exit_code == 2


def test_only_who_may_read_a_list_exports_it(desk: Company) -> None:
    assert "Nothing is published for FIN." in run(desk, "export", "FIN").stderr
    assert run(desk, "export", "NOWHERE").exit_code == 1
    narrow(desk)
    refused = run(desk, "export", "CO")
    assert (refused.exit_code, "not yours to read" in refused.stderr, refused.stdout) == (3, True, "")
    assert run(desk, "export", "FIN").exit_code == 1


def test_the_bootstrap_entry_is_named_where_it_is_left_out(desk: Company) -> None:
    with desk.house.session(SYSTEM, write=True) as session:
        bootstrap(session, 7, parse(LIST).effective_from, ())
    told = run(desk, "export", "-")
    assert told.stdout == 'list: "-"\nversion: 1\neffective_from: "2025-01-01"\n'
    assert told.stderr == "The entry BOOTSTRAP of an account is in no file; publishing the next version ends it.\n"


def test_files_are_put_into_form(desk: Company, tmp_path: Path) -> None:
    file = tmp_path / "co.yaml"
    file.write_text("# Who may what.\n# Kept by Wang.\n" + LIST, encoding="utf-8")
    checked = run(desk, "fmt", file, "--check", acting=False)
    assert checked.exit_code == 1, checked.output
    assert "1 file is not in form" in checked.stderr
    assert file.read_text(encoding="utf-8").endswith(LIST), "looked at, not changed"
    assert run(desk, "fmt", file, acting=False).output == f"{file}: put into form.\n"
    assert file.read_text(encoding="utf-8") == "# Who may what.\n# Kept by Wang.\n" + format_list(parse(LIST))
    assert run(desk, "fmt", file, "--check", acting=False).output == ""
    file.write_text(LIST.replace("version: 17", "version: 17 # next"), encoding="utf-8")
    refused = run(desk, "fmt", file, acting=False)
    assert refused.exit_code == 4
    assert "Row 3, co.yaml: A comment in the midst of a list would be lost." in refused.stderr
    assert "# next" in file.read_text(encoding="utf-8")


def test_lint_tells_everything_with_its_place_and_publishes_nothing(desk: Company, tmp_path: Path) -> None:
    fine, bad, sheet = tmp_path / "fine.yaml", tmp_path / "bad.yaml", tmp_path / "bad.xlsx"
    fine.write_text(LIST, encoding="utf-8")
    assert run(desk, "export", "CO", "-o", sheet).exit_code == 0
    told = run(desk, "lint", fine, sheet)
    assert told.output == ("fine.yaml: list CO, version 17, is in order.\n"
                           "bad.xlsx: list CO, version 17, is in order.\n")
    bad.write_text(LIST.replace("MD:", "NOPE:").replace('read", in', 'read", when: {x: y}, in'), encoding="utf-8")
    edited = openpyxl.load_workbook(sheet)
    edited["岗位"]["B3"] = "总经理"
    edited.save(sheet)
    refused = run(desk, "lint", fine, bad, sheet, "--json")
    assert refused.exit_code == 4
    found = [(p["row"], p["column"], p["message"]) for p in json.loads(refused.stdout)["problems"]]
    assert found == [
        (5, "bad.yaml positions", "There is no position NOPE. Import positions first."),
        (25, "bad.yaml everybody.E1", "“Read the duty and authority lists” knows no attribute x. Leave when out."),
        (3, "bad.xlsx 岗位 名称", "The post MD is not called 总经理. It is called Post MD / 岗位MD. Correct the code, "
         "or leave the name out."),
    ]
    both = run(desk, "import", fine, sheet)
    assert both.exit_code == 4
    assert "Row 3, bad.xlsx 岗位 名称: The post MD is not called 总经理." in both.stderr
    older = tmp_path / "older.yaml"
    older.write_text(LIST.replace("version: 17", "version: 18"), encoding="utf-8")
    late = run(desk, "import", older)
    assert "Row 3, version: Version 17 is in force from 2025-01-01" in late.stderr
    assert [version for _unit, version in standing(desk)] == [17]
    with desk.house.session(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(AuthorityEntry)) == 7


def test_the_commands_stand_in_their_group(desk: Company) -> None:
    told = run(desk, "--help", acting=False).output
    for word in ("export", "fmt", "import", "lint", "show"):
        assert f"  {word}" in told
    assert "  list" in CliRunner().invoke(remit, ["authority", "--help"], obj=desk.house).output
    assert run(desk, "show", "ACQ-H").exit_code == 0
