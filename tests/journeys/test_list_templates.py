"""The templates of lists with every module there is: in order, published, and nothing serious is left open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.coverage import report
from core.authority.coverage.finding import Finding
from core.authority.document import format_list, parse
from core.authority.publish import publish
from core.authority.starters import MARK, Starter, mapped, starters, to_change
from core.authority.starters.reading import DATA
from core.base.text import use_locale
from core.config import Config
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from core.org import services as org
from core.org.models import Position, Unit
from remit.base import Actor
from tests.conftest import own_modules

SYSTEM = Actor.system("tests")
FOUNDED, DAY = date(2025, 1, 1), date(2026, 3, 10)
#: The amounts of the posts that market and sell, as the startup has them: limit of an item, total of a month.
STARTUP = {
    ("ACQ-HEAD", "crm.spend:approve"): ("10000.00", "60000.00"), ("MKT-DIR", "crm.spend:approve"): ("100000.00", ""),
    ("BRAND-HEAD", "crm.spend:approve"): ("5000.00", ""), ("SAL-DIR", "crm.discount:approve"): ("50000.00", ""),
    ("FOL-HEAD", "crm.discount:approve"): ("5000.00", ""),
}
TARGETS = {
    ("ACQ-HEAD", "leads.count"): "100", ("ACQ-HEAD", "leads.conversion"): "20%",
    ("ACQ-HEAD", "sales.satisfaction"): "4.5",
}


@pytest.fixture
def house(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Everything that is installed, and no organisation yet."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(DAY))
    registry, manager = loader.load(PARTS, own_modules())
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    made = House(Config(instance=tmp_path, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


def build(session: Session, found: Starter) -> None:
    """Exactly the units and posts of a template, with somebody on each post."""
    company = org.create_legal_entity(session, SYSTEM, code="X", name={"en": "X"}, country="CN")
    units: dict[str, Unit] = {}
    posts: dict[str, Position] = {}
    for unit in found.units.values():
        units[unit.code] = org.create_unit(
            session, SYSTEM, code=unit.code, title=unit.title, valid_from=FOUNDED,
            parent=units[unit.parent] if unit.parent else None, legal_entity=None if unit.parent else company,
        )
    for number, post in enumerate(found.posts.values()):
        posts[post.code] = org.create_position(
            session, SYSTEM, code=post.code, unit=units[post.unit], title=post.title, valid_from=FOUNDED,
            reports_to=posts[post.reports_to] if post.reports_to else None, headcount=post.headcount,
            is_head=post.is_head, grade=post.grade,
        )
        org.hire(session, SYSTEM, number=f"N{number}", name=post.code, position=posts[post.code], hired_on=FOUNDED)


def left_open(house: House, found: Starter) -> list[Finding]:
    with house.session(SYSTEM, write=True) as session:
        build(session, found)
        draft, _named = mapped(found, {}, {})
        _list, written = publish(session, SYSTEM, draft)
        assert written
    with house.session(SYSTEM) as session, use_locale("en"):
        return report.findings(session, SYSTEM, DAY)


@pytest.mark.parametrize("name", starters())
def test_a_template_is_published_and_leaves_nothing_serious_open(house: House, name: str) -> None:
    """In an organisation of exactly its units and posts. What is told of it is that ladders end, that a matter hangs on
    one person in so small a place, and which modules it waits for."""
    found = left_open(house, starters()[name])
    told = [f"{one.code} {one.severity}: {one.message}" for one in found]
    assert [line for line in told if " high: " in line] == []
    unexpected = [line for line in told if line[:3] not in ("C05", "C07", "C08", "C12", "C17")]
    assert unexpected == []
    gaps = [one for one in found if one.code == "C05"]
    assert all(one.high is None for one in gaps), "a ladder has its end, and no hole"
    assert {one.action for one in found if one.code == "C12"} <= {
        entry.action for entry in starters()[name].draft.entries}


@pytest.mark.parametrize("name", starters())
def test_a_template_is_in_order_and_in_form(house: House, name: str) -> None:
    found = starters()[name]
    text = (DATA / "lists" / f"{name}.yaml").read_text(encoding="utf-8")
    draft = parse(text)
    assert format_list(draft) == text, "put it into form with `remit authority list fmt`"
    assert [str(problem.message) for problem in checks.problems(house.registry, draft)] == []
    declared = {entry.action for entry in draft.entries if checks.named(house.registry, entry.action)}
    assert len(declared) >= 10, "what a template is about is what the program asks"
    named = {row.position for rows in (draft.duties, draft.entries, draft.kpis) for row in rows} - {None}
    assert named == set(found.posts)
    units = {draft.unit, *(entry.scope_unit for entry in draft.entries)} - {None}
    units |= {unit for one in draft.boundaries for unit in (one.lead, *one.support)}
    assert units <= set(found.units)
    assert {post.unit for post in found.posts.values()} | {draft.unit} == set(found.units)
    assert all(test.post in found.posts for test in draft.tests)


@pytest.mark.parametrize("name", starters())
def test_a_month_of_pay_passes_through_different_hands(name: str) -> None:
    """A template that nobody can pay wages by is none, and who computes, reviews, approves and pays is another."""
    steps = ("calculate", "review", "approve", "pay", "publish", "lock")
    held = {step: {entry.position for entry in starters()[name].draft.entries if entry.action == f"payroll.run:{step}"}
            for step in steps}
    assert all(held.values()), held
    apart = [post for step in steps[:4] for post in held[step]]
    assert len(apart) == len(set(apart)), apart


@pytest.mark.parametrize("name", starters())
def test_what_is_an_example_is_marked_as_one(name: str) -> None:
    """Every amount and every basis; and no sentence repeats an amount that is to be changed."""
    draft = starters()[name].draft
    assert draft.basis is not None
    assert draft.basis.startswith(MARK)
    marked = set(to_change(draft))
    for entry in draft.entries:
        money = entry.limit_minor is not None or entry.cap_minor is not None
        cited = f"{entry.position}.{entry.code}"
        assert (cited in marked) == (entry.basis is not None), cited
        assert not money or cited in marked, cited
        for words in entry.title.values():
            assert not any(sign.isdigit() for sign in words), cited
    texts = [(row.code, row.text) for rows in (draft.duties, draft.boundaries) for row in rows]
    texts += [(row.code, row.title) for rows in (draft.entries, draft.kpis) for row in rows]
    for code, both in texts:
        assert set(both) == {"zh_CN", "en"}, code


def test_the_startup_has_the_amounts_of_its_story() -> None:
    draft = starters()["startup"].draft
    for (post, action), (limit, total) in STARTUP.items():
        (entry,) = [row for row in draft.entries if (row.position, row.action) == (post, action)]
        assert entry.limit_minor == int(limit.replace(".", "")), (post, action)
        capped = (int(total.replace(".", "")), "month") if total else (None, None)
        assert (entry.cap_minor, entry.cap_period) == capped
        assert entry.currency == "CNY"
    for (post, metric), target in TARGETS.items():
        (kpi,) = [row for row in draft.kpis if (row.position, row.metric) == (post, metric)]
        number = float(target.rstrip("%")) / (100 if target.endswith("%") else 1)
        assert kpi.target == round(number * 10**6), (post, metric)
    above = [row for row in draft.entries if (row.position, row.action) == ("CEO", "crm.spend:approve")]
    assert [(row.scope, row.conditions) for row in above] == [("all", None)], "no hole between the director and him"
