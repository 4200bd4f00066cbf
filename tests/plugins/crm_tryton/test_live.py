"""Against a real Tryton: two hundred leads there and back, through the death of the server in the middle of a run."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.crm.services.following import contacting
from remit.base import clock
from tests.plugins.crm.selling.conftest import Sales
from tests.plugins.crm_tryton.conftest import Bridge, started
from tests.plugins.crm_tryton.server import PASSWORD, Server

pytestmark = pytest.mark.full
LEADS = 200
#: How an opportunity may stand, and how its lead stands then.
SAME = {"lead": {"new"}, "opportunity": {"working", "put_off"}, "converted": {"won"}, "lost": {"lost"}}


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server over a fresh database, not started yet."""
    folder = tmp_path / "tryton"
    folder.mkdir()
    return Server(folder)


def taken_in(sales: Sales) -> list[int]:
    """Two hundred leads as marketing brings them, half of them in somebody's hands."""
    with_desk: list[dict[str, Any]] = [
        {"channel": "wx", "company": f"第{number}号机电有限公司", "phone": f"138{number:08}",
         "email": f"buyer{number}@example.org", "contact": f"联系人{number}", "external_id": str(number)}
        for number in range(LEADS)
    ]
    from plugins.crm.services.intake.desk import DESK

    taken = sales.write(lambda session: DESK.take(session, "file", with_desk))
    assert all(one.made for one in taken)
    return [one.id for one in taken]


def there(server: Server) -> dict[str, dict[str, Any]]:
    """What Tryton has, by reference or number."""
    rows = server.call("sale.opportunity.search_read", [], 0, None, None,
                       ["reference", "state", "party", "party.name", "employee", "amount"])  # fmt: skip
    assert len({one["party"] for one in rows}) == len(rows), "each opportunity has a party of its own"
    return {one["reference"] or f"own:{one['id']}": one for one in rows}


def agree(bridge: Bridge, server: Server) -> Counter[str]:
    """Both sides say the same of every lead; how many stand how there."""
    found, leads, links = there(server), bridge.leads(), bridge.links()
    assert sorted(links.values()) == sorted(one["id"] for one in found.values()), "each is linked once"
    by_number = {one["id"]: one for one in found.values()}
    for lead_id, number in links.items():
        one, lead = by_number[number], leads[lead_id]
        assert lead.state in SAME[one["state"]], (lead.company, lead.state, one["state"])
        assert one["party."]["name"] == lead.company
    return Counter(one["state"] for one in found.values())


def cut_off(bridge: Bridge, server: Server) -> None:
    """A run during which the server is killed: what was sent is neither lost nor sent again."""
    ended = threading.Event()

    def kill() -> None:
        while server.count("sale_opportunity") < 60 and not ended.is_set():
            time.sleep(0.01)
        server.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    state = bridge.run()
    ended.set()
    killer.join()
    sent = server.count("sale_opportunity")
    assert 60 <= sent < LEADS, "it was killed while leads were under way"
    assert state.failures == 1
    assert state.next_at is not None
    assert state.done_at is None
    assert bridge.error().startswith("Tryton did not answer as it should."), bridge.error()


def test_two_hundred_leads_there_and_back(bridge: Bridge, server: Server) -> None:
    with started(server):
        company, employees = server.company("qian", "zhou", "pool")
        bridge.connect(server.url, company, employees["pool"], password=PASSWORD,
                       employees=f"20 = {employees['qian']}\n21 = {employees['zhou']}")  # fmt: skip
        ids = taken_in(bridge.sales)

        cut_off(bridge, server)
        server.start()
        state = bridge.run()
        assert (state.failures, bridge.error()) == (0, ""), bridge.error()
        assert agree(bridge, server) == Counter(lead=LEADS)
        assert sorted(there(server)) == sorted(f"remit:{one}" for one in ids)
        assert {one["employee"] for one in there(server).values()} == {employees["pool"]}

        # There: five are won, one is lost, one began there, a name is mended.
        links, now = bridge.links(), there(server)
        won = [links[one] for one in ids[:5]]
        server.call("sale.opportunity.write", won, {"amount": {"__class__": "Decimal", "decimal": "1234.50"}})
        server.call("sale.opportunity.opportunity", won)
        server.call("sale.opportunity.convert", won)
        server.call("sale.opportunity.lost", [links[ids[5]]])
        server.call("sale.opportunity.opportunity", [links[ids[6]]])
        server.call("party.party.write", [now[f"remit:{ids[7]}"]["party"]], {"name": "改名机电有限公司"})
        (party,) = server.call("party.party.create", [{"name": "从那边来的客户", "contact_mechanisms": [["create", [
            {"type": "phone", "value": "139 0000 0001"}]]]}])  # fmt: skip
        server.call("sale.opportunity.create", [{"party": party, "company": company}])
        # Here: one is given up, one is handed to qian, who has an employee there.
        bridge.sales.do("qian", "crm.lead:work", handed(bridge, ids[8], "qian"), contacting.follow_up, {
            "outcome": "lost", "reason": "price", "said": "too dear", "revision": 1})  # fmt: skip
        handed(bridge, ids[9], "zhou")
        bridge.sales.do("zhou", "crm.lead:work", ids[9], contacting.follow_up, {
            "outcome": "contacted", "next_on": clock.today() + timedelta(days=2), "revision": 1})  # fmt: skip

        assert bridge.run().failures == 0, bridge.error()
        assert bridge.letters() == {}
        assert agree(bridge, server) == Counter(lead=LEADS - 9 + 1, converted=5, lost=2, opportunity=2)
        leads = bridge.leads()
        assert [leads[one].state for one in ids[:10]] == ["won"] * 5 + ["lost", "working", "new", "lost", "working"]
        assert leads[ids[7]].company == "改名机电有限公司"
        assert there(server)[f"remit:{ids[9]}"]["employee"] == employees["zhou"]
        assert len(leads) == LEADS + 1, "what began there was taken in once"

        before = there(server)
        for _time in range(2):
            assert bridge.run().failures == 0
        assert there(server) == before, "a run with nothing to do does nothing"
        assert len(bridge.leads()) == LEADS + 1
        log = (server.folder / "log").read_text()
        assert PASSWORD not in log
        assert PASSWORD not in bridge.error()


def handed(bridge: Bridge, lead_id: int, name: str) -> int:
    """A lead in somebody's hands, as the head of the east hands it over."""
    from plugins.crm.models import Lead
    from plugins.crm.services.following.handing import give_to
    from plugins.crm.services.following.people import Colleague
    from remit.services import system

    def give(session: Any) -> None:
        with system(session, "a test"):
            lead = session.get_one(Lead, lead_id)
            unit = bridge.sales.company.units["EAST"].id
            give_to(session, lead, Colleague(bridge.sales.person(name), name, unit, 0, False, 0), None)

    bridge.sales.write(give)
    return lead_id
