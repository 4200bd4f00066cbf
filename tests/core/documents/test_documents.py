"""Keeping, seeing and opening documents, through services and pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.base.errors import DomainError, NotFound
from core.db.guard import system
from core.documents.models import Document, DocumentVersion
from core.documents.services import keeping
from core.files import links
from core.files.models import File
from core.files.service import read_file
from core.org.models import LegalEntity
from tests.core.documents.papers import PDF, contract, png
from tests.core.org.company import SYSTEM
from tests.core.org.desk import Desk

CARD = "11010519491231002X"
UNTIL = date(2027, 5, 31)


def ask(desk: Desk, who: str, method: str, path: str, **more: Any) -> TestResponse:
    """A request of somebody; a post carries the token of the form."""
    headers = {"X-Name": who, **more.pop("headers", {})}
    if method == "POST":
        found = re.search(r'name="csrf_token" value="([^"]+)"', desk.client.get("/people/me", headers=headers).text)
        assert found
        more["data"] = {"csrf_token": found[1], **more.get("data", {})}
    return desk.client.open(path, method=method, headers=headers, **more)


@contextmanager
def looking(desk: Desk) -> Iterator[Session]:
    with desk.house.session(SYSTEM) as session, system(session, "a test looks"):
        yield session
        session.expunge_all()


def log(desk: Desk, kind: str) -> list[AuditEntry]:
    with looking(desk) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.id)))


def test_a_document_comes_in_with_its_file_and_is_seen_and_downloaded(desk: Desk) -> None:
    """The whole way: the form, the page, a purpose, the link, the bytes, and the log says who looked and what for."""
    ads = desk.people["ads"].person_id
    answer = ask(desk, "ceo", "POST", f"/documents/new/person/{ads}", data={
        "kind": "labour_contract", "number": "LK-2026-077", "issued_on": "2026-06-01", "expires_on": "2027-05-31",
        "file": (io.BytesIO(PDF), "劳动合同（2026）.pdf"),
    })  # fmt: skip
    assert answer.status_code == 303, answer.text
    path = answer.location
    shown = ask(desk, "ceo", "GET", path).text
    assert "LK-2026-077" not in shown
    assert "-077" in shown
    assert "劳动合同（2026）.pdf" in shown
    assert "/files/" not in shown, "nothing opens without saying what for"
    refused = ask(desk, "ceo", "POST", f"{path}/versions/1/open")
    assert refused.status_code == 422
    assert "Say what you need it for." in refused.text
    assert ask(desk, "ceo", "POST", f"{path}/versions/1/open", data={"purpose": "renewal"}).status_code == 303
    shown = ask(desk, "ceo", "GET", path).text
    link = next(one.replace("&amp;", "&") for one in re.findall(r'href="(/files/[^"]+)"', shown) if "attachment" in one)
    sent = ask(desk, "ceo", "GET", link)
    assert (sent.status_code, sent.data) == (200, PDF)
    assert sent.headers["Content-Disposition"] == (
        f"attachment; filename=\"_____2026_.pdf\"; filename*=UTF-8''{quote('劳动合同（2026）.pdf')}"
    )
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    (look,) = log(desk, "reveal")
    assert (look.subject_id, look.reason, look.account_id) == (ads, "renewal", desk.people["ceo"].person_id)
    number = ask(desk, "ceo", "POST", f"{path}/number", data={"purpose": "a letter"}).text
    assert "LK-2026-077" in number
    assert log(desk, "reveal")[-1].reason == "a letter"


def test_a_person_sees_his_own_documents_and_nobody_elses(desk: Desk) -> None:
    mine = contract(desk, "ads", files=(("a.pdf", PDF),))
    other = contract(desk, "sal", files=(("b.pdf", PDF),))
    listed = ask(desk, "ads", "GET", "/documents/mine").text
    assert f"/documents/{mine}" in listed
    assert f"/documents/{other}" not in listed
    page = ask(desk, "ads", "GET", f"/documents/{mine}")
    assert page.status_code == 200
    assert "/files/" in page.text, "nobody says what for he opens his own"
    assert ask(desk, "ads", "GET", f"/documents/{other}").status_code == 404
    assert ask(desk, "ads", "POST", f"/documents/{other}/versions/1/open", data={"purpose": "x y"}).status_code == 404
    link = re.search(r'href="(/files/[^"]+)"', page.text)
    assert link
    assert ask(desk, "ads", "GET", link[1].replace("&amp;", "&")).data == PDF
    assert log(desk, "reveal") == [], "what is one's own is nobody's business"


def test_the_head_of_a_group_sees_that_there_is_one_and_opens_nothing(desk: Desk) -> None:
    document = contract(desk, "ads", expires_on=UNTIL, files=(("a.pdf", PDF),))
    page = ask(desk, "acq", "GET", f"/documents/{document}")
    assert page.status_code == 200
    assert "2027-05-31" in page.text
    assert f"{document}/versions/1/open" not in page.text
    opened = ask(desk, "acq", "POST", f"/documents/{document}/versions/1/open", data={"purpose": "abc"})
    assert opened.status_code == 403
    assert ask(desk, "acq", "POST", f"/documents/{document}/number", data={"purpose": "abc"}).status_code == 403
    assert ask(desk, "acq", "POST", f"/documents/{document}/remove").status_code == 403
    assert ask(desk, "acq", "POST", f"/documents/{document}/versions",
               data={"file": (io.BytesIO(PDF), "c.pdf")}).status_code == 403
    assert ask(desk, "rep", "GET", f"/documents/{document}").status_code == 403


def test_links_open_for_one_account_one_file_and_five_minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    contract(desk, "ads", files=(("a.pdf", PDF), ("b.png", png())))
    ads, ceo = desk.actor("ads"), desk.actor("ceo")
    with desk.house.session(ads) as session:
        first, second = session.scalars(select(File).order_by(File.id)).all()
        session.expunge_all()
        link, inline = links.path_of(session, ads, first), links.path_of(session, ads, second, inline=True)
    assert ask(desk, "ads", "GET", link).status_code == 200
    assert ask(desk, "ads", "GET", inline).headers["Content-Disposition"].startswith("inline;")
    parts = urlsplit(link)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}

    def forged(path: str = parts.path, **changed: Any) -> str:
        return f"{path}?{urlencode({**query, **changed})}"

    wrong = (
        forged(**{"as": "inline"}), forged(until=int(query["until"]) + 1), forged(signature="0" * 64), parts.path,
        forged(parts.path.replace(f"/{first.id}/", f"/{second.id}/")), forged(parts.path.replace("a.pdf", "x.pdf")),
        forged(signature=""), forged(until="never"), forged(f"/files/999999/{first.name}"),
    )
    for address in wrong:
        answer = ask(desk, "ads", "GET", address)
        assert answer.status_code == 403, address
        assert "The link has expired, or it was made for somebody else." in answer.text
        assert PDF not in answer.data
    assert ask(desk, "ceo", "GET", link).status_code == 403, "made for somebody else"
    monkeypatch.setattr(links, "LIFETIME", -links.LIFETIME)
    with desk.house.session(ceo) as session:
        stale = links.path_of(session, ceo, session.get_one(File, first.id))
    assert ask(desk, "ceo", "GET", stale).status_code == 403


def test_opening_the_file_of_somebody_else_is_recorded_even_by_a_bare_link(desk: Desk) -> None:
    """Whichever page made the link: the look is on record, once for all the parts a browser fetches."""
    contract(desk, "ads", files=(("a.pdf", PDF),))
    ceo = desk.actor("ceo")
    with desk.house.session(ceo) as session:
        link = links.path_of(session, ceo, session.scalars(select(File)).one(), inline=True)
    for wanted, status, body in (
        ("bytes=0-3", 206, PDF[:4]), ("bytes=-6", 206, PDF[-6:]), ("bytes=5-", 206, PDF[5:]),
        (f"bytes={len(PDF)}-", 416, b""), ("bytes=0-1,4-5", 200, PDF), ("lines=1-2", 200, PDF),
    ):
        answer = ask(desk, "ceo", "GET", link, headers={"Range": wanted})
        assert (answer.status_code, answer.data) == (status, body), wanted
    part = ask(desk, "ceo", "GET", link, headers={"Range": "bytes=2-4"})
    assert part.headers["Content-Range"] == f"bytes 2-4/{len(PDF)}"
    assert [(one.subject_id, one.object_type) for one in log(desk, "reveal")] == [
        (desk.people["ads"].person_id, "core_file")]


def test_versions_are_kept_newest_first_and_all_go_with_the_document(desk: Desk) -> None:
    document = contract(desk, "ads", files=(("one.pdf", PDF), ("two.png", png())))
    assert ask(desk, "ceo", "POST", f"/documents/{document}/versions",
               data={"photo": (io.BytesIO(png(3, 3)), "IMG_0001.png")}).status_code == 303
    with looking(desk) as session:
        kept = keeping.versions(session, session.get_one(Document, document))
        assert [(version.number, file.name) for version, file in kept] == [
            (3, "IMG_0001.png"), (2, "two.png"), (1, "one.pdf")]
        assert read_file(session, kept[2][1]) == PDF
    folder = desk.house.config.instance / "files"
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 3
    assert ask(desk, "ceo", "POST", f"/documents/{document}/remove").status_code == 303
    with looking(desk) as session:
        assert session.scalars(select(Document)).all() == []
        assert session.scalars(select(DocumentVersion)).all() == []
        assert session.scalars(select(File)).all() == []
    assert [one for one in folder.rglob("*") if one.is_file()] == []
    gone = {entry.object_type for entry in log(desk, "delete")}
    assert gone == {"core_document", "core_document_version", "core_file"}


def test_what_is_held_back_is_not_deleted(desk: Desk) -> None:
    document = contract(desk, "ads", files=(("one.pdf", PDF),))
    assert ask(desk, "ceo", "POST", f"/documents/{document}/hold", data={"held": "1"}).status_code == 303
    answer = ask(desk, "ceo", "POST", f"/documents/{document}/remove")
    assert answer.location == f"/documents/{document}"
    page = ask(desk, "ceo", "GET", answer.location).text
    assert "This document is held back from deletion. Release it first." in page
    ask(desk, "ceo", "POST", f"/documents/{document}/hold", data={"held": "0"})
    ask(desk, "ceo", "POST", f"/documents/{document}/remove")
    assert ask(desk, "ceo", "GET", f"/documents/{document}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "number", "said"),
    [
        ("identity_card", "110105194912310021", "This is no identity card number; compare all 18 characters"),
        ("passport", "E-1", "A passport number has 5 to 15 letters and digits"),
    ],
)
def test_a_number_that_cannot_be_is_refused(desk: Desk, kind: str, number: str, said: str) -> None:
    ads = desk.people["ads"].person_id
    answer = ask(desk, "ceo", "POST", f"/documents/new/person/{ads}", data={"kind": kind, "number": number})
    assert answer.status_code == 422
    assert said in answer.text
    with looking(desk) as session:
        assert session.scalars(select(Document)).all() == []


def test_a_number_is_kept_once_however_it_is_written(desk: Desk) -> None:
    contract(desk, "ads", kind="identity_card", number=CARD)
    with pytest.raises(DomainError) as refused:
        contract(desk, "sal", kind="identity_card", number=f" {CARD[:6]} {CARD[6:14]}-{CARD[14:].lower()}")
    assert refused.value.code == "document.double"
    assert "Identity card with this number is kept already, of ads tester." in str(refused.value)
    with looking(desk) as session:
        stored = session.scalars(select(Document)).one()
        assert (stored.number, stored.number_shown) == (CARD, "••••002X")


def test_a_file_that_is_refused_leaves_no_document(desk: Desk) -> None:
    """One transaction: the form comes back with the sentence, and nothing is half done."""
    ads = desk.people["ads"].person_id
    answer = ask(desk, "ceo", "POST", f"/documents/new/person/{ads}", data={
        "kind": "labour_contract", "number": "X-1", "file": (io.BytesIO(b"MZ\x90\x00" + b"x" * 100), "vertrag.pdf")})
    assert answer.status_code == 422
    assert "Programs are not accepted." in answer.text
    assert 'value="X-1"' in answer.text
    with looking(desk) as session:
        assert session.scalars(select(Document)).all() == []
    assert [one for one in (desk.house.config.instance / "files").rglob("*") if one.is_file()] == []


def test_services_ask_for_themselves(desk: Desk) -> None:
    """Who came past the pages finds the same answers."""
    document = contract(desk, "ads", files=(("one.pdf", PDF),))
    for who in ("acq", "rep", "ads"):
        actor = desk.actor(who)
        with desk.house.session(actor, write=True) as session, system(session, "somebody came past the pages"):
            found = session.get_one(Document, document)
            with pytest.raises(Denied):
                keeping.add_version(session, actor, found, PDF, name="x.pdf")
            with pytest.raises(Denied):
                keeping.remove(session, actor, found)
            with pytest.raises(Denied):
                keeping.hold(session, actor, found, held=True)
    with desk.house.session(desk.actor("rep")) as session, pytest.raises(NotFound):
        keeping.find(session, desk.actor("rep"), document)


def test_a_licence_belongs_to_the_company(desk: Desk) -> None:
    with looking(desk) as session:
        from core.org.models import LegalEntity

        entity = session.scalars(select(LegalEntity.id)).first()
    answer = ask(desk, "ceo", "POST", f"/documents/new/legal_entity/{entity}", data={
        "kind": "business_licence", "number": "91110000600037341L", "expires_on": "2030-01-01",
        "file": (io.BytesIO(PDF), "licence.pdf")})
    assert answer.status_code == 303, answer.text
    page = ask(desk, "ceo", "GET", answer.location).text
    assert "91110000600037341L" in page, "nothing about a company's number is personal"
    assert ask(desk, "acq", "GET", answer.location).status_code == 404


def test_the_form_of_a_new_document_is_for_who_may_add_one(desk: Desk) -> None:
    ads = desk.people["ads"].person_id
    assert ask(desk, "ceo", "GET", f"/documents/new/person/{ads}").status_code == 200
    assert ask(desk, "acq", "GET", f"/documents/new/person/{ads}").status_code == 403
    assert "/documents/new/" in ask(desk, "ceo", "GET", f"/people/{ads}").text
    assert "/documents/new/" not in ask(desk, "acq", "GET", f"/people/{ads}").text


def test_a_company_s_licence_is_added_from_the_list(desk: Desk) -> None:
    """Whoever may add one finds the company, and the list then names it; whoever may not does not see the way."""
    listed = ask(desk, "ceo", "GET", "/documents/?show=all").text
    assert 'href="/documents/new"' in listed
    chosen = re.findall(r'href="(/documents/new/legal_entity/\d+)"', ask(desk, "ceo", "GET", "/documents/new").text)
    assert len(chosen) == 1
    answer = ask(desk, "ceo", "POST", chosen[0], data={
        "kind": "business_licence", "number": "91310000MA1FL8XQ37", "issued_on": "2020-01-02",
    })  # fmt: skip
    assert answer.status_code == 303
    listed = ask(desk, "ceo", "GET", "/documents/?show=all").text
    assert "91310000MA1FL8XQ37" in listed
    with looking(desk) as session:
        entity = session.scalars(select(LegalEntity)).one()
        assert str(entity.name) in listed
    assert 'href="/documents/new"' not in ask(desk, "acq", "GET", "/documents/?show=all").text
    assert ask(desk, "acq", "GET", "/documents/new").status_code == 403


def test_the_tab_of_what_is_missing_counts(desk: Desk) -> None:
    found = re.search(r"(?:缺少|Missing) ?[（(](\d+)[)）]", ask(desk, "ceo", "GET", "/documents/").text)
    assert found
    rows = ask(desk, "ceo", "GET", "/documents/?show=missing").text.count('href="/documents/new/person/')
    assert int(found[1]) == rows > 0
