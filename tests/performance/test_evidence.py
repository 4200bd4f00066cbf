"""Files beside an entered value: kept with it, shown with it, open to whoever may see it alone, gone with it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.db.keys import KeyRing
from core.files import retention
from core.files.models import File
from core.identity import services as identity
from performance.models import KpiValue, KpiValueFile
from performance.services import values
from performance.services.figures import by_code
from remit.base import DomainError, clock
from remit.files import read_file
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.core.authority.coverage.test_pages import quick_hashes
from tests.performance.conftest import LIST, MARCH, Office
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["quick_hashes"]

NEW = "/performance/values/new"
PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"
CSV = "渠道,线索\n微信,66\n".encode()
#: Li directs marketing and sees what figures were there; wang leads the east of sales.
READERS = LIST.replace("version: 18", "version: 19").replace('"2026-01-01"', '"2026-01-02"', 1).replace(
    "everybody:\n", """
      B8: {can: "performance.value:read", in: subtree(MKT), power: read, title: {zh: 查看, en: Sees values}}
everybody:
""".lstrip("\n"))


@dataclass
class Desk:
    """The pages as zhao, who enters, and as readers."""

    office: Office
    app: Flask
    leads: int
    zhao: FlaskClient

    def send(self, *files: tuple[str, bytes], unit: str = "MKT", **fields: str) -> TestResponse:
        """The form as a browser sends it."""
        data = {"csrf_token": token(self.zhao.get(NEW)), "kpi_id": str(self.leads), "day": str(MARCH.start),
                "value": "66", "unit_id": str(self.office.unit(unit)), "evidence": "platform", **fields,
                "files": [(io.BytesIO(body), name) for name, body in files]}  # fmt: skip
        return self.zhao.post(NEW, data=data, content_type="multipart/form-data")

    def beside(self) -> list[tuple[int, str, int]]:
        """What lies beside values: value, number there, file, by their names."""
        with self.office.company.house.session(SYSTEM) as session, system(session, "tests look"):
            rows = session.execute(select(KpiValueFile, File).join(File, File.id == KpiValueFile.file_id)
                                   .order_by(KpiValueFile.file_id))  # fmt: skip
            return [(link.value_id, file.name, file.id) for link, file in rows]

    def files(self) -> int:
        """How many files of this kind there are at all."""
        with self.office.company.house.session(SYSTEM) as session:
            return session.scalar(select(func.count()).select_from(File).where(File.kind == values.FILES.kind)) or 0


@pytest.fixture
def desk(office: Office, key_ring: KeyRing) -> Desk:
    house = office.company.house
    house.database.keys = key_ring
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(READERS, source="cases.yaml"))
        for login in ("zhao", "li", "wang"):
            identity.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, locale="en",
                                    person_id=office.company.people[login].person_id)  # fmt: skip
    leads = office.kpi("leads")
    app = create_app(house=house)
    app.testing = True
    return Desk(office, app, leads, sign_in(app, "zhao"))


def test_files_lie_beside_an_entry_and_its_readers_open_them(desk: Desk) -> None:
    assert desk.send(("后台.pdf", PDF), ("leads.csv", CSV)).status_code == 303
    kept = desk.beside()
    assert [name for _value, name, _number in kept] == ["后台.pdf", "leads.csv"]
    li = sign_in(desk.app, "li")
    shown = li.get("/performance/values").text
    links = re.findall(r'href="(/performance/values/\d+/files/\d+)"', shown)
    assert links == [f"/performance/values/{value}/files/{number}" for value, _name, number in kept]
    assert "leads.csv" in shown
    opened = li.get(links[1], follow_redirects=True)
    assert (opened.status_code, opened.data) == (200, CSV)
    with desk.office.company.house.session(SYSTEM) as session:
        file = values.FILES.find(session, kept[0][0], kept[0][2])
        assert (file.personal, file.encrypted, file.expires_at) == (True, True, None)
        assert read_file(session, file) == PDF


def test_nobody_opens_what_lies_beside_another_entry(desk: Desk) -> None:
    """Who may see values of marketing alone: neither those of sales by their own address, nor by one that is his."""
    desk.send(("mkt.pdf", PDF))
    desk.send(("sales.pdf", PDF), unit="SALES")
    (mine, _name, number), (others, _other, hidden) = desk.beside()
    li, wang = sign_in(desk.app, "li"), sign_in(desk.app, "wang")
    assert li.get(f"/performance/values/{mine}/files/{number}").status_code == 303
    assert "sales.pdf" not in li.get("/performance/values").text
    assert li.get(f"/performance/values/{others}/files/{hidden}").status_code in (403, 404)
    assert li.get(f"/performance/values/{mine}/files/{hidden}").status_code == 404
    assert li.get(f"/performance/values/{mine}/files/999999").status_code == 404
    assert wang.get(f"/performance/values/{mine}/files/{number}").status_code == 403
    assert desk.app.test_client().get(f"/performance/values/{mine}/files/{number}").status_code in (302, 303, 401)


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.pdf", b"", "a.pdf: The file is empty."),
    ("a.exe", b"MZ" + bytes(200), "a.exe: Programs are not accepted."),
    ("a.txt", b"plain words", "a.txt: Not accepted here: plain text."),
    ("a.png", PDF, "a.png: The name ends in .png"),
])  # fmt: skip
def test_a_bad_file_is_named_and_nothing_is_entered(desk: Desk, name: str, content: bytes, said: str) -> None:
    refused = desk.send(("good.pdf", PDF), (name, content))
    assert (refused.status_code, said in refused.text) == (422, True)
    assert 'id="f-files-e"' in refused.text, "the sentence stands beside the files"
    assert (desk.beside(), desk.files()) == ([], 0)
    with desk.office.company.house.session(SYSTEM) as session, system(session, "tests look"):
        assert session.scalars(select(KpiValue)).all() == []


def test_too_large_and_too_many_are_refused(desk: Desk) -> None:
    many = desk.send(*((f"{number}.pdf", PDF) for number in range(6)))
    assert (many.status_code, "At most 5 files may lie here." in many.text) == (422, True)
    zhao = desk.office.zhao
    told = {"day": MARCH.start, "value": 70, "evidence": "page", "unit_id": desk.office.unit("MKT")}
    sent = [(io.BytesIO(PDF), "small.pdf"), (io.BytesIO(PDF + bytes(10 << 20)), "large.pdf")]

    def enter() -> None:
        with desk.office.company.house.session(zhao, write=True) as session:
            values.enter(session, zhao, by_code(session)["leads"], told, sent=sent)

    with pytest.raises(DomainError, match=r"large\.pdf: The file is larger than 10 MB\.") as large:
        enter()
    assert large.value.field == "files"
    assert (desk.files(), list(_stored(desk))) == (0, [])


def _stored(desk: Desk) -> Iterator[Path]:
    """The bytes that lie in the folder of files."""
    return (one for one in (desk.office.company.house.config.instance / "files").rglob("*") if one.is_file())


def test_an_entry_anew_takes_its_own_files_unless_those_of_before_stay(desk: Desk) -> None:
    desk.send(("first.pdf", PDF))
    assert desk.send(("second.pdf", PDF), value="67", keep_files="true").status_code == 303
    assert [name for _value, name, _number in desk.beside()] == ["first.pdf", "second.pdf"]
    value, _name, number = desk.beside()[0]
    refused = desk.send(("wrong.exe", b"MZ" + bytes(99)), value="68")
    assert refused.status_code == 422
    assert [name for _value, name, _number in desk.beside()] == ["first.pdf", "second.pdf"], "all is as it was"
    assert desk.send(value="68", keep_files="true").status_code == 303
    assert len(desk.beside()) == 2
    assert desk.send(("third.csv", CSV), value="69").status_code == 303
    assert [name for _value, name, _number in desk.beside()] == ["third.csv"]
    assert desk.zhao.get(f"/performance/values/{value}/files/{number}").status_code == 404
    with desk.office.company.house.session(SYSTEM, write=True) as session:
        assert retention.purge_expired(session, at=clock.now()) == 2
    assert desk.files() == 1


def test_a_program_that_enters_anew_ends_the_files_of_before(desk: Desk) -> None:
    """They showed another number."""
    desk.send(("first.pdf", PDF))
    zhao = desk.office.zhao
    with desk.office.company.house.session(zhao, write=True) as session:
        values.enter(session, zhao, by_code(session)["leads"], {
            "day": MARCH.start, "value": 70, "evidence": "api", "unit_id": desk.office.unit("MKT")}, origin="api")
    assert desk.beside() == []
