"""What cannot be done with a draft, said in one sentence on its page, with nothing half done."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from core.authority.document import parse
from core.authority.lifecycle import drafts, pages
from core.authority.lifecycle.models import ListConsultation, ListDraftRow
from core.authority.publish import publish
from core.authority.workbook import to_workbook
from core.base.errors import DomainError
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.lifecycle.test_lifecycle import NEXT, PATH, app, come, kept, quick_hashes, send

__all__ = ["app", "quick_hashes"]

#: Nobody else is named by a boundary of it.
ALONE = NEXT.replace("lead: ACQ, support: [SALES]", "lead: CO")


def sent(company: Company, path: str, content: bytes, browser: object, name: str = "next.yaml") -> str:
    """What the page says to a file."""
    browser.get(path)  # type: ignore[attr-defined]
    answer = browser.client.post(path, content_type="multipart/form-data", data={  # type: ignore[attr-defined]
        "csrf_token": browser.token, "file": (io.BytesIO(content), name),  # type: ignore[attr-defined]
    })
    return f"{answer.status_code} {answer.text}"


def test_files_that_are_no_list(app: Flask, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    zhao = come(app, "zhao")
    with monkeypatch.context() as patch:
        patch.setattr(pages, "LARGEST", 1 << 10)
        assert "A list has at most" in sent(company, f"{PATH}/new", b"#" * 1025, zhao)
    assert "This is not UTF-8 text." in sent(company, f"{PATH}/new", "版本".encode("gb18030"), zhao)
    with company.house.session(SYSTEM) as session:
        assert session.scalars(select(ListDraftRow)).all() == []
    book = to_workbook(parse(NEXT))
    assert sent(company, f"{PATH}/new", book, zhao, "next.xlsx").startswith("303")
    assert kept(company).version == 18


def test_a_draft_stays_that_of_its_unit_and_has_a_version_of_its_own(app: Flask, company: Company) -> None:
    zhao = come(app, "zhao")
    send(zhao, f"{PATH}/new", NEXT)
    fin = 'list: FIN\nversion: 2\neffective_from: "2026-04-01"\n'
    refused = send(zhao, f"{PATH}/1/change", fin)
    assert (refused.status_code, "This is the list of another unit" in refused.text) == (422, True)
    assert send(zhao, f"{PATH}/new", NEXT.replace("version: 18", "version: 19")).status_code == 303
    twice = send(zhao, f"{PATH}/2/change", NEXT)
    assert (twice.status_code, "Version 18 is kept as a draft already" in twice.text) == (422, True)
    assert send(zhao, f"{PATH}/2/change", NEXT.replace("version: 18", "version: 20")).status_code == 303


def test_who_is_asked_only_once_and_only_about_what_is_right(app: Flask, company: Company) -> None:
    zhao, wang = come(app, "zhao"), come(app, "wang")
    send(zhao, f"{PATH}/new", NEXT.replace("in: all, power: read", "in: all, power: read, when: {colour: red}"))
    zhao.get(f"{PATH}/1")
    wrong = zhao.post(f"{PATH}/1/consult")
    assert (wrong.status_code, "Correct the draft first" in wrong.text) == (422, True)
    send(zhao, f"{PATH}/1/change", ALONE)
    zhao.get(f"{PATH}/1")
    alone = zhao.post(f"{PATH}/1/consult")
    assert (alone.status_code, "nobody has to be asked" in alone.text.replace("&#39;", "'")) == (422, True)
    send(zhao, f"{PATH}/1/change", NEXT)
    zhao.get(f"{PATH}/1")
    assert zhao.post(f"{PATH}/1/consult").status_code == 303
    zhao.get(f"{PATH}/1")
    again = zhao.post(f"{PATH}/1/consult")
    assert (again.status_code, "The units are asked already." in again.text) == (422, True)
    wang.get(f"{PATH}/1")
    unsaid = wang.post(f"{PATH}/1/units/{company.units['ACQ'].id}", answer="maybe")
    assert (unsaid.status_code, "Choose whether you agree." in unsaid.text) == (422, True)
    with company.house.session(SYSTEM) as session:
        assert [one.answer for one in session.scalars(select(ListConsultation))] == [None, None]


def test_what_is_in_force_already_is_not_published_as_a_draft(app: Flask, company: Company) -> None:
    """The same version came in by the command line meanwhile."""
    zhao = come(app, "zhao")
    send(zhao, f"{PATH}/new", ALONE)
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(ALONE))
    with company.house.session(SYSTEM, write=True) as session:
        row = session.scalars(select(ListDraftRow)).one()
        with pytest.raises(DomainError) as refused:
            drafts.release(session, SYSTEM, row, "")
    assert refused.value.code == "list.draft"
    assert "Version 18 of this list is published already." in str(refused.value.message)


def test_whoever_may_not_keep_a_list_keeps_no_draft_of_it(app: Flask, company: Company) -> None:
    """wang looks after the list of his own group alone; that he may not is a refusal, not a fault of his file."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            'list: SALES\nversion: 1\neffective_from: "2026-01-01"\npositions: {ACQ-H: {authority: {'
            'L: {can: "authority.list:import", in: subtree(ACQ), title: T}}}}'
        ))
    wang = come(app, "wang")
    assert send(wang, f"{PATH}/new", 'list: FIN\nversion: 2\neffective_from: "2026-04-01"\n').status_code == 403
    assert send(wang, f"{PATH}/new", 'list: ACQ\nversion: 1\neffective_from: "2026-04-01"\n').status_code == 303


def test_the_list_of_everybody_is_kept_as_a_draft_too(app: Flask, company: Company) -> None:
    """It belongs to no unit, so that only who may publish everywhere keeps it; two versions of it are compared."""
    text = """
list: "-"
version: {}
effective_from: "2026-0{}-01"
everybody: {{authority: {{E9: {{can: "org.chart:read", in: all, power: read, title: {{zh: 查看, en: {}}}}}}}}}
"""
    with company.house.session(SYSTEM, write=True) as session:
        for version, month, title in ((1, 2, "Sees"), (2, 3, "Reads")):
            publish(session, SYSTEM, parse(text.format(version, month, title)))
    zhao = come(app, "zhao")
    assert send(zhao, f"{PATH}/new", text.format(3, 5, "Looks")).status_code == 303
    shown = zhao.get("/authority/everybody/diff?from=1&to=2").text
    assert "What version 2 changed" in shown
    assert "Reads" in shown
