"""Signing in and one's own account, as a browser and as a program see them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from core.audit.models import AuditEntry
from core.base import clock
from core.db.guard import system
from core.identity import services
from core.identity.models import AccessToken, Account, SignedInSession
from core.kernel.house import House
from remit.testing.statements import counting
from tests.core.identity.conftest import PASSWORD, SYSTEM, Browser

# What the databases could differ in is tested in test_services; pages are looked at on one of them.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_stranger_is_sent_to_sign_in_and_back_to_where_he_wanted(browser: Browser, admin: Account) -> None:
    sent = browser.get("/account")
    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/account")
    answer = browser.sign_in(back="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    page = browser.get("/account")
    assert page.status_code == 200
    assert "Ada" in page.text


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/%09/evil.example"]
)
def test_sign_in_leads_to_no_other_site(browser: Browser, admin: Account, back: str) -> None:
    answer = browser.sign_in(back=back)
    assert answer.status_code == 303
    assert "evil" not in answer.location
    assert answer.location.startswith("/")


def test_the_wrong_password_says_nothing_of_the_account(browser: Browser, admin: Account) -> None:
    known, unknown = browser.sign_in(password="wrong-wrong"), browser.sign_in(login="nobody", password="wrong-wrong")
    assert (known.status_code, unknown.status_code) == (422, 422)
    for answer in (known, unknown):
        assert "Sign-in name and password do not fit." in answer.text
        assert "wrong-wrong" not in answer.text


def test_the_sixth_try_on_the_page_is_refused(browser: Browser, admin: Account) -> None:
    for _number in range(5):
        browser.sign_in(password="wrong-wrong")
    answer = browser.sign_in()
    assert answer.status_code == 422
    assert "Too many failed sign-ins" in answer.text
    assert browser.get("/account").status_code == 303


def test_sign_ins_and_failures_are_in_the_log(browser: Browser, house: House, admin: Account) -> None:
    browser.sign_in(password="wrong-wrong")
    browser.sign_in()
    with house.session(SYSTEM) as session, system(session, "look at the log"):
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.kind == "sign_in").order_by(AuditEntry.id)
        ).all()
        found = [(row.account_id, row.after or {}) for row in rows]
    assert [(account, after["succeeded"]) for account, after in found] == [(None, False), (admin.id, True)]
    assert "wrong-wrong" not in str(found)


def test_a_post_without_its_token_is_refused(app: Flask, admin: Account) -> None:
    client = app.test_client()
    answer = client.post("/sign-in", data={"login": "admin", "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get("/account").status_code == 303


def test_the_cookie_is_not_for_scripts_or_other_sites(browser: Browser, admin: Account) -> None:
    cookie = browser.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Flask, browser: Browser, admin: Account) -> None:
    browser.sign_in()
    browser.get("/account")
    copied = browser.client.get_cookie("remit")
    assert copied is not None
    assert browser.post("/sign-out").status_code == 303
    thief = app.test_client()
    thief.set_cookie("remit", copied.value)
    assert thief.get("/account").status_code == 303


def test_the_idle_time_of_the_settings_counts(browser: Browser, house: House, admin: Account) -> None:
    browser.sign_in()
    long_ago = clock.now() - timedelta(minutes=house.config.idle_minutes + 1)
    with house.session(SYSTEM, write=True) as session:
        session.execute(update(SignedInSession).values(last_seen_at=long_ago))
    assert browser.get("/account").location == "/sign-in?next=/account"


def test_reading_a_page_keeps_the_session_awake(browser: Browser, house: House, admin: Account) -> None:
    browser.sign_in()
    before = clock.now() - timedelta(minutes=30)
    with house.session(SYSTEM, write=True) as session:
        session.execute(update(SignedInSession).values(last_seen_at=before))
    assert browser.get("/account").status_code == 200
    with house.session(SYSTEM) as session:
        assert session.scalars(select(SignedInSession.last_seen_at)).one() > before + timedelta(minutes=29)


def test_devices_are_listed_and_one_is_ended(app: Flask, browser: Browser, admin: Account) -> None:
    phone = Browser(app.test_client())
    phone.sign_in()
    browser.sign_in()
    page = browser.get("/account").text
    ends = re.findall(r"/account/devices/(\d+)/end\b", page)
    assert len(ends) == 1, "this device has no button to end itself"
    assert "This device" in page
    assert browser.post(f"/account/devices/{ends[0]}/end").status_code == 303
    assert phone.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_all_other_devices_are_ended_at_once(app: Flask, browser: Browser, admin: Account) -> None:
    others = [Browser(app.test_client()) for _number in range(2)]
    for other in others:
        other.sign_in()
    browser.sign_in()
    browser.get("/account")
    assert browser.post("/account/devices/end-others").status_code == 303
    assert "2 other devices are signed out." in browser.get("/account").text
    assert [other.get("/account").status_code for other in others] == [303, 303]


def test_a_new_password_signs_the_others_out(app: Flask, browser: Browser, admin: Account) -> None:
    other = Browser(app.test_client())
    other.sign_in()
    browser.sign_in()
    browser.get("/account")
    wrong = browser.post("/account/password", current="not it", password="another good one")
    assert wrong.status_code == 422
    assert other.get("/account").status_code == 200
    assert browser.post("/account/password", current=PASSWORD, password="another good one").status_code == 303
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert other.sign_in().status_code == 422
    assert other.sign_in(password="another good one").status_code == 303


def test_a_password_given_by_others_is_changed_before_anything_else(
    browser: Browser, house: House, admin: Account
) -> None:
    with house.session(SYSTEM, write=True) as session:
        session.get_one(Account, admin.id).must_change_password = True
    browser.sign_in()
    assert browser.get("/").location == "/account"
    browser.get("/account")
    browser.post("/account/password", current=PASSWORD, password="another good one")
    assert browser.get("/").location != "/account"


def test_a_visitor_keeps_his_language_in_the_cookie(browser: Browser, admin: Account) -> None:
    page = browser.client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert "Sign-in name" in page
    browser.get("/sign-in")
    assert browser.post("/preference", locale="zh_CN", next="/sign-in").location == "/sign-in"
    page = browser.client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert 'lang="zh' in page
    assert "登录" in page
    assert browser.post("/preference", locale="en", next="https://evil.example").location == "/"


def test_an_account_keeps_its_language_and_theme_on_every_device(
    app: Flask, browser: Browser, house: House, admin: Account
) -> None:
    browser.sign_in()
    browser.get("/account")
    assert browser.post("/preference", locale="zh_CN", theme="dark", next="/account").location == "/account"
    other = Browser(app.test_client())
    other.sign_in()
    page = other.get("/account").text
    assert 'lang="zh' in page
    assert 'data-bs-theme="dark"' in page
    assert browser.post("/preference", theme="pink").status_code in (400, 422)
    with house.session(SYSTEM) as session:
        assert session.get_one(Account, admin.id).theme == "dark"


# -- programs --------------------------------------------------------------------------------------------------------

RUNS, SLIPS = "/api/v1/payroll/runs", "/api/v1/payroll/slips"


def test_a_token_is_shown_once_and_opens_what_it_names(app: Flask, browser: Browser, admin: Account) -> None:
    browser.sign_in()
    browser.get("/account")
    made = browser.post("/account/tokens", name="nightly", scopes=["payroll.run:read"])
    assert made.status_code == 200, made.text[:500]
    found = re.search(r"remit_[A-Za-z0-9_-]{43}", made.text)
    assert found is not None
    assert found[0] not in browser.get("/account").text
    program = app.test_client()
    bearer = {"Authorization": f"Bearer {found[0]}"}
    answer = program.get(RUNS, headers=bearer)
    assert (answer.status_code, answer.json) == (200, {"items": [], "next": None})
    refused = program.get(SLIPS, headers=bearer)
    assert refused.status_code == 403
    assert refused.mimetype == "application/problem+json"
    assert program.get("/account", headers=bearer).status_code == 303, "a token opens no pages"
    end = re.search(r"/account/tokens/(\d+)/end", browser.get("/account").text)
    assert end is not None
    browser.post(end[0])
    assert program.get(RUNS, headers=bearer).status_code == 401


def test_the_use_of_a_token_is_noted_once_in_a_while(app: Flask, house: House, admin: Account) -> None:
    """The first use and one some minutes later are written; those between cost no statement of their own."""
    with house.session(SYSTEM, write=True) as session:
        holder = services.actor_of(session.get_one(Account, admin.id))
        made, token = services.create_token(session, holder, name="script", scopes=["payroll.run:read"])
    client, bearer = app.test_client(), {"Authorization": f"Bearer {token}"}

    def used() -> tuple[datetime | None, int]:
        with counting(house.database) as statements:
            assert client.get(RUNS, headers=bearer).status_code == 200
        with house.session(SYSTEM) as session:
            return session.get_one(AccessToken, made.id).last_used_at, len(statements)

    first, _at_first = used()
    assert first is not None
    again, few = used()
    assert again == first
    with house.session(SYSTEM, write=True) as session:
        session.get_one(AccessToken, made.id).last_used_at = first - services.SEEN_EVERY - timedelta(seconds=1)
    later, more = used()
    assert later is not None
    assert later >= first
    assert more == few + 1


def test_the_frame_of_a_page_takes_three_statements(browser: Browser, house: House, admin: Account) -> None:
    """Session with account, modules with epoch, company with post; this page itself reads nothing."""
    browser.sign_in()
    browser.get("/authority/mine")
    with counting(house.database) as statements:
        assert browser.get("/authority/mine").status_code == 200
    own = [sql for sql in statements if "FROM core_position_version" in sql and "core_position.code" in sql]
    assert len(statements) - len(own) == 3, str(statements)


def test_the_cookie_of_a_page_is_nothing_to_the_interface(browser: Browser, admin: Account) -> None:
    browser.sign_in()
    answer = browser.client.get(RUNS)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_a_made_up_token_is_refused(app: Flask, admin: Account) -> None:
    answer = app.test_client().get(RUNS, headers={"Authorization": f"Bearer remit_{'x' * 43}"})
    assert answer.status_code == 401


def test_a_token_without_scopes_is_refused_on_the_page(browser: Browser, house: House, admin: Account) -> None:
    browser.sign_in()
    browser.get("/account")
    assert browser.post("/account/tokens", name="nightly").status_code == 422
    with house.session(SYSTEM) as session:
        assert services.tokens_of(session, admin.id) == []
