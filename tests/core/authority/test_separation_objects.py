"""What rules about one object look at: who did what on it and on what it came from."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from core.authority import separation
from core.kernel.specs import Facts, ResourceType
from core.org.resources import Place
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_separation import PAY, company

__all__ = ["company"]


def test_a_place_was_never_asked_for_by_anybody(company: Company) -> None:
    """Before there is an object, nobody took a step of it: whether one may pay there is asked of the place."""
    zhao = company.actor("zhao")
    rules_of = company.house.registry.actions[PAY]
    with company.house.session(zhao) as session:
        engine = session.info["authority"]
        spend = company.house.registry.resource_types["spend"]
        place = Place(company.units["ACQ"].id)
        assert separation.acts(session, engine.snapshot(session, zhao).rules, rules_of, spend, place) == {}
        assert separation.acts(session, engine.snapshot(session, zhao).rules, rules_of, None, place) == {}


def test_a_line_of_objects_is_followed_once_and_as_far_as_it_is_known(company: Company) -> None:
    """What has no parents ends it, what no module declares is left out, and nothing is looked at twice."""
    class Bill(Facts): ...

    class Order(Facts): ...

    order = Order()
    known = ResourceType("order", Order, lambda _session, one: one)
    bill = replace(known, name="bill", model=Bill, parents=lambda _session, _one: [order, order, object()])
    registry = company.house.registry
    house = replace(company.house, registry=replace(registry, resource_types=MappingProxyType({
        **registry.resource_types, "order": known, "bill": bill})))
    with house.session(SYSTEM) as session:
        assert list(separation._ancestors(session, bill, Bill())) == [(order, known)]
