"""Who gets which sheets: by the pages of the lists, of one's own posts, and on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from core.authority.document import parse
from core.authority.publish import publish
from tests.core.authority.company import LIST, SYSTEM, Company
from tests.core.authority.test_command import narrow
from tests.core.authority.test_list_commands import desk, run
from tests.core.authority.test_pages import NARROW, app, as_li, by_product, quick_hashes, visit
from tests.core.identity.conftest import Browser
from tests.core.letters import papers

__all__ = ["app", "desk", "quick_hashes", "visit"]

Visit = Callable[[str], Browser]


def text(browser: Browser, path: str) -> str:
    """The words of a PDF at an address."""
    response = browser.client.get(path)
    assert response.status_code == 200, path
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    return papers.text(response.data)


def of(company: Company, post: str, where: str = "positions") -> str:
    return f"/authority/{where}/{company.positions[post].id}/sheet.pdf"


def test_the_pages_of_a_post_lead_to_its_sheet(company: Company, visit: Visit) -> None:
    wang = visit("wang")
    unit = f"/authority/units/{company.units['ACQ'].id}"
    post = company.positions["ACQ-H"].id
    found = re.search(rf'href="(/authority/positions/{post}/sheet\.pdf[^"]*)"', wang.get(unit).text)
    assert found
    assert "Approves spend" in text(wang, found[1])
    every = re.search(r'href="(/authority/units/\d+/sheets\.pdf[^"]*)"', wang.get(unit).text)
    assert every
    assert "Post ACQ-H" in text(wang, every[1])
    assert "-ACQ.pdf" in wang.client.get(every[1]).headers["Content-Disposition"]
    mine = re.findall(r'href="(/authority/mine/\d+/sheet\.pdf)"', wang.get("/authority/mine").text)
    assert len(mine) == 2, "as head of both groups"
    assert ["up to ¥10,000" in text(wang, mine[0]), "up to ¥50,000" in text(wang, mine[1])] == [True, True]
    name = wang.client.get(of(company, "ACQ-H")).headers["Content-Disposition"]
    assert "ACQ-H.pdf" in name
    assert quote("Duties and authority of a post") in name


def test_the_panel_of_the_chart_leads_to_the_sheet_of_the_day(company: Company, visit: Visit) -> None:
    by_product(company, """
list: "-"
version: 2
effective_from: "2026-03-01"
everybody: {authority: {V1: {can: "org.chart:read", in: all, title: {zh: 查看架构图, en: Sees the chart}}}}
""")
    page = visit("sun").get(f"/org?position={company.positions['MD'].id}&day=2026-03-05").text
    assert f'href="{of(company, "MD")}?day=2026-03-05"' in page


def test_whoever_may_not_read_a_list_gets_no_sheet_of_it(company: Company, visit: Visit) -> None:
    """Only what stands in the lists within his scope, of his own posts all of it."""
    as_li(company, NARROW)
    wang = visit("wang")
    for post in ("ACQ-H", "MD", "CEO"):
        assert wang.client.get(of(company, post)).status_code == 404, post
    assert wang.client.get(f"/authority/units/{company.units['CO'].id}/sheets.pdf").status_code == 404
    assert "Approves spend" in text(wang, of(company, "ACQ-H", "mine"))
    assert wang.client.get(of(company, "MD", "mine")).status_code == 404
    assert wang.client.get("/authority/mine/999/sheet.pdf").status_code == 404
    nobody = visit("nobody")
    for path in (of(company, "ACQ-H"), f"/authority/units/{company.units['CO'].id}/sheets.pdf"):
        assert nobody.client.get(path).status_code == 403, path
    assert nobody.client.get(of(company, "ACQ-H", "mine")).status_code == 404


def test_another_day_has_another_sheet(company: Company, visit: Visit) -> None:
    as_li(company, LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-05-01")
          .replace("10000.00", "12000.00"))  # fmt: skip
    wang = visit("wang")
    assert "up to ¥10,000" in text(wang, of(company, "ACQ-H"))
    later = text(wang, of(company, "ACQ-H") + "?day=2026-05-01")
    assert "up to ¥12,000" in later
    assert "version 18" in later
    assert wang.client.get(of(company, "ACQ-H") + "?day=soon").status_code == 422


def test_the_digest_on_paper_is_that_of_the_file_that_is_exported(desk: Company, tmp_path: Path) -> None:
    file, sheets = tmp_path / "co.yaml", tmp_path / "co.pdf"
    assert run(desk, "export", "CO", "-o", file).exit_code == 0
    told = run(desk, "print", "CO", "-o", sheets)
    assert told.output == f"List CO, version 17: 4 sheets written to {sheets}.\n", told.output
    said = papers.text(sheets.read_bytes())
    assert f"List CO, version 17, SHA-256 {sha256(file.read_bytes()).hexdigest()}" in said
    assert re.findall(r"Position code (\S+)", said) == ["ACQ-H", "MD", "CEO", "EA-H"], "in the order of the list"


def test_one_post_of_one_version_is_printed(desk: Company, tmp_path: Path) -> None:
    with desk.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-05-01")
                                       .replace("10000.00", "12000.00")))
    sheet = tmp_path / "sheet.pdf"
    done = run(desk, "print", "CO", "--position", "ACQ-H", "--version", "18", "-o", sheet, "--json")
    assert json.loads(done.stdout) == {
        "list": "CO", "version": 18, "day": "2026-05-01", "posts": ["ACQ-H"], "file": str(sheet)}
    said = papers.text(sheet.read_bytes())
    assert "up to ¥12,000" in said
    assert "Post MD (MD)" in said, "whom it reports to"
    assert "Position code MD" not in said
    assert run(desk, "print", "CO", "--position", "ACQ-H", "-o", sheet).exit_code == 0
    assert "up to ¥10,000" in papers.text(sheet.read_bytes()), "in force today is 17"


def test_what_is_not_there_or_not_to_be_read_is_not_printed(desk: Company, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    other = run(desk, "print", "CO", "--position", "ACQ-S", "-o", sheet)
    assert (other.exit_code, "does not speak of the position ACQ-S" in other.stderr) == (1, True)
    assert run(desk, "print", "CO", "--version", "3", "-o", sheet).exit_code == 1
    assert "Nothing is published for FIN." in run(desk, "print", "FIN", "-o", sheet).stderr
    assert run(desk, "print", "CO").exit_code == 2, "where to?"
    with desk.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse('list: FIN\nversion: 1\neffective_from: "2026-01-01"\n'
                                       'unit: {duties: {U1: {text: {zh: 记账, en: Accounts}}}}'))
    assert "names no post that is there on 2026-03-10" in run(desk, "print", "FIN", "-o", sheet).stderr
    narrow(desk)
    assert run(desk, "print", "CO", "-o", sheet).exit_code == 3
    assert not sheet.exists()
