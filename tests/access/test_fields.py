"""Masked fields in every channel: no query sorts or narrows by one, no program writes what is not its to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.kernel.specs import ResourceType
from tests.access.addresses import BODIES, Address, addresses
from tests.access.asking import Row, access_of
from tests.access.conftest import NOTES, Outside
from tests.access.lists import holds
from tests.access.world import PERSONAS

#: Files that hold no rows of others: one's own import, an empty form for one.
NO_EXPORT = {"exchange.blank", "exchange.problems", "org_quotas.table", "rates.export"}  # posts and rates: of nobody
SHEETS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv")


def lists(outside: Outside) -> Iterator[tuple[Address, str, ResourceType]]:
    """Every page, program and export that is read by an action of a resource with masked fields, and who may."""
    registry = outside.world.house.registry
    for address in addresses(outside.app, outside.world):
        access = access_of(outside.app, address)
        if address.method != "GET" or access is None or access.action is None or access.opens:
            continue  # a page that opens such fields itself is held by the tests of its module
        resource = registry.resource_types.get(registry.actions[access.action].resource or "")
        persona = next((one for one in reversed(PERSONAS) if holds(one, access.action)), None) if resource else None
        if resource is not None and resource.groups and persona is not None:
            yield address, "HR director" if holds("HR director", access.action) else persona, resource


def queries(resource: ResourceType) -> Iterator[str]:
    """Ways in which a query could ask for a masked field: some for each, and all for the first."""
    for group in resource.groups:
        for name in group.fields:
            yield from (f"sort={name}", f"{name}__gte=1")
        for name in group.fields[:1]:
            yield from (
                f"sort=-{name}", f"order_by={name}%20desc", f"{name}=1", f"{name}_gt=1",
                f"{name}__lt=1", f"{name}[gte]=1", f"filter={name}%3E1", f"group_by={name}", f"sum={name}",
                f"fields=name,{name}", f"{name.upper()}=1", f"page=1&sort=name&sort={name}",
            )  # fmt: skip


@pytest.mark.proves("field-forbidden")
def test_no_list_is_sorted_narrowed_or_added_up_by_a_masked_field(outside: Outside) -> None:
    """Not even for the HR director, who may open every one of them singly: it would be told without being kept."""
    asked, found = set(), []
    for address, persona, resource in lists(outside):
        path = next(iter(address.paths.values()))
        whole = outside.ask(persona, "GET", path, part=True)
        for query in queries(resource):
            response = outside.ask(persona, "GET", f"{path}?{query}", part=True)
            asked.add(address.endpoint)
            if response.status_code != 403 or response.status_code == whole.status_code:
                found.append(f"{persona} {path}?{query}: {response.status_code}")
            if path.startswith("/api/") and response.get_json()["code"] != "denied.field_forbidden":
                found.append(f"{persona} {path}?{query}: {response.get_json()['code']}")
    assert {"org.people", "org_api.people", "org.roster", "documents.index", "documents.table", "documents_api.index",
            "payroll.mine", "payroll_api.own", "payroll_api.run_slips"} <= asked  # fmt: skip
    assert not found, "\n".join(found)


@pytest.mark.parametrize("query", ["sort=name", "q=phone", "page=2&day=2026-11-01", "order=hired_on", "words=sort"])
def test_other_queries_are_none_of_its_business(outside: Outside, query: str) -> None:
    assert outside.ask("HR director", "GET", f"/people?{query}", part=True).status_code == 200


def test_pay_is_not_sorted_by_on_the_list_of_people_either(outside: Outside) -> None:
    """The field of another resource is refused as what to sort by, and is no name of this list."""
    assert outside.ask("HR clerk", "GET", "/people?sort=gross", part=True).status_code == 403
    answer = outside.ask("HR clerk", "GET", "/api/v1/org/people?salary_gt=1")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unprocessable_entity")


@pytest.mark.proves("query-known")
def test_a_query_that_a_list_does_not_know_is_refused(outside: Outside) -> None:
    """A filter passed over in silence would return more than was asked for."""
    operations = outside.app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    found = []
    for address in addresses(outside.app, outside.world):
        access = access_of(outside.app, address)
        if address.method != "GET" or "/api/" not in address.rule or access is None or access.kind == "public":
            continue
        known = operations[_path(address)]["get"].get("parameters", [])
        signed_in = [one for one in PERSONAS if one != "stranger"]
        persona = next(one for one in signed_in if not access.action or holds(one, access.action))
        if not any(isinstance(one, dict) and one.get("in") == "query" for one in known):
            continue
        path = next(iter(address.paths.values()))
        if outside.ask(persona, "GET", f"{path}?nosuch=1").status_code != 422:
            found.append(address.name)
    assert not found, "\n".join(found)


def _path(address: Address) -> str:
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", address.rule)


@pytest.mark.proves("not-written")
@pytest.mark.parametrize(
    "field", ["id", "person_id", "gross", "identity_number", "number_shown", "entry", "account_id"]
)
def test_what_is_not_written_is_refused_and_not_dropped(outside: Outside, rows: list[Row], field: str) -> None:
    """Every program that took a body refuses the same body with a field that it does not write; nothing changes."""
    taken, found = 0, []
    for row in rows:
        cell = next(iter(row.cells.values()))
        body: dict[str, Any] | None = BODIES.get(row.address.endpoint)
        if body is None or cell.status >= 400:
            continue
        taken += 1
        path = next(iter(row.address.paths.values()))
        answer = outside.ask(row.persona, row.address.method, path, body={**body, field: 1})
        if answer.status_code != 422 or outside.changed - NOTES:
            found.append(f"{row.persona} {path}: {answer.status_code} {sorted(outside.changed - NOTES)}")
    assert taken > 10
    assert not found, "\n".join(found)


@pytest.mark.proves("export")
def test_exports_have_actions_of_their_own(rows: list[Row]) -> None:
    """Whoever may read a list does not by that carry it away."""
    sheets = [
        row for row in rows
        if any(cell.kind in SHEETS and cell.status == 200 for cell in row.cells.values())
        and row.address.endpoint not in NO_EXPORT
    ]
    assert {row.address.endpoint for row in sheets} >= {"org.roster", "documents.table"}
    assert [str(row) for row in sheets if row.access is None or not str(row.access.action).endswith(":export")] == []


def test_a_head_reads_the_people_of_his_group_and_exports_nobody(outside: Outside) -> None:
    for path, export in (("/people", "/people/roster.xlsx"), ("/documents/", "/documents/documents.xlsx")):
        assert outside.ask("head", "GET", path, part=True).status_code == 200
        assert outside.ask("head", "GET", export, part=True).status_code == 403
