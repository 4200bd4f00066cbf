"""``remit authority can-i``, ``who-can`` and ``route``: sentences for people, answers and exit codes for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.authority.actions import EXPLAIN
from core.authority.asking import suppose
from core.authority.document import EntryDraft, ListDraft
from core.authority.publish import publish
from core.base.errors import DomainError
from core.base.text import use_locale
from core.cli.root import remit
from core.db.types import Translation
from core.formula.types import BOOL, COUNT
from core.identity import services as identity
from core.kernel.specs import Attribute, Facts
from tests.core.authority.company import SPEND, START, SYSTEM, Company
from tests.core.authority.test_routing import APPROVED, company, writing

__all__ = ["company"]

ASK = (APPROVED.key, "--unit", "ACQ", "--requester", "3")  # sun


@pytest.fixture
def desk(company: Company) -> Company:
    """wang and zhao may sign in; zhao may ask about everybody."""
    for name in ("wang", "zhao"):
        with company.house.session(SYSTEM, write=True) as session:
            identity.create_account(
                session, SYSTEM, login=name, name=name, password="correct horse 1", locale="en",
                person_id=company.people[name].person_id,
            )
    with writing(company) as session:
        title = Translation(zh_CN="查询权限", en="Asks")
        seen = (("CEO", EXPLAIN), ("CEO", "person.record:read"), ("ACQ-H", "person.record:read"))
        see = [EntryDraft(f"X{n}", post, action, title, "all") for n, (post, action) in enumerate(seen)]
        publish(session, SYSTEM, ListDraft("FIN", 1, START, entries=tuple(see)))
    config = company.house.config
    config.keys_path.touch()
    (config.instance / "remit.sqlite").touch()
    return company


def run(desk: Company, who: str, *words: str) -> Result:
    return CliRunner().invoke(remit, ["authority", *words, "--as", who], obj=desk.house)


def test_can_i(desk: Company) -> None:
    yes = run(desk, "wang", "can-i", *ASK, "--amount", "10000.00CNY")
    assert yes.exit_code == 0, yes.output
    assert "Allowed by ACQ-H.A1 (list version 17): Approves spend" in yes.output
    no = run(desk, "wang", "can-i", *ASK, "--amount", "10000.01 CNY")
    assert no.exit_code == 3
    assert "¥10,000.01 is more than ¥10,000.00, the limit of ACQ-H.A1 (list version 17)." in no.output
    assert "It is decided by li, Post MD (MD)." in no.output
    told = json.loads(run(desk, "wang", "can-i", *ASK, "--amount", "2000000.00CNY", "--json").stdout)
    assert (told["allowed"], told["code"], told["next"]) == (False, "OVER_LIMIT", None)


def test_about_somebody_else_only_who_may(desk: Company) -> None:
    words = ("can-i", *ASK, "--amount", "60000.00CNY", "--for", "1")
    assert run(desk, "zhao", *words).exit_code == 0
    refused = run(desk, "wang", *words)
    assert refused.exit_code == 3
    assert "not on your authority list" in refused.output
    assert run(desk, "wang", "who-can", *ASK).exit_code == 3
    assert run(desk, "wang", "route", *ASK).exit_code == 3


def test_who_can_and_route(desk: Company) -> None:
    found = json.loads(run(desk, "zhao", "who-can", *ASK, "--amount", "90000.00CNY", "--json").stdout)
    assert [(row["post"], row["name"]) for row in found] == [("CEO", "zhao"), ("MD", "li"), ("MD", "chen")]
    way = run(desk, "zhao", "route", *ASK, "--amount", "60000.00CNY")
    assert way.exit_code == 0, way.output
    assert way.output.splitlines()[0].startswith("1. Post ACQ-H (ACQ-H), wang: ¥60,000.00 is more than")
    assert "It is decided by li, Post MD (MD)." in way.output
    gap = run(desk, "zhao", "route", *ASK, "--amount", "2000000.00CNY")
    assert gap.exit_code == 3
    assert "Nobody may decide this. The lists leave a gap here." in gap.output
    words = ("route", *ASK, "--amount", "60000.00CNY", "--at", "2024-01-01", "--json")
    later = json.loads(run(desk, "zhao", *words).stdout)
    assert later == {"path": [], "gap": True}, "before there was a list"


@pytest.mark.parametrize(("words", "said"), [
    (("no.such:thing",), "There is no action no.such:thing."),
    ((*ASK, "--amount", "12000"), "An amount names its currency"),
    ((*ASK, "--amount", "1,0000CNY"), "1,0000"),
    ((*ASK, "--with", "category"), "An attribute is written name=value"),
    ((*ASK, "--with", "colour=red"), "knows no attribute colour. Known are: category, amount."),
    ((*ASK, "--with", "category=cars"), "cars"),
    ((*ASK, "--with", "category=ads, event"), "Name one value"),
    ((APPROVED.key, "--unit", "NOWHERE"), "NOWHERE"),
    ((APPROVED.key, "--requester", "999"), "999"),
    (("authority.list:read", "--amount", "5.00CNY"), "is about no amount"),
])  # fmt: skip
def test_a_question_that_cannot_be_put_says_why(desk: Company, words: tuple[str, ...], said: str) -> None:
    refused = run(desk, "wang", "can-i", *words)
    assert refused.exit_code in (1, 2), refused.output
    assert said in refused.output


def test_values_are_told_as_a_condition_that_only_they_meet() -> None:
    """Yes and no, a number, money with its currency; what several values would meet is none."""
    thing = replace(SPEND, attributes={
        **SPEND.attributes, "urgent": Attribute("Urgent", BOOL, "urgent"),  # type: ignore[arg-type]
        "size": Attribute("Size", COUNT, "size"),  # type: ignore[arg-type]
    })

    def read(**said: str) -> Mapping[str, Any]:
        return suppose(APPROVED, thing, Facts(), attributes=said).attributes

    assert read(urgent="yes") == {"urgent": True}
    assert read(urgent="no") == {"urgent": False}
    assert read(size="30", category="ads") == {"size": 30, "category": "ads"}
    assert read(amount="12.50 CNY") == {"amount": (1250, "CNY")}
    with use_locale("en"), pytest.raises(DomainError, match="Name one value, not several: 10-50"):
        read(size="10-50")
