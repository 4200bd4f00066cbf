"""Files beside what a channel showed and cost: kept with the figures, open to their readers, replaced one by one."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.db.keys import KeyRing
from core.files.models import File
from core.identity import services as identity
from plugins.crm.models import Exposure, ExposureFile
from plugins.crm.services import exposure
from remit.services import load, system
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.coverage.test_pages import quick_hashes
from tests.plugins.crm.intake import Desk, furnish
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["quick_hashes"]

PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"
#: Wang leads the east of sales and sees what is paid there.
EAST = """
list: EAST
version: 5
effective_from: "2026-01-01"
positions:
  EA-H:
    authority:
      L6: {can: "crm.exposure:read", in: subtree(EAST), power: read, title: {zh: 查看曝光, en: Sees exposure}}
"""


@dataclass
class Office:
    """The pages as li, who enters."""

    desk: Desk
    app: Flask
    li: FlaskClient

    def send(self, path: str, *files: tuple[str, bytes], **fields: str | list[str]) -> TestResponse:
        """The form as a browser sends it."""
        data = {"csrf_token": token(self.li.get(path)), "channel_id": str(self.desk.channels["wx"]),
                "starts_on": "2026-03-01", "last_day": "2026-03-07", "impressions": "1000", "currency": "CNY",
                "evidence": "bill", **fields, "files": [(io.BytesIO(body), name) for name, body in files]}  # fmt: skip
        return self.li.post(path, data=data, content_type="multipart/form-data")

    def beside(self) -> dict[str, tuple[int, int]]:
        """What lies beside figures, by name: of which, and its number there."""
        with self.desk.company.house.session(SYSTEM) as session, system(session, "tests look"):
            rows = session.execute(select(ExposureFile, File).join(File, File.id == ExposureFile.file_id)
                                   .order_by(ExposureFile.file_id))  # fmt: skip
            return {file.name: (link.exposure_id, file.id) for link, file in rows}


@pytest.fixture
def office(company: Company, key_ring: KeyRing) -> Office:
    company.house.database.keys = key_ring
    desk = furnish(company)
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(EAST, source="east.yaml"))
        for login in ("li", "wang", "sun"):
            identity.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, locale="en",
                                    person_id=company.people[login].person_id)  # fmt: skip
    app = create_app(house=company.house)
    app.testing = True
    return Office(desk, app, sign_in(app, "li"))


def test_files_lie_beside_figures_and_their_readers_alone_open_them(office: Office) -> None:
    sent = office.send("/crm/exposure/new", ("bill.pdf", PDF), ("days.csv", b"day,shown\n1,500\n"))
    assert sent.status_code == 303
    shown = office.li.get("/crm/exposure").text
    links = sorted(set(re.findall(r'href="(/crm/exposure/\d+/files/\d+)"', shown)))
    assert links == [f"/crm/exposure/{one}/files/{number}" for one, number in office.beside().values()]
    opened = office.li.get(links[0], follow_redirects=True)
    assert (opened.status_code, opened.data, opened.mimetype) == (200, PDF, "application/pdf")
    wang, sun = sign_in(office.app, "wang"), sign_in(office.app, "sun")
    assert (wang.get("/crm/exposure").status_code, "bill.pdf" in wang.get("/crm/exposure").text) == (200, False)
    assert wang.get(links[0]).status_code in (403, 404)
    assert sun.get(links[0]).status_code == 403


def test_the_number_of_a_file_beside_others_opens_nothing(office: Office) -> None:
    office.send("/crm/exposure/new", ("march.pdf", PDF))
    office.send("/crm/exposure/new", ("april.pdf", PDF), starts_on="2026-04-01", last_day="2026-04-07")
    found = office.beside()
    assert office.li.get(f"/crm/exposure/{found['march.pdf'][0]}/files/{found['april.pdf'][1]}").status_code == 404


def test_changed_figures_keep_the_files_that_are_ticked(office: Office) -> None:
    office.send("/crm/exposure/new", ("a.pdf", PDF), ("b.pdf", PDF))
    found = office.beside()
    edit = f"/crm/exposure/{found['a.pdf'][0]}"
    assert re.findall(r'name="stay" value="(\d+)" checked', office.li.get(edit).text) == [
        str(number) for _one, number in found.values()]  # fmt: skip
    stay = str(found["b.pdf"][1])
    refused = office.send(edit, ("c.exe", b"MZ" + bytes(99)), stay=stay)
    assert (refused.status_code, "c.exe: Programs are not accepted." in refused.text) == (422, True)
    assert re.findall(r'name="stay" value="(\d+)" checked', refused.text) == [stay], "what was unticked stays so"
    assert office.beside() == found, "all is as it was"
    assert office.send(edit, ("c.pdf", PDF), stay=stay).status_code == 303
    assert list(office.beside()) == ["b.pdf", "c.pdf"]
    assert office.li.get(f"{edit}/files/{found['a.pdf'][1]}").status_code == 404


def test_a_bad_file_keeps_no_figures(office: Office) -> None:
    for name, content, said in (("a.pdf", b"", "a.pdf: The file is empty."), ("a.txt", b"words", "plain text")):
        refused = office.send("/crm/exposure/new", ("good.pdf", PDF), (name, content))
        assert (refused.status_code, said in refused.text) == (422, True)
    with office.desk.company.house.session(SYSTEM) as session, system(session, "tests look"):
        assert session.scalar(select(func.count()).select_from(Exposure)) == 0
        assert session.scalar(select(func.count()).select_from(File)) == 0


def test_figures_of_a_file_that_correct_others_end_their_evidence(office: Office) -> None:
    office.send("/crm/exposure/new", ("a.pdf", PDF))
    (number, _link) = office.beside()["a.pdf"]
    li = office.desk.company.actor("li")
    with office.desk.company.house.session(li, write=True) as session:
        row = load(session, li, "crm.exposure:edit", Exposure, number)
        exposure.save(session, li, row, {
            "channel_id": row.channel_id, "starts_on": date(2026, 3, 1), "last_day": date(2026, 3, 7),
            "impressions": 900, "evidence": "file", "source": "import",
        })  # fmt: skip
    assert office.beside() == {}
