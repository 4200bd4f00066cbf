"""What is about the whole installation: only a scope that covers every unit of the day permits it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.access.calls import allowed, decide, held_by, require
from core.access.decision import Denied
from core.authority.document import EntryDraft, ListDraft
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.publish import publish
from core.base import clock
from core.base.errors import InputErrors
from core.base.text import use_locale
from core.org import services as org
from core.org.resources import Place
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.worlds import TITLE

CREATE, STRUCTURE = "identity.account:create", "org.structure:change"
LATER = date(2026, 3, 11)


def give(
    company: Company, scope: str, unit: str | None = None, *, action: str = CREATE, effect: str = "grant",
    post: str = "CEO", power: str = "do", **more: Any,
) -> None:
    """An entry for a post, beside those of the list."""
    with company.house.session(SYSTEM, write=True) as session:
        listed = session.scalars(select(PublishedList).order_by(PublishedList.id)).first()
        assert listed is not None
        session.add(AuthorityEntry(
            list_id=listed.id, code=f"W-{scope}-{effect}", action=action, title=TITLE, scope=scope, effect=effect,
            power=power, position_id=company.positions[post].id,
            scope_unit_id=company.units[unit].id if unit else None, **more,
        ))  # fmt: skip


def second_company(company: Company, day: date) -> None:
    """A company of its own beside the first, with one unit that stands from a day on."""
    with company.house.session(SYSTEM, write=True) as session:
        other = org.create_legal_entity(session, SYSTEM, code="BJ", name={"zh_CN": "北京", "en": "Beijing"})
        org.create_unit(session, SYSTEM, code="BJ", title={"zh_CN": "北京公司", "en": "Unit BJ"}, valid_from=day,
                        legal_entity=other)


def may(company: Company, name: str = "zhao") -> tuple[bool, str, str]:
    """Answer, code and sentence for somebody."""
    actor = company.actor(name)
    with company.house.session(actor) as session:
        found = decide(session, actor, CREATE)
        return found.allowed, found.code, str(found.message)


@pytest.mark.parametrize(
    ("scope", "unit", "one", "two", "words"),
    [
        ("all", None, True, True, ""),
        ("company", None, True, False, "Lingke"),
        ("company", "ACQ", True, False, "Lingke"),
        ("subtree", None, True, False, "Own unit and below"),
        ("subtree", "MKT", False, False, "Unit MKT and below"),
        ("unit", None, False, False, "Own unit"),
        ("unit", "FIN", False, False, "Unit FIN"),
        ("reports", None, False, False, "Direct reports"),
        ("self", None, False, False, "Himself"),
    ],
)  # fmt: skip
def test_a_scope_permits_what_it_covers_wholly(
    company: Company, monkeypatch: pytest.MonkeyPatch, scope: str, unit: str | None, one: bool, two: bool, words: str
) -> None:
    """zhao heads the top unit. From tomorrow on a second company stands beside it."""
    give(company, scope, unit)
    second_company(company, LATER)
    assert may(company)[0] is one
    monkeypatch.setenv("REMIT_DEMO_DATE", LATER.isoformat())
    answer, code, message = may(company)
    assert (answer, code) == ((True, "ALLOW") if two else (False, "OUT_OF_SCOPE"))
    if not two:
        assert message == (
            "“Create accounts” is about the whole organisation with all its companies; your list gives it for "
            f"“{words}” only."
        )
        with use_locale("zh_CN"):
            assert "涉及整个组织及其所有公司" in may(company)[2]
    actor = company.actor("zhao")
    with company.house.session(actor) as session:
        assert held_by(session, actor, CREATE) == (("Post CEO",) if two else ())
        if not two:
            with pytest.raises(Denied):
                require(session, actor, CREATE)


def test_a_unit_alone_in_the_tree_is_the_whole(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a day with one unit its scope is as wide as any; on one without units only ``all`` is."""
    with company.house.session(SYSTEM, write=True) as session:
        other = org.create_legal_entity(session, SYSTEM, code="OLD", name={"zh_CN": "旧", "en": "Old"})
        old = org.create_unit(session, SYSTEM, code="OLD", title={"zh_CN": "旧部门", "en": "Unit OLD"},
                              valid_from=date(2020, 1, 1), legal_entity=other)
        post = org.create_position(session, SYSTEM, code="OLD-H", unit=old, title={"zh_CN": "旧岗", "en": "Old post"},
                                   valid_from=date(2020, 1, 1))
        company.people["old"] = org.hire(session, SYSTEM, number="90", name="old", position=post,
                                         hired_on=date(2020, 1, 1))
        company.positions["OLD-H"] = post
        listed = PublishedList(unit_id=None, version=1, effective_from=date(2020, 1, 1),
                               effective_to=date(2026, 1, 1), published_at=clock.now())
        session.add(listed)
        session.flush()
        session.add(AuthorityEntry(list_id=listed.id, code="W", action=CREATE, title=TITLE, scope="unit", power="do",
                                   position_id=post.id))
    monkeypatch.setenv("REMIT_DEMO_DATE", "2024-06-30")
    assert may(company, "old")[:2] == (True, "ALLOW")
    monkeypatch.setenv("REMIT_DEMO_DATE", "2025-06-30")
    assert may(company, "old")[:2] == (False, "OUT_OF_SCOPE"), "the first company stands beside it since January"


@pytest.mark.parametrize("scope", ["self", "reports", "unit", "subtree", "company", "all"])
def test_what_is_prohibited_for_a_part_is_prohibited_for_the_whole(company: Company, scope: str) -> None:
    give(company, "all")
    give(company, scope, effect="prohibit")
    assert may(company)[:2] == (False, "PROHIBITED")


def test_one_hat_alone_must_cover_it(company: Company) -> None:
    """Two halves of the organisation, held as two posts, are not the whole."""
    give(company, "subtree", "MKT", post="ACQ-H")
    give(company, "subtree", "SALES", post="EA-H")
    assert may(company, "wang")[:2] == (False, "OUT_OF_SCOPE")


@pytest.mark.parametrize("power", ["propose", "cosign", "review"])
def test_a_step_before_a_decision_permits_nothing(company: Company, power: str) -> None:
    """A list may name such a step before its module is there; when it comes, the word must not widen the entry."""
    give(company, "all", power=power)
    assert may(company)[:2] == (False, "NO_ENTRY")
    actor = company.actor("zhao")
    with company.house.session(actor) as session:
        assert held_by(session, actor, CREATE) == ()


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"conditions": {"colour": "red"}}, "OUT_OF_SCOPE", "on your list, but not for this one"),
        ({"limit_minor": 100, "currency": "CNY"}, "CURRENCY_UNKNOWN", "is limited in CNY"),
        ({"cap_minor": 100, "cap_period": "day", "currency": "CNY"}, "CURRENCY_UNKNOWN", "is limited in CNY"),
    ],
)
def test_what_is_unknown_of_the_whole_permits_nothing(
    company: Company, values: dict[str, Any], code: str, words: str
) -> None:
    """Limits and conditions cannot be published for what has none; a list may be older than the module it names."""
    give(company, "all", **values)
    answer, found, message = may(company)
    assert (answer, found) == (False, code)
    assert words in message


def test_an_action_about_objects_is_still_asked_about_by_pages(company: Company) -> None:
    """Whether any entry speaks of it at all; where it holds is asked about the object."""
    give(company, "unit", action=STRUCTURE)
    zhao = company.actor("zhao")
    with company.house.session(zhao) as session:
        assert allowed(session, zhao, STRUCTURE)
        assert allowed(session, zhao, STRUCTURE, Place(company.units["CO"].id))
        assert not allowed(session, zhao, STRUCTURE, Place(company.units["FIN"].id))
        assert not allowed(session, zhao, STRUCTURE, Place())


@pytest.mark.parametrize(("scope", "fine"), [("all", True), ("company", False), ("subtree", False)])
def test_a_company_is_founded_by_whoever_may_everywhere(company: Company, scope: str, fine: bool) -> None:
    """A new company lies in no place there is."""
    give(company, scope, action=STRUCTURE)
    zhao = company.actor("zhao")
    with company.house.session(zhao, write=True) as session:
        if fine:
            assert org.create_legal_entity(session, zhao, code="N", name={"zh_CN": "新", "en": "New"}).id
        else:
            with pytest.raises(Denied):
                org.create_legal_entity(session, zhao, code="N", name={"zh_CN": "新", "en": "New"})


# -- what a list may say ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "scope", "effect", "fine"),
    [
        (CREATE, "self", "grant", False), (CREATE, "reports", "grant", False), (CREATE, "unit", "grant", True),
        (CREATE, "self", "prohibit", True), ("*.account:create", "self", "grant", False),
        ("person.record:read", "self", "grant", True), ("moon.base:build", "self", "grant", True),
        ("*.unit:import", "reports", "grant", False), ("person.*:read", "self", "grant", True),
    ],
)  # fmt: skip
def test_a_scope_that_can_never_permit_is_refused(
    company: Company, action: str, scope: str, effect: str, fine: bool
) -> None:
    draft = ListDraft("FIN", 1, date(2026, 3, 1), entries=(
        EntryDraft("A1", "CEO", action, TITLE, scope, effect=effect),))
    with company.house.session(SYSTEM, write=True) as session:
        if fine:
            assert publish(session, SYSTEM, draft)[1]
            return
        with pytest.raises(InputErrors) as refused:
            publish(session, SYSTEM, draft)
    (problem,) = refused.value.problems
    assert (problem.column, problem.value) == ("CEO.A1", f"in: {scope}")
    assert "it could never be used" in str(problem.message)
    assert "in: all" in str(problem.remedy)
