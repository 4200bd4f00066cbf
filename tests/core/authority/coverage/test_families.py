"""Each code with a small company and what is to be found in it, written by hand."""

from __future__ import annotations

from datetime import date, timedelta

from core.authority.coverage import balance, delegated, entries, gaps, groups, lines, matters, posts
from core.authority.coverage.finding import CODES
from core.authority.coverage.world import EntryRow
from core.kernel.specs import ActionDef, FieldGroup, ResourceType
from tests.core.authority.company import APPROVE
from tests.core.authority.coverage.firm import Firm, said, small, words

QUARTER = timedelta(days=90)


def test_c01_duties_without_a_holder() -> None:
    firm = small()
    firm.post("OPS", "SALES", "SD")
    firm.post("NONE", "SALES", "SD", seats=0)
    firm.duty("SALES", "D1", "OPS")
    firm.duty("SALES", "D1", "NONE")
    firm.duty("MKT", "D1", "MD")
    firm.duty("MKT", "U1")
    firm.unit("BRANCH", "CO")
    firm.duty("BRANCH", "U1")
    found = list(posts.unheld(firm.world(), QUARTER))
    assert said(found) == [
        ("C01", "high", ("NONE",)), ("C01", "high", ("OPS",)), ("C01", "high", ("unit", "BRANCH")),
    ]
    assert words(found)[:2] == [
        "NONE (NONE) has a headcount quota of 0. Its duties: D1.", "Nobody holds OPS (OPS). Its duties: D1.",
    ]
    assert found[0].owner is not None
    assert found[0].owner.code == "SD"


def test_c01_looks_a_quarter_ahead_and_no_further() -> None:
    """li leaves on 1 May and nobody follows until 1 June; wang is followed at once; hu leaves in the fourth month."""
    firm = small()
    for post, unit in [("MD", "MKT"), ("ACQ-H", "ACQ"), ("SD", "SALES")]:
        firm.duty(unit, "D1", post)
    firm.holds = []
    firm.hold("li", "MD", end=date(2026, 5, 1))
    firm.hold("sun", "MD", start=date(2026, 6, 1), end=date(2026, 6, 8))
    firm.hold("wang", "ACQ-H", end=date(2026, 4, 1))
    firm.hold("zhou", "ACQ-H", start=date(2026, 4, 1))
    firm.hold("hu", "SD", end=date(2026, 6, 9))
    found = list(posts.unheld(firm.world(), QUARTER))
    assert said(found) == [("C01", "medium", ("MD", "2026-05-01")), ("C01", "medium", ("MD", "2026-06-08"))]
    assert words(found)[0] == "From 2026-05-01 on nobody holds MD (MD). Its duties: D1."


def test_c01_a_position_that_is_gone() -> None:
    firm = small()
    firm.duty("MKT", "D1", "MD")
    world = firm.world()
    del world.posts[firm.post_id("MD")]  # type: ignore[attr-defined]
    assert said(posts.unheld(world, QUARTER)) == [("C01", "high", ("-", "MKT", "D1"))]


def test_c02_one_without_the_other() -> None:
    firm = small()
    firm.duty("MKT", "D1", "MD")
    firm.duty("CO", "D1", "CEO")
    firm.duty("SALES", "D1", "SD")
    firm.person("idle")
    assert said(posts.unmatched(firm.world())) == [("C02", "medium", ("person", "idle")),
                                                   ("C02", "medium", ("post", "ACQ-H"))]


def test_c03_two_answer_in_one_unit() -> None:
    firm = small()
    firm.post("MD2", "MKT", "CEO")
    firm.hold("two", "MD2")
    firm.duty("MKT", "D1", "MD", "A", "plan")
    firm.duty("MKT", "D1", "MD2", "A", "plan")
    firm.duty("MKT", "U1", None, "A", "plan")
    firm.duty("MKT", "D2", "MD2", "A", "press")
    firm.duty("MKT", "D2", "MD", "R", "press")
    assert said(matters.unclear(firm.world())) == [("C03", "high", ("plan", "MKT", "MD", "MD2"))]


def test_c04_nobody_answers_or_two_levels_do() -> None:
    firm = small()
    firm.duty("MKT", "D1", "MD", "R", "press")
    firm.duty("MKT", "U1", None, "A", "leads")
    firm.duty("ACQ", "D1", "ACQ-H", "A", "leads")
    firm.duty("MKT", "U2", None, "A", "plan")
    firm.duty("MKT", "D2", "MD", "A", "plan")
    found = list(matters.unclear(firm.world()))
    assert said(found) == [("C04", "medium", ("leads", "MKT", "ACQ")), ("C04", "medium", ("press",))]
    assert words(found) == [
        "Several levels answer for leads: MKT (MKT), ACQ (ACQ).",
        "Nobody answers for press; its duties are carried out, consulted or informed only.",
    ]


def test_c11_two_units_claim_a_matter() -> None:
    """``research`` is settled by nothing, ``handover`` by a boundary, ``renewal`` by one that leaves sales out."""
    firm = small()
    for matter in ("research", "handover", "renewal"):
        firm.duty("MKT", matter, None, "A", matter)
        firm.duty("SALES", matter, None, "A", matter)
    firm.boundary("MKT", "B1", "handover", "MKT", "SALES")
    firm.boundary("MKT", "B2", "renewal", "MKT", "ACQ")
    firm.boundary("MKT", "B3", "quality", "MKT", "SALES")
    firm.boundary("SALES", "B3", "quality", "SALES", "MKT")
    found = list(matters.unclear(firm.world()))
    assert said(found) == [
        ("C11", "high", ("quality", "leads", "MKT", "SALES")), ("C11", "high", ("renewal", "MKT", "SALES")),
        ("C11", "high", ("research", "MKT", "SALES")),
    ]
    assert words(found)[2] == "Several units claim research, and no boundary settles it: MKT (MKT), SALES (SALES)."


def test_c06_a_superior_who_decides_less() -> None:
    """Only where both have a say: of events li decides nothing, of gifts both decide the same."""
    firm = small()
    firm.entry("MKT", "A1", "ACQ-H", at="ACQ", up_to=50_000, conditions={"category": "ads"})
    firm.entry("MKT", "A2", "ACQ-H", at="ACQ", up_to=90_000, conditions={"category": "event"})
    firm.entry("MKT", "A1", "MD", up_to=40_000, conditions={"category": "ads"})
    firm.entry("CO", "A1", "CEO", scope="all", up_to=90_000)
    found = [one for one in gaps.of_amounts(firm.world()) if one.code == "C06"]
    assert said(found) == [
        ("C06", "medium", (APPROVE.key, "ACQ-H", "MD", "ACQ", "CNY", "50000>40000", "category=ads")),
    ]
    assert words(found) == [
        "ACQ-H (ACQ-H) decides “Approve spend” (Category: ads) up to ¥500.00 in ACQ (ACQ), its superior MD (MD) only "
        "up to ¥400.00."
    ]


def test_c07_and_c08_hang_on_one_person() -> None:
    """zhao alone decides above 400.00; below, li may delegate; in ACQ there are two until 100.00."""
    firm = small()
    firm.entry("MKT", "A1", "ACQ-H", at="ACQ", up_to=10_000)
    firm.entry("MKT", "A1", "MD", up_to=40_000, delegable=True)
    firm.entry("CO", "A1", "CEO", scope="all", up_to=90_000, conditions={"amount": "> 400.00 CNY"})
    found = [one for one in gaps.of_amounts(firm.world()) if one.code in ("C07", "C08")]
    assert said(found) == [
        ("C08", "medium", (APPROVE.key, "ACQ", "MD", "CNY", "10000..40000")),
        ("C08", "medium", (APPROVE.key, "CO", "CEO", "CNY", "40000..90000")),
        ("C08", "medium", (APPROVE.key, "MKT", "MD", "CNY", "0..40000")),
        ("C07", "low", (APPROVE.key, "CO", "CEO", "CNY", "40000..90000")),
    ]
    assert words(found)[3] == (
        "Only CEO (CEO) can decide “Approve spend” of CNY (400.00; 900.00] in CO (CO) and 3 units below."
    )


def test_c07_counts_persons_not_positions() -> None:
    """One person on two positions is one; whoever acts for a position is another."""
    firm = small()
    plan = ActionDef("crm.plan:approve", "Approve plans", resource="spend", power="decide")  # type: ignore[arg-type]
    firm.actions[plan.key] = plan
    firm.entry("MKT", "A1", "MD", "crm.plan:approve", at="MKT")
    firm.entry("CO", "A1", "CEO", "crm.plan:approve", scope="all")
    firm.holds = []
    firm.hold("li", "MD")
    firm.hold("li", "CEO", "concurrent", 0)
    alone = [one for one in gaps.of_amounts(firm.world()) if one.code == "C07"]
    assert said(alone) == [("C07", "low", ("crm.plan:approve", "CO", "CEO", "", ""))]
    firm.hold("chen", "CEO", "acting", 0)
    assert [one for one in gaps.of_amounts(firm.world()) if one.code == "C07"] == []


def test_c10_one_without_the_other() -> None:
    firm = small()
    firm.duty("MKT", "D1", "MD", "A")
    firm.duty("MKT", "D2", "MD", "A")
    firm.duty("MKT", "D3", "MD", "R")
    firm.entry("MKT", "A1", "MD", duty_code="D1")
    firm.entry("MKT", "A2", "MD", "crm.lead:read", power="read")
    firm.entry("SALES", "A3", "MD", duty_code="D2")
    firm.kpi("MKT", "K1", "MD", "D1")
    firm.kpi("MKT", "K2", "MD", "D3")
    firm.kpi("MKT", "K3", "MD", None)
    firm.entry(None, "BOOTSTRAP", None, "*", "all", of_account=True)
    found = list(balance.unbalanced(firm.world()))
    assert said(found) == [
        ("C10", "high", ("bootstrap", "BOOTSTRAP")), ("C10", "medium", ("duty", "MD", "D2")),
        ("C10", "medium", ("kpi", "MD", "K2")), ("C10", "low", ("entry", "MD", "A2")),
    ]


def test_c12_what_nothing_declares() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", "moon.base:build")
    firm.entry("SALES", "A1", "SD", "moon.base:build")
    firm.entry("MKT", "A2", "MD", "crm.*:approve")
    firm.entry("MKT", "A3", "MD", "*.spend:approve")
    firm.entry(None, "E1", None, "moon.*:read")
    firm.entry(None, "BOOTSTRAP", None, "*", "all", of_account=True)
    found = list(entries.undeclared(firm.world()))
    assert said(found) == [
        ("C12", "medium", ("moon.*:read", "ALL.E1")),
        ("C12", "medium", ("moon.base:build", "MD.A1", "SD.A1")),
    ]


def test_c13_shadowed_entries() -> None:
    """A1 lies within A2; of A4 and A5, which say the same, the second adds nothing; A6 and A7 add something each."""
    firm = small()
    firm.entry("MKT", "A1", "ACQ-H", at="ACQ", up_to=100, conditions={"category": "ads"})
    firm.entry("MKT", "A2", "ACQ-H", at="MKT", up_to=100, conditions={"category": "ads, event"})
    firm.entry("MKT", "A4", "MD", up_to=100)
    firm.entry("MKT", "A5", "MD", up_to=100)
    firm.entry("MKT", "A6", "MD", up_to=100, delegable=True, conditions={"category": "ads"})
    firm.entry("MKT", "A7", "MD", up_to=101, conditions={"category": "ads"})
    firm.entry("CO", "E1", None, "org.chart:read", "all", power="read")
    firm.entry("CO", "B1", "SD", "org.chart:read", "unit", power="read")
    firm.entry("CO", "B2", "SD", "org.chart:read", "self", power="read")
    firm.entry("CO", "B3", "SD", "jobs.job:manage", "all", power="propose")
    found = list(entries.idle(firm.world()))
    assert said(found) == [
        ("C13", "low", ("shadowed", "ACQ-H.A1", APPROVE.key)), ("C13", "low", ("shadowed", "MD.A5", APPROVE.key)),
        ("C13", "low", ("shadowed", "SD.B1", "org.chart:read")),
        ("C13", "low", ("shadowed", "SD.B2", "org.chart:read")),
    ]
    assert words(found)[0] == "ACQ-H.A1 allows nothing beyond ACQ-H.A2."


def test_c13_limits_totals_and_currencies_are_compared() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=100, cap_minor=500, cap_period="month")
    firm.entry("MKT", "A2", "MD", up_to=100, cap_minor=400, cap_period="month")
    firm.entry("MKT", "A3", "MD", up_to=90)
    firm.entry("MKT", "A4", "MD", up_to=90, currency="USD")
    firm.entry("MKT", "A5", "MD", conditions={"amount": "<= 0.50 CNY"}, cap_minor=500, cap_period="month")
    assert said(entries.idle(firm.world())) == [
        ("C13", "low", ("shadowed", "MD.A2", APPROVE.key)), ("C13", "low", ("shadowed", "MD.A5", APPROVE.key)),
    ]


def test_c13_what_can_never_hold() -> None:
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=100, conditions={"amount": "> 1.00 CNY"})
    firm.entry("MKT", "A2", "MD", up_to=100, conditions={"amount": "> 0.50 USD"})
    firm.entry("MKT", "A3", "MD", conditions={"colour": "red"})
    firm.entry("MKT", "A4", "MD", conditions={"category": "yacht"})
    firm.entry("MKT", "A5", "MD", "jobs.job:manage")
    firm.entry("MKT", "A6", "MD", "org.chart:read", at="ACQ")
    firm.entry("MKT", "P1", "MD", "org.chart:read", effect="prohibit")
    firm.entry("MKT", "A7", "MD", "moon.base:build", conditions={"amount": "cheap"})
    firm.entry("MKT", "A8", "MD", scope="unit")
    firm.entries.append(
        EntryRow(firm.unit_id("MKT"), "A9", firm.post_id("MD"), "grant", APPROVE.key, "unit", scope_unit_id=77)
    )
    found = list(entries.idle(firm.world()))
    assert [one.subject[:2] for one in found] == [
        ("never", f"MD.{code}") for code in ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A9")
    ]
    assert [str(one.message) for one in found][4:6] == [
        "MD.A5 gives “Manage jobs”, which is about the whole organisation, for a part of it.",
        "MD.P1 prohibits all that MD.A6 allows.",
    ]


def test_c13_a_prohibition_that_bars_everybody() -> None:
    firm = small()
    firm.entry(None, "P1", None, effect="prohibit", scope="all")
    firm.entry("CO", "P2", None, "crm.lead:read", effect="prohibit", scope="subtree", at="CO")
    firm.entry("CO", "P3", None, "crm.lead:edit", effect="prohibit", scope="subtree", at="MKT")
    firm.entry("CO", "P4", "MD", "crm.lead:edit", effect="prohibit", scope="all")
    assert [one.subject[1] for one in entries.idle(firm.world())] == ["ALL.P1", "ALL.P2"]


def test_c15_quotas_and_working_time() -> None:
    """Who acts for a position takes no place; li works 120 %."""
    firm = small()
    firm.hold("li", "SD", "concurrent", 20)
    firm.hold("chen", "CEO", "acting", 0)
    found = list(posts.over_quota(firm.world()))
    assert said(found) == [("C15", "medium", ("person", "li")), ("C15", "medium", ("post", "SD"))]
    assert words(found) == [
        "The working time of employee number li adds up to 1.20: MD 1.00, SD 0.20.",
        "SD (SD) has 2 holders and a headcount quota of 1.",
    ]


def test_c16_broken_lines() -> None:
    firm = Firm()
    for unit in ("A", "B", "C", "EMPTY"):
        firm.unit(unit)
    firm.post("X", "A", "Y", head=True)
    firm.post("Y", "A", "Z", head=True)
    firm.post("Z", "B", "X", head=True)
    firm.post("W", "B", "X")
    firm.post("V", "C", "GONE")
    found = list(lines.broken(firm.world()))
    assert said(found) == [
        ("C16", "high", ("cycle", "X", "Y", "Z")), ("C16", "high", ("nowhere", "V")),
        ("C16", "medium", ("headless", "C")), ("C16", "medium", ("heads", "A", "X", "Y")),
    ]


def test_c17_counts_who_may_open_masked_fields() -> None:
    """Six in marketing are one too many; five are not, nor is everybody for his own."""
    firm = small()
    group = FieldGroup("bank", "Bank account", ("account",), "person.bank:reveal")  # type: ignore[arg-type]
    firm.resources = {"person": ResourceType("person", object, lambda _session, _one: None, groups=(group,))}  # type: ignore[arg-type, return-value]
    firm.post("CLERK", "MKT", "MD", seats=6)
    for number in range(5):
        firm.hold(f"clerk{number}", "CLERK")
    firm.entry("MKT", "A1", "CLERK", "person.bank:reveal", power="read")
    firm.entry(None, "E1", None, "person.bank:reveal", "self", power="read")
    assert said(groups.open_to_many(firm.world())) == []
    firm.entry("CO", "A2", "CEO", "person.bank:reveal", "all", power="read")
    found = list(groups.open_to_many(firm.world()))
    assert said(found) == [("C17", "high", ("person.bank:reveal", "MKT", "6"))]
    assert words(found) == ["6 people may open “Bank account” of MKT (MKT) and 1 unit below by CLERK.A1, CEO.A2."]
    firm.entry("CO", "P1", "CEO", "person.bank:reveal", "all", effect="prohibit")
    assert said(groups.open_to_many(firm.world())) == []


def test_every_code_of_the_method_is_looked_for() -> None:
    assert list(CODES) == [f"C{number:02d}" for number in range(1, 18)]


def test_a_key_stays_while_the_finding_stays_what_it_is() -> None:
    """Another version of the list or another title changes nothing; other amounts are another finding."""
    keys = []
    for limit, code in ((10_000, "A1"), (10_000, "A9"), (20_000, "A1")):
        firm = small()
        firm.entry("CO", code, "CEO", scope="all", up_to=limit)
        keys += [one.key for one in gaps.of_amounts(firm.world()) if one.code == "C05"]
    assert keys[0] == keys[1]
    assert keys[0] != keys[2]
    assert all(len(key) <= 40 for key in keys)


def test_c14_delegations_that_carry_less_than_they_name() -> None:
    """Handed on as it may be: nothing. By who acts, to who has left, of what is gone or not to be delegated: told."""
    firm = small()
    firm.entry("MKT", "A1", "MD", up_to=100_00, delegable=True)
    firm.entry("MKT", "A2", "MD", up_to=100_00)
    firm.hand("MD", "li", "wang", "A1")
    assert list(delegated.idle(firm.world())) == []
    firm.hand("MD", "li", "wang", "A1", "A2", "A9")
    firm.hand("MD", "li", "gone", "A1")
    firm.hand("CEO", "hu", "wang", "A1", kind="acting")
    found = list(delegated.idle(firm.world()))
    assert said(found) == [
        ("C14", "medium", ("CEO", "hu", "wang", "A1")), ("C14", "medium", ("MD", "li", "gone", "A1")),
        ("C14", "medium", ("MD", "li", "wang", "A1", "A2", "A9")),
    ]
    assert words(found) == [
        "hu acts for CEO (CEO) and delegated it to wang until 2026-03-31; what one holds by acting cannot be handed "
        "on.",
        "li delegated MD (MD) to gone until 2026-03-31, who holds no position.",
        "li delegated MD (MD) to wang until 2026-03-31; the list no longer lets these be delegated: A2, A9.",
    ]
