"""The pages of mappings by hand: writing one, trying it, and what could not be mapped."""

from __future__ import annotations

from core.app import create_app
from core.identity import services as identity
from tests.core.authority.company import SYSTEM
from tests.core.authority.coverage.test_pages import quick_hashes
from tests.plugins.crm_webhook.conftest import Other
from tests.plugins.crm_webhook.test_mapping import RULES, body
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["quick_hashes"]


def test_a_mapping_is_tried_kept_and_looked_at(other: Other) -> None:
    with other.sales.house.session(SYSTEM, write=True) as session:
        identity.create_account(session, SYSTEM, login="li", name="li", password=PASSWORD, locale="en",
                                person_id=other.sales.person("li"))  # fmt: skip
    app = create_app(house=other.sales.house)
    app.testing = True
    li = sign_in(app, "li")
    assert "No mapping is written" in li.get("/crm-webhook/mappings").text
    page = li.get("/crm-webhook/mappings/new")
    data = {"csrf_token": token(page), "title": "Shop", "way": "in", "rules": RULES, "sample": body().decode(),
            "unit_id": other.sales.company.units["MKT"].id, "endpoint_id": other.endpoint, "is_on": "true"}  # fmt: skip
    tried = li.post("/crm-webhook/mappings/new", data={**data, "do": "try"})
    assert (tried.status_code, "125050" in tried.text) == (200, True)
    wrong = li.post("/crm-webhook/mappings/new", data={**data, "rules": "nothing = $.a"})
    assert (wrong.status_code, "There is no field nothing" in wrong.text) == (422, True)
    kept = li.post("/crm-webhook/mappings/new", data=data)
    assert kept.status_code == 303
    other.post("d-1", body(stage="Frozen"))
    shown = li.get(kept.headers["Location"])
    assert (shown.status_code, "Frozen is in no line of its table." in shown.text) == (200, True)
    assert "Shop" in li.get("/crm-webhook/mappings").text
