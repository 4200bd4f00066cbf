"""The pages of connections by hand: connecting, a run that fails, and what lies open."""

from __future__ import annotations

from core.app import create_app
from core.identity import services as identity
from plugins.crm_tryton.models import Letter
from remit.base import clock
from remit.text import to_json
from tests.core.authority.company import SYSTEM
from tests.core.authority.coverage.test_pages import quick_hashes
from tests.plugins.crm_tryton.conftest import Bridge
from tests.visitor import PASSWORD, sign_in, token

__all__ = ["quick_hashes"]


def test_connecting_and_how_it_goes(bridge: Bridge) -> None:
    bridge.connect("http://127.0.0.1:9", 1, 1, password="geheim-4711")  # noqa: S106 -- of the test
    bridge.run()

    def more(session: object) -> None:
        session.add(Letter(connection_id=bridge.id, way="in", number=7, why=[to_json("No amount")], tries=2,  # type: ignore[attr-defined]
                           seen=clock.now(), again=False, at=clock.now()))  # fmt: skip

    bridge.sales.write(more)
    with bridge.sales.house.session(SYSTEM, write=True) as session:
        for login in ("li", "qian"):
            identity.create_account(session, SYSTEM, login=login, name=login, password=PASSWORD, locale="en",
                                    person_id=bridge.sales.person(login))  # fmt: skip
    app = create_app(house=bridge.sales.house)
    app.testing = True
    li = sign_in(app, "li")
    shown = li.get("/crm-tryton/connections")
    assert (shown.status_code, "Does not get through" in shown.text) == (200, True)
    page = li.get(f"/crm-tryton/connections/{bridge.id}")
    assert page.status_code == 200
    for words in ("It could not be connected to.", "No amount", "Hand all over again", "1 run in a row failed"):
        assert words in page.text
    form = li.get(f"/crm-tryton/connections/{bridge.id}/edit")
    assert (form.status_code, "geheim-4711" in form.text) == (200, False)
    asked = li.post(f"/crm-tryton/connections/{bridge.id}/again", data={"csrf_token": token(page)})
    assert asked.status_code == 303
    assert sign_in(app, "qian").get("/crm-tryton/connections").status_code == 403
