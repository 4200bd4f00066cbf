"""The pages of drafts on trial, and the comparison of two versions with last quarter's decisions."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.identity import services as identity
from tests.core.authority.company import SYSTEM
from tests.core.authority.coverage.test_pages import quick_hashes, read, visit
from tests.core.identity.conftest import PASSWORD
from tests.plugins.crm.conftest import Office
from tests.plugins.crm.test_replay import AUDIT, NARROW
from tests.plugins.crm.test_shadow import PUBLISHER, begin

__all__ = ["quick_hashes"]


@pytest.fixture
def app(office: Office) -> Flask:
    """zhao publishes lists and reads the log, wang does neither; wang decided 8,000, which a draft gives to li."""
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(PUBLISHER))
        publish(session, SYSTEM, parse(AUDIT.replace("list: FIN", "list: SALES").replace("L1:", "L3:").replace(
            "L2:", "L4:")))
        for login in ("zhao", "wang"):
            identity.create_account(session, SYSTEM, login=login, name=login.title(), password=PASSWORD, locale="en",
                                    person_id=office.company.people[login].person_id)
    begin(office, NARROW)
    office.say(office.ask(800_000), "wang")
    return create_app(house=office.company.house)


def test_a_draft_on_trial_is_counted_shown_and_stopped(app: Flask, office: Office) -> None:
    zhao = visit(app, "zhao")
    unit = office.company.units["ACQ"].id
    assert "Version 19 on trial: 1 decision differs" in read(zhao, "/authority/")
    assert "Version 19 on trial: 1 decision differs" in read(zhao, f"/authority/units/{unit}")
    listed = read(zhao, "/authority/shadow")
    assert "Unit ACQ Version 19" in listed
    path = re.findall(r'href="(/authority/shadow/\d+)"', zhao.get("/authority/shadow").text)[0]
    page = read(zhao, path)
    for words in ("Approve spending", "wang", "In force: allowed by ACQ-H.B1, version 18",
                  "By the draft: ¥8,000.00 is more than ¥5,000.00, the limit of ACQ-H.B1 (list version 19).",
                  "Would be refused", "Would refuse what was allowed 1"):
        assert words in page, words
    assert zhao.post(f"{path}/stop").status_code == 303
    assert "Stopped" in read(zhao, path)
    assert "on trial: 1" not in read(zhao, "/authority/")
    assert zhao.post(f"{path}/stop").status_code == 404
    assert zhao.get("/authority/shadow/4711").status_code == 404


def test_whoever_may_not_publish_sees_nothing_of_it(app: Flask, office: Office) -> None:
    wang = visit(app, "wang")
    assert "on trial" not in read(wang, "/authority/")
    assert wang.get("/authority/shadow").status_code == 403


def test_the_comparison_of_versions_tells_of_last_quarter(
    app: Flask, office: Office, march: time_machine.Traveller
) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(NARROW))
    march.move_to(datetime(2026, 3, 23, 4, tzinfo=UTC))
    path = f"/authority/units/{office.company.units['ACQ'].id}/diff"
    told = read(visit(app, "zhao"), path)
    for words in ("Decisions of last quarter", "1 decision would differ. 1 was judged again.", "Would be refused",
                  "allowed by ACQ-H.B1, version 18", "It would go to: Post MD."):
        assert words in told, words
    alone = read(visit(app, "wang"), path)
    assert "1 decision would differ." in alone
    assert "It would go to" not in alone
    assert "Which ones they are is told to those who may read the audit log." in alone
