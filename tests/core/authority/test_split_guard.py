"""What counts together: how a list says it, and what it may not say. How it decides is held by the spending
requests.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.authority import checks, effects, limits
from core.authority.containing import Places
from core.authority.document import EntryDraft, ListDraft, SeparationDraft, format_list, parse
from core.authority.held import Entry
from core.authority.models import AuthorityEntry
from core.authority.rates.table import Rates
from core.authority.wording import together
from core.base.errors import InputErrors
from core.base.text import use_locale
from core.db.types import Translation
from core.kernel.registry import Registry
from core.kernel.specs import ActionDef, Likeness, Sibling
from tests.core.authority.company import APPROVE, SPEND, SYSTEM, Company, Spend
from tests.core.authority.worlds import THING

TITLE = Translation(zh_CN="事项", en="Matter")
TEXT = """list: ACQ
version: 1
effective_from: "2026-01-01"
positions:
  ACQ-H:
    authority:
      A1: {can: "crm.spend:approve", title: 审批投放, in: unit, up_to: 10000.00 CNY, split_guard: payee+category/30d}
"""


def siblings(_session: object, _likeness: Likeness) -> list[Sibling]:
    return []


def registry(*, finds: bool) -> Registry:
    action = replace(APPROVE, alike={"payee": "Payee", "category": "Category"},  # type: ignore[dict-item]
                     siblings=siblings if finds else None)
    return Registry({}, {}, {action.key: replace(action, resource="spend")}, {"spend": SPEND})


def test_it_is_one_word_of_an_entry() -> None:
    draft = parse(TEXT, source="x.yaml")
    assert (draft.entries[0].split_by, draft.entries[0].split_days) == ("payee+category", 30)
    assert format_list(draft) == TEXT


@pytest.mark.parametrize(("said", "problem"), [
    ("payee", "is written payee+category/30d"), ("payee/0d", "is written"), ("payee/367d", "is written"),
    ("payee/30", "is written"), ("payee, category/30d", "is written"), ("payee++category/30d", "is written"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_line(said: str, problem: str) -> None:
    with use_locale("en"), pytest.raises(InputErrors) as refused:
        parse(TEXT.replace("payee+category/30d", f'"{said}"'), source="x.yaml")
    found = refused.value.problems[0]
    assert (found.row, found.value) == (7, said)
    assert problem in str(found.message)


def test_without_a_limit_there_is_nothing_to_split() -> None:
    with use_locale("en"), pytest.raises(InputErrors) as refused:
        parse(TEXT.replace("up_to: 10000.00 CNY, ", ""), source="x.yaml")
    assert "nothing that could be split" in str(refused.value.problems[0].message)


def test_a_prohibition_has_none() -> None:
    barred = TEXT.replace('can: "crm', 'cannot: "crm').replace("up_to: 10000.00 CNY, ", "")
    with use_locale("en"), pytest.raises(InputErrors) as refused:
        parse(barred, source="x.yaml")
    assert any("has no split_guard" in str(one.message) for one in refused.value.problems)


@pytest.mark.parametrize(("by", "finds", "problem"), [
    ("payee+category", True, None),
    ("payee+colour", True, "is not counted together by colour"),
    ("payee", False, "Nothing finds what belongs together"),
])  # fmt: skip
def test_the_program_must_be_able_to_keep_to_it(by: str, finds: bool, problem: str | None) -> None:
    entry = EntryDraft("A1", "ACQ-H", "crm.spend:approve", TITLE, "unit", limit_minor=100, currency="CNY",
                       split_by=by, split_days=30)  # fmt: skip
    draft = ListDraft("ACQ", 1, date(2026, 1, 1), entries=(entry,))
    with use_locale("en"):
        found = [str(one.message) for one in checks.problems(registry(finds=finds), draft)]
    assert [problem in one for one in found] == [True] if problem else found == []


def test_it_is_said_in_words() -> None:
    entry = AuthorityEntry(action="crm.spend:approve", split_by="payee+category", split_days=30)
    names = {"payee": "Payee", "category": "Category"}
    with use_locale("en"):
        assert str(together(entry, lambda _action, name: names[name])) == "the same Payee, Category, within 30 days"
    assert together(AuthorityEntry(action="x"), lambda _action, name: name) == ""


def test_an_entry_that_counts_together_allows_less(company: Company) -> None:
    plain = AuthorityEntry(
        action="crm.spend:approve", effect="grant", scope="all", limit_minor=100, currency="CNY", by_acting=True
    )
    guarded = AuthorityEntry(
        action="crm.spend:approve", effect="grant", scope="all", limit_minor=100, currency="CNY", by_acting=True,
        split_by="payee", split_days=30,
    )
    with company.house.session(SYSTEM) as session:
        places = Places(session, date(2026, 3, 10))
    assert effects._within(places, guarded, plain)
    assert not effects._within(places, plain, guarded)


GUARDED = Entry(
    code="ACQ-H.A1", list_version=1, position_id=1, effect="grant", action="crm.spend:approve", title=TITLE,
    scope="all", scope_unit_id=None, limit_minor=100, currency="CNY", cap_minor=None, cap_period=None,
    split_by="payee", split_days=30, conditions=None, power="decide", by_acting=True, bootstrap=False,
    of_account=False,
)  # fmt: skip


@pytest.mark.parametrize(("others", "code", "words"), [
    (None, "SPLIT_UNKNOWN",
     "ACQ-H.A1 counts together what belongs together, and nothing finds it for “Approve spend”."),
    ([("CNY", 50)], None, ""), ([("CNY", 51)], "AGGREGATE", "Together with"),
    ([("CNY", 10), ("EUR", 1)], "CURRENCY_UNKNOWN", "R1 (€0.01)"),
    ([("CNY", 51), ("EUR", 1)], "AGGREGATE", "Together with"),
])  # fmt: skip
def test_what_belongs_together_and_cannot_be_told_permits_nothing(
    company: Company, others: list[tuple[str, int]] | None, code: str | None, words: str
) -> None:
    """An entry from before its module stopped finding it, and one beside an amount that no rate compares."""
    found = [Sibling(f"R{number}", amount, currency) for number, (currency, amount) in enumerate(others or ())]
    action = replace(APPROVE, siblings=None if others is None else lambda _session, _likeness: found)
    facts = Spend(amount=50, currency="CNY")
    with company.house.session(SYSTEM) as session, use_locale("en"):
        refused = limits.over(session, action, GUARDED, facts, facts, Rates())
        assert (refused[0] if refused else None) == code
        assert words in str(refused[1] if refused else "")


def test_rules_about_two_kinds_of_objects_are_two_rules() -> None:
    """What is kept apart on one object has to be about one kind of object."""
    other = replace(THING, name="other")
    actions = {key: ActionDef(key, key, resource=of)  # type: ignore[arg-type]
               for key, of in (("t.x:do", "thing"), ("t.y:do", "other"))}  # fmt: skip
    house = Registry({}, {}, actions, {"thing": THING, "other": other})
    rule = SeparationDraft("S1", "same_object", ("t.x:do", "t.y:do"))
    with use_locale("en"):
        draft = ListDraft("ACQ", 1, date(2026, 1, 1), separation=(rule,))
        found = [str(one.message) for one in checks.problems(house, draft)]
    assert found == ["These actions are not about the same kind of object."]


def test_several_are_asked_only_where_something_asks_them() -> None:
    """An action that no kind of task is about has nobody who would ask the second."""
    entry = EntryDraft("A1", "ACQ-H", "crm.spend:approve", TITLE, "unit", needs_second=2)
    with use_locale("en"):
        found = [str(one.message) for one in checks.problems(
            registry(finds=True), ListDraft("ACQ", 1, date(2026, 1, 1), entries=(entry,)))]
    assert found == ["Nothing asks several persons about “Approve spend”."]
