"""Issuing: who may about whom, what the paper says, what the register keeps."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.base.errors import DomainError, NotFound
from core.db.guard import UnguardedStatement, mark, system
from core.events.models import EventRow
from core.files.models import File
from core.files.retention import purge_expired
from core.kernel.specs import LetterKind
from core.letters import own, register, templates
from core.letters.issuing import Request, issue
from core.letters.models import Letter, LetterRevocation, LetterTemplate
from core.letters.templates import WrongText
from core.org import services as org
from core.org.models import Person
from tests.core.letters import papers
from tests.core.letters.conftest import SYSTEM, TODAY, Office


def pdf(office: Office, letter: Letter, who: str = "hr", purpose: str = "核对") -> bytes:
    actor = office.actor(who)
    with office.house.session(actor, write=True) as session:
        return register.pdf_of(session, actor, register.one(session, actor, letter.id), purpose)


def kind(office: Office) -> LetterKind:
    return office.house.registry.letters()["letters.employment"]


def test_a_certificate_in_chinese_says_what_the_file_says(office: Office) -> None:
    letter = office.issue("hr", "anna", purpose="办理签证", to="德国驻上海总领事馆")
    data = pdf(office, letter)
    (page,) = papers.pages(data)
    assert page.startswith("灵客科技（上海）有限公司在职证明编号：LK-在证-2026-0001")
    assert "致德国驻上海总领事馆：" in page
    assert (
        "兹证明单晓雨（居民身份证号码：310101199001011237）系我公司员工，自 2020 年 3 月 2 日起在我公司工作，"
        "现任职于运营部，担任运营专员一职。" in page.replace("\r\n", "").replace("\n", "")
    )
    said = papers.text(data)
    assert "本证明仅用于办理签证，不作为我公司对该员工的任何形式的担保文件。" in said
    assert "2026 年 11 月 23 日" in said
    assert f"核验码 {letter.code[:4]}-{letter.code[4:]}" in said
    assert papers.facts(data)["Title"] == "在职证明 LK-在证-2026-0001"
    assert papers.facts(data)["size"] == (210, 297)


def test_a_certificate_in_english_has_english_conventions(office: Office) -> None:
    said = papers.text(pdf(office, office.issue("hr", "anna", "en", "a visa application")))
    assert "Lingke Technology Certificate of Employment No. LK-在证-2026-0001 To whom it may concern:" in said
    assert (
        "This is to certify that Shan Xiaoyu (单晓雨) (resident identity card number 310101199001011237) has been "
        "employed by Lingke Technology since 2 March 2020. The present position is Operations specialist in "
        "Operations." in said
    )
    assert "for the following purpose only: a visa application." in said
    assert "23 November 2026" in said
    assert "年" not in said


def test_both_languages_stand_on_one_sheet_under_one_number(office: Office) -> None:
    data = pdf(office, office.issue("hr", "anna", "both"))
    (page,) = papers.pages(data)
    assert "在职证明" in page
    assert "Certificate of Employment" in page
    assert (page.count("编号：LK"), page.count("No. LK")) == (1, 0)


def test_nobody_issues_for_whom_his_list_does_not_name(office: Office) -> None:
    for who, about in (("hr", "zoe"), ("anna", "zoe"), ("anna", "hr"), ("zoe", "anna")):
        with pytest.raises(Denied):
            office.issue(who, about)
    with office.house.session(SYSTEM) as session, system(session, "look"):
        assert session.scalars(select(Letter)).all() == []
        assert session.scalars(select(File)).all() == []


def test_everybody_has_his_own_and_once_a_day(office: Office) -> None:
    anna = office.actor("anna")
    with office.house.session(anna, write=True) as session:
        first, made = own.have(session, anna, kind(office), "zh_CN")
        again, made_again = own.have(session, anna, kind(office), "zh_CN")
        other, _made = own.have(session, anna, kind(office), "en")
    assert (made, made_again) == (True, False)
    assert (first.id, first.purpose, first.entry) == (again.id, None, "ALL.E1")
    assert other.number == "LK-在证-2026-0002"
    said = papers.text(pdf(office, first, "anna", ""))
    assert "本证明不作为我公司" in said
    assert "仅用于" not in said
    with pytest.raises(NotFound):
        pdf(office, first, "zoe")


def test_whoever_is_not_employed_gets_no_employment_certificate(office: Office) -> None:
    with office.house.session(SYSTEM, write=True) as session:
        org.leave(session, SYSTEM, office.employments["anna"], last_day=date(2026, 11, 22))
    with office.house.session(SYSTEM, write=True) as session, pytest.raises(DomainError) as told:
        issue(session, SYSTEM, office.employments["anna"], kind(office), Request("zh_CN", "visa"))
    assert str(told.value).startswith("anna does not work here on 2026-11-23")


@pytest.mark.parametrize(
    ("asked", "field"),
    [(Request("de", "x y"), "language"), (Request("zh_CN", " "), "purpose"), (Request("zh_CN", "x" * 201), "purpose"),
     (Request("zh_CN", "visa", "x" * 101), "addressee")],
)  # fmt: skip
def test_what_is_asked_for_is_checked(office: Office, asked: Request, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        office.issue("hr", "anna", asked.language, asked.purpose, asked.addressee)
    assert refused.value.field == field


def test_a_character_that_the_font_lacks_is_told_and_uses_no_number(office: Office) -> None:
    with office.house.session(SYSTEM, write=True) as session:
        person = session.scalars(mark(select(Person).where(Person.name == "单晓雨"), [("t", "core_person")])).one()
        org.change_person(session, SYSTEM, person, name="单\U0002a700雨")
    with pytest.raises(DomainError) as refused:
        office.issue("hr", "anna")
    assert "“\U0002a700”" in str(refused.value)
    with office.house.session(SYSTEM, write=True) as session:
        person = session.scalars(mark(select(Person).where(Person.id == person.id), [("t", "core_person")])).one()
        org.change_person(session, SYSTEM, person, name="单晓雨")
    assert office.issue("hr", "anna").number == "LK-在证-2026-0001"


def test_the_register_keeps_who_what_and_by_what_right(office: Office) -> None:
    letter = office.issue("hr", "anna", purpose="办理签证", to="领事馆")
    data = pdf(office, letter)
    assert (letter.entry, letter.list_version, letter.issued_by) == ("HR.A1", 1, "Hr")
    assert (letter.issued_on, letter.template_version, letter.groups) == (TODAY, 0, ["identity"])
    assert letter.digest == hashlib.sha256(data).hexdigest()
    assert pdf(office, letter) == data
    with office.house.session(SYSTEM) as session:
        file = session.get_one(File, letter.file_id)
        assert (file.personal, file.encrypted, file.kind) == (True, True, "letter")
        rows = session.scalars(mark(select(AuditEntry).order_by(AuditEntry.id), [("audit:read", "core_audit")])).all()
        decided = [row for row in rows if row.kind == "decision" and row.object_type == "core_letter"]
        assert [(row.entry, row.action, row.object_id) for row in decided] == [
            ("HR.A1", "letters.letter:issue", str(letter.id)),
        ]
        looked = [(row.reason, row.subject_id) for row in rows if row.kind == "reveal"]
        assert looked == [(reason, letter.person_id) for reason in ("办理签证", "核对", "核对")]
        (told,) = session.scalars(select(EventRow).where(EventRow.name == "letters.letter_issued")).all()
        assert told.payload == {"letter_id": letter.id, "kind": "letters.employment",
                                "employment_id": letter.employment_id, "person_id": letter.person_id,
                                "own": False}  # fmt: skip


def test_nothing_about_an_issued_letter_can_be_changed(office: Office) -> None:
    letter = office.issue("hr", "anna")
    for statement in (update(Letter).values(purpose="other"), text("DELETE FROM core_letter")):
        with (
            pytest.raises((DatabaseError, UnguardedStatement)), office.house.session(SYSTEM, write=True) as session,
            system(session, "a try"),
        ):
            session.execute(statement)
    with office.house.session(SYSTEM) as session, system(session, "look"):
        assert session.get_one(Letter, letter.id).purpose == "办理签证"


def test_a_revoked_letter_says_so_once(office: Office) -> None:
    letter = office.issue("hr", "anna")
    hr, anna = office.actor("hr"), office.actor("anna")
    with office.house.session(anna, write=True) as session, pytest.raises(Denied):
        register.revoke(session, anna, register.one(session, anna, letter.id), "a mistake")
    with office.house.session(hr, write=True) as session:
        found = register.by_number(session, hr, letter.number)
        with pytest.raises(DomainError, match="Say why the letter is revoked"):
            register.revoke(session, hr, found, " ")
        register.revoke(session, hr, found, "用途有误")
        with pytest.raises(DomainError, match="is revoked already"):
            register.revoke(session, hr, found, "用途有误")
        rows, total = register.search(session, hr, only="revoked")
        assert (total, rows[0].letter.number, rows[0].state) == (1, letter.number, "revoked")
        assert register.search(session, hr, only="valid") == ([], 0)
        row = session.get_one(LetterRevocation, letter.id)
        assert (row.reason, row.name, row.entry) == ("用途有误", "Hr", "HR.A3")
        mine = select(EventRow.name).where(EventRow.name.like("letters.%")).order_by(EventRow.id)
        assert session.scalars(mine).all() == ["letters.letter_issued", "letters.letter_revoked"]


def test_the_register_shows_each_only_what_is_his(office: Office) -> None:
    for about in ("anna", "zoe"):
        office.issue(about, about)
    for who, seen in (("hr", ["单晓雨"]), ("anna", ["单晓雨"]), ("zoe", ["Zoe Lane"])):
        actor = office.actor(who)
        with office.house.session(actor) as session:
            assert [row.name for row in register.search(session, actor)[0]] == seen
    hr = office.actor("hr")
    with office.house.session(hr) as session:
        for words, count in (("单", 1), ("shan", 1), ("-0001", 1), ("anna", 1), ("%", 0), ("-0002", 0)):
            assert register.search(session, hr, words=words)[1] == count, words
        with pytest.raises(Denied):
            register.by_number(session, hr, "LK-在证-2026-0002")


def test_a_new_version_of_the_text_does_not_touch_what_was_issued(office: Office) -> None:
    before = office.issue("hr", "anna")
    data = pdf(office, before)
    hr = office.actor("hr")
    parts = {part: dict(texts) for part, texts in templates.brought_along(kind(office)).items()}
    parts["closing"] = {"zh_CN": "此证。", "en": "So it is."}
    with office.house.session(hr, write=True) as session:
        assert templates.save(session, hr, kind(office), parts, based_on=0).version == 1
        assert templates.save(session, hr, kind(office), parts, based_on=1).version == 1, "nothing changed"
        with pytest.raises(DomainError) as stale:
            templates.save(session, hr, kind(office), {**parts, "note": {}}, based_on=0)
        assert str(stale.value).startswith("Hr saved version 1 meanwhile.")
    after = office.issue("hr", "anna")
    assert (before.template_version, after.template_version) == (0, 1)
    assert pdf(office, before) == data
    assert "特此证明。" in papers.text(data)
    assert "此证。" in papers.text(pdf(office, after)).replace("特此证明。", "")
    with office.house.session(hr, write=True) as session:
        assert templates.restore(session, hr, kind(office)).version == 2
        assert session.scalars(select(LetterTemplate.version)).all() == [1, 2]


def test_a_text_without_identity_opens_nothing(office: Office) -> None:
    hr = office.actor("hr")
    parts = {"title": {"zh_CN": "在职证明", "en": "Certificate"},
             "body": {"zh_CN": "{person.name}在职。", "en": "{person.name} works here."}}  # fmt: skip
    with office.house.session(hr, write=True) as session:
        with pytest.raises(WrongText) as wrong:
            templates.save(session, hr, kind(office), {**parts, "note": {"zh_CN": "{x.y}", "en": "{"}}, based_on=0)
        assert [str(one).partition(":")[0] for one in wrong.value.faults["note"]] == [
            "Chinese, line 1", "English, line 1",
        ]
        templates.save(session, hr, kind(office), parts, based_on=0)
    letter = office.issue("hr", "anna")
    assert letter.groups == []
    assert "单晓雨在职。" in papers.text(pdf(office, letter, purpose=""))
    anna = office.actor("anna")
    with office.house.session(anna, write=True) as session, pytest.raises(Denied):
        templates.save(session, anna, kind(office), parts, based_on=1)


def test_what_is_not_on_file_is_not_left_blank(office: Office) -> None:
    hr = office.actor("hr")
    parts = {"title": {"zh_CN": "证明", "en": "Letter"},
             "body": {"zh_CN": "证件 {person.identity_number}", "en": "Document {person.identity_number}"}}  # fmt: skip
    with office.house.session(hr, write=True) as session:
        templates.save(session, hr, kind(office), parts, based_on=0)
    with pytest.raises(DomainError) as refused:
        office.issue("zoe", "zoe")
    assert str(refused.value).startswith("The letter says “Number of the document”, which is not on file.")


def test_after_its_time_the_pdf_is_gone_and_the_register_stays(office: Office) -> None:
    letter = office.issue("hr", "anna")
    with office.house.session(SYSTEM, write=True) as session:
        file = session.get_one(File, letter.file_id)
        assert purge_expired(session, at=file.expires_at) == 1
    with pytest.raises(DomainError) as gone:
        pdf(office, letter)
    assert gone.value.code == "letters.gone"
    assert letter.kept_until == date(2036, 11, 20)
