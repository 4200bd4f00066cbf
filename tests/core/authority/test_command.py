"""``remit authority``: all files or none, what is in force in words, and exit codes for scripts."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import select

from core.authority.models import AuthorityEntry
from core.cli.root import remit
from core.identity import services as identity
from core.kernel import state
from tests.core.authority.company import SYSTEM, Company

GRANT = """
list: FIN
version: 1
effective_from: "2026-01-01"
positions:
  CEO: {authority: {L1: {can: "authority.list:import", in: all, power: do, title: {zh: 发布, en: Publishes}}}}
"""


def run(company: Company, *args: str) -> Result:
    return CliRunner().invoke(remit, ["authority", *args, "--as", "zhao"], obj=company.house)


def narrow(company: Company) -> None:
    """From now on everybody reads the lists of FIN alone."""
    with company.house.session(SYSTEM, write=True) as session:
        entry = session.scalars(select(AuthorityEntry).where(AuthorityEntry.code == "E1")).one()
        entry.scope, entry.scope_unit_id = "unit", company.units["FIN"].id
        state.bump_epoch(session)


def test_import_show_and_can(company: Company, tmp_path: Path) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        identity.create_account(
            session, SYSTEM, login="zhao", name="Zhao", password="correct horse 1", locale="en",
            person_id=company.people["zhao"].person_id,
        )
        session.add(AuthorityEntry(list_id=1, code="L0", position_id=company.positions["CEO"].id, scope="all",
                                   action="authority.list:import", title={"zh_CN": "发布", "en": "Publishes"}))
    config = company.house.config  # what a command looks for before it opens an installation
    config.keys_path.touch()
    (config.instance / "remit.sqlite").touch()
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GRANT, encoding="utf-8")
    bad.write_text(GRANT.replace("FIN", "NOWHERE"), encoding="utf-8")

    refused = run(company, "import", str(good), str(bad))
    assert refused.exit_code == 4, refused.output
    assert "There is no unit NOWHERE." in refused.output
    bad.write_text("list: [", encoding="utf-8")
    refused = run(company, "import", str(bad), "--json")
    assert refused.exit_code == 4
    assert "bad.yaml" in json.loads(refused.stdout)["problems"][0]["column"]
    first = run(company, "import", str(good), "--json")
    assert json.loads(first.stdout) == [{"list": "FIN", "version": 1, "published": True}], first.output
    assert "stands already" in run(company, "import", str(good)).output

    shown = run(company, "show", "ACQ-H")
    assert shown.exit_code == 0, shown.output
    assert "A1  Decides · Approves spend · Unit ACQ and below · up to ¥10,000 an item, ¥60,000 a month" in shown.output
    assert "K1  Leads: at least 100" in shown.output
    assert "List of Unit CO, version 17, in force from 2025-01-01\nset up with the installation on 20" in shown.output
    (listed,) = json.loads(run(company, "show", "ACQ-H", "--json").stdout)["lists"]
    assert (listed["list"], listed["version"], listed["published_by"]) == ("Unit CO", 17, None)
    assert run(company, "show", "ACQ-S").exit_code == 1
    assert run(company, "show", "NOWHERE").exit_code == 1

    assert "CEO.L" in run(company, "can", "authority.list:import").output
    narrow(company)
    hidden = run(company, "show", "ACQ-H")
    assert hidden.exit_code == 3, hidden.output
    assert "This list is not yours to read." in hidden.output
    third = GRANT.replace("version: 1", "version: 3").replace("2026-01-01", "2026-03-02")
    good.write_text(third.replace("CEO:", "ACQ-H: {duties: {D7: {text: T}}}\n  CEO:"), encoding="utf-8")
    assert run(company, "import", str(good)).exit_code == 0
    part = run(company, "show", "ACQ-H")
    assert "published on 20" in part.output
    assert "by Zhao" in part.output
    assert "D7  T" in part.output
    assert "Other lists that speak of it are not yours to read." in part.output
    assert "Approves spend" not in part.output

    no = run(company, "can", "person.bank:reveal", "--json")
    assert (no.exit_code, json.loads(no.stdout)["code"]) == (1, "NO_ENTRY")
    assert run(company, "can", "a.b:c").exit_code == 1
