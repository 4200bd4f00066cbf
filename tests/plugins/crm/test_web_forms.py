"""A form on a website: anybody fills it in, programs do not, and consent is kept and taken back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from core.app import create_app
from plugins.crm.models import LeadForm
from plugins.crm.services.intake import forms
from plugins.crm.services.leads import consent
from plugins.crm.services.leads.history import happened
from plugins.crm.services.leads.loading import load_many
from remit.base import DomainError
from remit.specs import Denied
from tests.core.authority.company import SYSTEM, Company
from tests.plugins.crm.intake import Desk, furnish

FRAMES = "https://www.example.com https://*.example.cn"
MADE = {
    "title": {"zh_CN": "下载白皮书", "en": "White paper"}, "campaign_id": None,
    "asked": ["contact", "phone", "industry", "staff"], "needed": ["phone"],
    "answers": "whitepaper=yes", "consent": "同意联系我",
    "thanks": "谢谢", "frames": FRAMES, "is_active": True,
}  # fmt: skip


@pytest.fixture
def desk(company: Company) -> Desk:
    return furnish(company)


@pytest.fixture
def form(desk: Desk) -> LeadForm:
    with desk.company.house.session(desk.company.actor("li"), write=True) as session:
        return forms.save(session, desk.company.actor("li"), None, {**MADE, "channel_id": desk.channels["wx"]})


@pytest.fixture
def client(desk: Desk, form: LeadForm) -> FlaskClient:
    reader = create_app(house=desk.company.house).test_client()
    reader.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return reader


def ticket(client: FlaskClient, form: LeadForm) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', client.get(f"/form/{form.key}").text)
    assert found
    return found[1]


def send(client: FlaskClient, form: LeadForm, **told: str) -> Any:
    said = {"company": "甲公司科技", "contact": "李", "phone": "13800001234", "industry": "edu", "staff": "50",
            "consent": "1", **told}  # fmt: skip
    return client.post(f"/form/{form.key}", data=said)


def test_a_stranger_fills_it_in(
    client: FlaskClient, form: LeadForm, desk: Desk, march: time_machine.Traveller
) -> None:
    page = client.get(f"/form/{form.key}")
    assert f"frame-ancestors {FRAMES}" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers, "inside another page there is no cookie"
    proof = ticket(client, form)
    quick = send(client, form, ticket=proof)
    assert (quick.status_code, desk.leads()) == (422, [])
    assert "very quick" in quick.text
    assert 'value="13800001234"' in quick.text, "what was typed stays"
    march.shift(5)
    done = send(client, form, ticket=proof)
    assert done.status_code == 200
    assert "谢谢" in done.text
    (lead,) = desk.leads()
    assert (lead.company, lead.phone, lead.industry, lead.staff, lead.answers) == (
        "甲公司科技", "13800001234", "edu", 50, {"whitepaper": True},
    )  # fmt: skip
    assert (lead.consent_text, lead.consent_at is not None) == ("同意联系我", True)
    assert desk.arrivals()[0].source == f"form:{form.id}"
    assert send(client, form, ticket=proof).status_code == 200
    assert len(desk.arrivals()) == 1, "sent again by a second tap it is the same"
    link = re.search(r'href="(/form/withdraw/[^"]+)"', done.text)
    assert link
    assert "nobody contacts you" in client.get(link[1]).text
    assert desk.leads()[0].consent_withdrawn_at is None, "a program that follows links withdraws nothing"
    assert "Your consent is withdrawn" in client.post(link[1]).text
    assert client.post(link[1]).status_code == 200
    assert [one.kind for one in desk.events(lead.id)] == ["captured", "consented", "withdrawn"]
    with desk.company.house.session(SYSTEM) as session, pytest.raises(DomainError, match="withdrawn its consent on"):
        consent.may_contact(session, load_many(session, [lead.id])[lead.id], date(2026, 3, 22))
    again = ticket(client, form)
    march.shift(60)
    assert send(client, form, ticket=again).status_code == 200
    assert desk.leads()[0].consent_withdrawn_at is None, "who agrees anew may be contacted"


def test_what_is_no_filling_in(
    client: FlaskClient, form: LeadForm, desk: Desk, march: time_machine.Traveller
) -> None:
    proof = ticket(client, form)
    march.shift(5)
    assert send(client, form, ticket=proof, website="http://spam").status_code == 200, "a program learns nothing"
    refused = [
        send(client, form, ticket="nonsense"), send(client, form, ticket=proof, phone=""),
        send(client, form, ticket=proof, consent=""), send(client, form, ticket=proof, phone="no"),
        send(client, form, ticket=proof, industry="nothing"),
    ]  # fmt: skip
    assert [one.status_code for one in refused] == [422] * 5
    assert ["open for too long" in refused[0].text, "Fill in Phone" in refused[1].text,
            "Without your consent" in refused[2].text] == [True] * 3  # fmt: skip
    assert desk.leads() == []
    march.shift(25 * 3600)
    assert send(client, form, ticket=proof).status_code == 422
    assert (client.get("/form/nothing").status_code, client.get("/form/withdraw/x").status_code) == (404, 404)
    late = ""
    for _time in range(forms.MOST):
        late = ticket(client, form)
        march.shift(3)
        assert send(client, form, ticket=late).status_code == 200
    assert send(client, form, ticket=late).status_code == 429


def test_who_makes_forms(desk: Desk, form: LeadForm) -> None:
    values = {**MADE, "channel_id": desk.channels["wx"]}
    li, sun = desk.company.actor("li"), desk.company.actor("sun")
    with desk.company.house.session(sun, write=True) as session, pytest.raises(Denied):
        forms.save(session, sun, None, values)
    with desk.company.house.session(li, write=True) as session:
        for wrong, field in (({"asked": ["contact"]}, "asked"), ({"frames": "example"}, "frames"),
                             ({"answers": "x"}, "answers"), ({"channel_id": 999}, "channel_id")):  # fmt: skip
            with pytest.raises(DomainError) as refused:
                forms.save(session, li, None, {**values, **wrong})
            assert refused.value.field == field
        kept = forms.form_to_edit(session, li, form.id)
        forms.save(session, li, kept, {**values, "is_active": False})
        assert [one.is_active for one in forms.forms(session, li)] == [False]
    app = create_app(house=desk.company.house)
    assert app.test_client().get(f"/form/{form.key}").status_code == 404


def test_how_often_is_too_often(desk: Desk) -> None:
    """Three within seven days, and the first of them falls out on the eighth."""
    ((lead_id, _new),) = desk.take({"company": "甲科技"})
    with desk.company.house.session(desk.company.actor("li"), write=True) as session:
        consent.save_limit(session, desk.company.actor("li"), None, {"most": 3, "days": 7})
        with pytest.raises(DomainError):
            consent.save_limit(session, desk.company.actor("li"), None, {"most": 1, "days": 7})
    with desk.company.house.session(SYSTEM, write=True) as session:
        lead = load_many(session, [lead_id])[lead_id]
        for day in (10, 12):
            happened(session, lead, "touched", at=datetime(2026, 3, day, 2, tzinfo=UTC))
        session.flush()
        consent.may_contact(session, lead, date(2026, 3, 16))
        happened(session, lead, "touched", at=datetime(2026, 3, 15, 16, 30, tzinfo=UTC))  # the 16th in Shanghai
        session.flush()
        with pytest.raises(DomainError, match="contacted 3 times within 7 days"):
            consent.may_contact(session, lead, date(2026, 3, 16))
        consent.may_contact(session, lead, date(2026, 3, 17))
        consent.drop_limit(session, SYSTEM, consent.limits(session)[0])
        consent.may_contact(session, lead, date(2026, 3, 16))
