"""The desk for bridges, as whoever brings leads asks for it."""

from __future__ import annotations

from core.kernel.house import House, choose
from tests.hooks.board import notices, switch
from tests.hooks.conftest import SYSTEM


def test_hook_choose_lead_desk(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        desk = choose(session, "choose_lead_desk")
        taken = desk.take(session, "shop", [{"company": "Acme", "external_id": "7"}, {"external_id": "8"},
                                            {"company": "Acme again", "external_id": "7"}])  # fmt: skip
        assert [(one.made, one.error is None) for one in taken] == [(True, True), (False, False), (False, True)]
        assert desk.known(session, "shop", ["7", "8"]) == {"7": taken[0].id}
    assert notices(house) == {"shop:7": "Acme"}
    switch(house, "sample", on=False)
    with house.session(SYSTEM) as session:
        assert choose(session, "choose_lead_desk") is None
