"""Lists by the day documents end, who lacks one, files in and out, and the interface for programs."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core.base.actor import Actor
from core.base.errors import InputErrors
from core.db.guard import system
from core.documents.models import Document
from core.exchange.importing import import_file
from core.exchange.report import ImportReport
from tests.core.documents.conftest import TODAY
from tests.core.documents.papers import PDF, contract
from tests.core.documents.test_documents import CARD, ask, log
from tests.core.org.company import SYSTEM
from tests.core.org.desk import Desk

CSV = "工号,证照类型,证件编号,签发日期,有效期至,备注\n"


def shown(desk: Desk, who: str, show: str, **query: str) -> list[int]:
    """The documents on a list, in its order; of the missing, the people."""
    text = ask(desk, who, "GET", "/documents/", query_string={"show": show, **query}).text
    word = "people" if show == "missing" else "documents"
    return [int(one) for one in re.findall(rf'<td[^>]*>.*?href="/{word}/(\d+)"', text)]


def test_what_ends_soon_what_has_ended_and_who_lacks_one(desk: Desk) -> None:
    soon = contract(desk, "ads", expires_on=TODAY + timedelta(days=10))
    later = contract(desk, "acq", expires_on=TODAY + timedelta(days=90))
    far = contract(desk, "sal", expires_on=TODAY + timedelta(days=91))
    past = contract(desk, "md", expires_on=TODAY - timedelta(days=1))
    good = contract(desk, "rep")
    assert shown(desk, "ceo", "expiring") == [soon, later]
    assert shown(desk, "ceo", "expired") == [past]
    assert shown(desk, "ceo", "all") == [past, soon, later, far, good]
    assert shown(desk, "ceo", "all", kind="passport") == []
    people = {name: one.person_id for name, one in desk.people.items()}
    assert shown(desk, "ceo", "missing") == [people["ceo"], people["md"]], "one never had one, one has ended"
    assert shown(desk, "acq", "all") == [soon, later], "the head of a group sees that group"
    assert ask(desk, "acq", "GET", "/documents/?show=missing").text.count("Missing") == 0
    assert ask(desk, "sal", "GET", "/documents/").status_code == 403


def test_a_file_brings_numbers_and_ends_and_a_second_time_nothing(desk: Desk) -> None:
    known = contract(desk, "sal", number="OLD-1", expires_on=TODAY)
    actor = desk.actor("ceo")
    data = (CSV + f"N-ads,身份证,{CARD},2020-01-01,2040-01-01,\n"
            "N-sal,labour contract,NEW-2,2026-11-01,2029-10-31,续签\nN-rep,劳动合同,R-1,,,\n").encode()
    data = data.replace("身份证,1".encode(), "居民身份证,1".encode())
    report = bring(desk, actor, data)
    assert (report.ok, dict(report.counts)) == (True, {"rows": 3, "new": 2, "changed": 1, "unchanged": 0, "closed": 0})
    with desk.house.session(SYSTEM) as session, system(session, "a test"):
        renewed = session.get_one(Document, known)
        assert (renewed.number, str(renewed.expires_on), renewed.note) == ("NEW-2", "2029-10-31", "续签")
        assert session.scalars(select(Document.number).where(Document.kind == "identity_card")).all() == [CARD]
    again = bring(desk, actor, data)
    assert again.counts["unchanged"] == 3


def bring(desk: Desk, actor: Actor, data: bytes) -> ImportReport:
    exchange = next(one for one in desk.house.registry.of("exchanges") if one.name == "documents")
    return import_file(desk.house, actor, exchange, data, name="证照.csv")


def test_every_bad_row_is_told_and_nothing_is_written(desk: Desk) -> None:
    data = (CSV + "N-xxx,护照,E12345678,,,\nN-ads,驾照,1,,,\nN-acq,居民身份证,110105194912310021,,,\n"
            "N-sal,劳动合同,1,2026-02-01,2026-01-01,\n").encode()
    with pytest.raises(InputErrors) as refused:
        bring(desk, desk.actor("ceo"), data)
    problems = refused.value.problems
    assert [problem.row for problem in problems] == [2, 3, 4, 5]
    assert "110105194912310021" not in str([problem.sentence() for problem in problems])
    with desk.house.session(SYSTEM) as session, system(session, "a test"):
        assert session.scalars(select(Document)).all() == []


def test_the_list_as_a_workbook_shows_no_number(desk: Desk) -> None:
    contract(desk, "ads", kind="identity_card", number=CARD, expires_on=TODAY + timedelta(days=30))
    answer = ask(desk, "ceo", "GET", "/documents/documents.xlsx?show=all")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:4] == ["ads tester", "N-ads", "Identity card", "••••002X"]
    assert rows[1][-1] == 30
    assert not any(CARD in str(cell) for row in rows for cell in row)
    assert ask(desk, "acq", "GET", "/documents/documents.xlsx").status_code == 403


# -- programs ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A bearer of the CEO's token."""
    from core.web import ports

    found = ports.of(desk.client.application).ports
    monkeypatch.setattr(found, "token_actor", lambda _session, who: desk.actor(who))
    return {"Authorization": "Bearer ceo"}


def test_programs_keep_and_read_documents(desk: Desk, token: dict[str, str]) -> None:
    ads = desk.people["ads"].person_id
    made = desk.client.post("/api/v1/documents/", headers=token, json={
        "kind": "labour_contract", "entity_id": ads, "number": "A-00000001", "expires_on": "2027-01-31"})
    assert made.status_code == 201, made.text
    assert made.get_json()["number_shown"] == "••••0001"
    assert "number" not in made.get_json()
    path = f"/api/v1/documents/{made.get_json()['id']}"
    added = desk.client.post(f"{path}/versions", headers=token, data={"file": (io.BytesIO(PDF), "a.pdf")})
    assert added.status_code == 201, added.text
    kept = added.get_json()["versions"]
    assert [(one["number"], one["name"], one["size"]) for one in kept] == [(1, "a.pdf", len(PDF))]
    refused = desk.client.post(f"{path}/versions", headers=token, data={"file": (io.BytesIO(b"MZ" * 9), "a.pdf")})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "file.program")
    silent = desk.client.post(f"{path}/versions/1/content", headers=token, json={})
    assert silent.get_json()["code"] == "reveal.purpose"
    sent = desk.client.post(f"{path}/versions/1/content", headers=token, json={"purpose": "archive"})
    assert sent.data == PDF
    assert log(desk, "reveal")[-1].reason == "archive"
    told = desk.client.post(f"{path}/number", headers=token, json={"purpose": "archive"})
    assert told.get_json() == {"number": "A-00000001"}
    listed = desk.client.get(f"/api/v1/documents/?person_id={ads}&expires_by=2027-01-31", headers=token)
    assert [one["id"] for one in listed.get_json()["items"]] == [made.get_json()["id"]]
    assert desk.client.get("/api/v1/documents/?expires_by=2027-01-30", headers=token).get_json()["items"] == []
    other = {"Authorization": "Bearer acq"}
    assert desk.client.get(path, headers=other).status_code == 200
    assert desk.client.post(f"{path}/number", headers=other, json={"purpose": "curious"}).status_code == 403
    assert desk.client.delete(path, headers=other).status_code == 403
    assert desk.client.delete(path, headers=token).status_code == 204
    assert desk.client.get(path, headers=token).status_code == 404
