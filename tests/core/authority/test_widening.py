"""Who may publish what: nobody more for himself, and for others only what is his to grant (case 25 of the design)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.access.decision import Denied
from core.authority.document import parse
from core.authority.models import DelegatedEntry, Delegation
from core.authority.publish import bootstrap, publish
from core.base.text import use_locale
from core.db.guard import system
from core.identity import services as identity
from tests.core.authority.company import LIST, SYSTEM, Company
from tests.core.authority.test_cases import ask
from tests.core.authority.test_routing import assignment

NEXT = LIST.replace("version: 17", "version: 18").replace("2025-01-01", "2026-04-01")
RAISED = NEXT.replace("up_to: 10000.00 CNY", "up_to: 50000.00 CNY")
GRANTABLE = LIST.replace("in: all, up_to: 1000000.00 CNY", "in: all, up_to: 1000000.00 CNY, grantable: yes").replace(
    "2025-01-01", "2026-03-01").replace("version: 17", "version: 18")


def keepers(company: Company, **more: str) -> None:
    """wang, sun, li and zhao may publish everywhere; ``more`` are further entries by post."""
    posts = "".join(
        f"  {post}: {{authority: {{I1: {{can: authority.list:import, in: all, title: T}}"
        f"{', ' + more[post.replace('-', '_')] if post.replace('-', '_') in more else ''}}}}}\n"
        for post in ("ACQ-H", "ACQ-S", "MD", "CEO")
    )
    put(company, f'list: FIN\nversion: 1\neffective_from: "2026-01-01"\npositions:\n{posts}')


def put(company: Company, text: str) -> None:
    """Published by the product itself."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text))


def tried(company: Company, who: str, text: str, *, keep: bool = False) -> tuple[str, str]:
    """What comes of it when somebody publishes a list: the code and sentence of the refusal, empty for none."""
    actor = company.actor(who)
    session = company.house.session(actor, write=True)
    try:
        with session as opened, use_locale("en"):
            publish(opened, actor, parse(text))
            if not keep:
                raise RuntimeError("only tried")
    except Denied as refused:
        with use_locale("en"):
            return refused.decision.code, str(refused)
    except RuntimeError:
        pass
    return "", ""


@pytest.mark.proves("own-benefit")
def test_who_may_publish_that_a_limit_is_raised(company: Company) -> None:
    """Case 25: not who gains by it, not who may grant no more than 40,000, but who may grant as much."""
    own = "in: subtree(ACQ), up_to: 40000.00 CNY, grantable: yes, title: T"
    keepers(company, ACQ_S=f"X1: {{can: crm.spend:approve, {own}}}")
    put(company, GRANTABLE)
    again = RAISED.replace("version: 18", "version: 19").replace(
        "in: all, up_to: 1000000.00 CNY", "in: all, up_to: 1000000.00 CNY, grantable: yes")
    assert tried(company, "wang", again) == (
        "OWN_BENEFIT", "ACQ-H.A1 would widen your own authority. Nobody publishes that for himself; let somebody else "
                       "who may publish it do so.",
    )
    code, sentence = tried(company, "sun", again)
    assert (code, sentence.split(" ")[0]) == ("BEYOND_OWN", "ACQ-H.A1")
    smaller = again.replace("in: subtree(ACQ), up_to: 50000.00", "in: subtree(ACQ), up_to: 40000.00")
    assert tried(company, "sun", smaller) == ("", "")
    assert tried(company, "zhao", again, keep=True) == ("", "")


def test_it_takes_effect_exactly_on_its_day(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    keepers(company)
    put(company, RAISED)
    for day, code in (("2026-03-31", "OVER_LIMIT"), ("2026-04-01", "ALLOW")):
        monkeypatch.setenv("REMIT_DEMO_DATE", day)
        assert ask(company, "wang", "ACQ", 50_000_00).code == code, day


def test_what_is_narrower_for_oneself_anybody_publishes_who_may_publish(company: Company) -> None:
    keepers(company)
    assert tried(company, "wang", NEXT) == ("", ""), "the same again"
    assert tried(company, "wang", NEXT.replace("up_to: 10000.00 CNY", "up_to: 5000.00 CNY")) == ("", "")
    assert tried(company, "wang", NEXT.replace("A1:", "A9:")) == ("", ""), "the same by another code"
    # What another hat of his gives already is nothing new to him, though not his to grant; what it gives beyond is.
    for unit, code in (("EAST", "BEYOND_OWN"), ("SALES", "OWN_BENEFIT")):
        text = NEXT.replace("    assessment:", '      A7: {can: "crm.spend:approve", in: subtree(' + unit
                            + "), up_to: 50000.00 CNY, title: T}\n    assessment:")
        assert tried(company, "wang", text)[0] == code, unit


@pytest.mark.parametrize(
    ("who", "old", "new", "code"),
    [
        ("zhao", "up_to: 1000000.00 CNY", "up_to: 1000000.01 CNY", "OWN_BENEFIT"),
        ("zhao", "in: all, up_to: 1000000.00 CNY", "in: all", "OWN_BENEFIT"),
        ("zhao", "up_to: 1000000.00 CNY", "up_to: 1000000.00 USD", "OWN_BENEFIT"),
        ("wang", "in: subtree(ACQ), up_to: 10000.00", "in: subtree(MKT), up_to: 10000.00", "OWN_BENEFIT"),
        ("wang", "cap: 60000.00 CNY/month", "cap: 60000.00 CNY/week", "OWN_BENEFIT"),
        ("wang", "cap: 60000.00 CNY/month, ", "", "OWN_BENEFIT"),
        ("wang", "cap: 60000.00 CNY/month", "cap: 60000.00 CNY/month, delegable: yes", "OWN_BENEFIT"),
        ("wang", "cap: 60000.00 CNY/month", "cap: 60000.00 CNY/month, grantable: yes", "OWN_BENEFIT"),
        ("wang", 'up_to: 100000.00 CNY', 'up_to: 100000.01 CNY', "BEYOND_OWN"),
        ("wang", "everybody:\n  authority:", 'everybody:\n  authority:\n    E2: {can: "person.record:read", in: all, '
                 "title: T}", "OWN_BENEFIT"),
        # Acting until the 15th of March, chen wins nothing by what begins in April, but it is not his to grant.
        ("li", 'by_acting: "no"', 'by_acting: "yes"', "BEYOND_OWN"),
    ],
)
def test_every_way_to_more(company: Company, who: str, old: str, new: str, code: str) -> None:
    keepers(company)
    assert old in NEXT
    assert tried(company, who, NEXT.replace(old, new, 1))[0] == code


def test_whoever_acts_for_a_post_gains_by_it_while_he_acts(company: Company) -> None:
    put(company, 'list: FIN\nversion: 1\neffective_from: "2026-01-01"\npositions: {ACQ-S: {authority: {'
                 "I1: {can: authority.list:import, in: all, title: T}, "
                 "I2: {can: authority.list:escalate, in: all, title: T}}}}\n")
    more = NEXT.replace("up_to: 100000.00 CNY", "up_to: 200000.00 CNY")
    assert tried(company, "chen", more.replace("2026-04-01", "2026-03-12"))[0] == "OWN_BENEFIT"
    assert tried(company, "chen", more.replace("2026-04-01", "2026-03-15")) == ("", "")
    assert tried(company, "sun", more.replace("2026-04-01", "2026-03-12")) == ("", ""), "escalate lets her"


@pytest.mark.parametrize(("limit", "code"), [(None, "OWN_BENEFIT"), (3_000_000, "BEYOND_OWN")])
def test_what_was_delegated_counts_as_far_as_it_was(company: Company, limit: int | None, code: str) -> None:
    """Where li's A2 is raised, wang wins by what li delegated to him, unless the delegation itself holds him back."""
    put(company, LIST.replace("up_to: 100000.00 CNY", "up_to: 100000.00 CNY, delegable: yes").replace(
        "version: 17", "version: 18").replace("2025-01-01", "2026-03-01"))
    keepers(company)
    with company.house.session(SYSTEM, write=True) as session, system(session, "a delegation of the cases"):
        made = Delegation(
            from_assignment_id=assignment(session, "li", company), from_person_id=company.people["li"].person_id,
            to_person_id=company.people["wang"].person_id, limit_minor=limit, currency="CNY" if limit else None,
            valid_from=date(2026, 3, 1), valid_to=date(2026, 5, 1), reason="trip",
            created_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
        session.add(made)
        session.flush()
        session.add(DelegatedEntry(delegation_id=made.id, code="A2"))
    text = NEXT.replace("version: 18", "version: 19").replace(
        "up_to: 100000.00 CNY", "up_to: 200000.00 CNY, delegable: yes")
    assert tried(company, "wang", text)[0] == code


def test_what_was_prohibited_or_kept_apart_stays_so_unless_another_lets_it_go(company: Company) -> None:
    keepers(company, ACQ_S="X1: {can: authority.list:escalate, in: all, title: T}")
    put(company, 'list: SALES\nversion: 1\neffective_from: "2026-01-01"\neverybody: {authority: {P1: {cannot: '
                 '"crm.spend:approve", in: subtree(BRAND), title: T}}}\n')
    gone = 'list: SALES\nversion: 2\neffective_from: "2026-04-01"\n'
    assert tried(company, "zhao", gone) == (
        "OWN_BENEFIT", "Without ALL.P1 your own authority would be wider. Nobody publishes that for himself; let "
                       "somebody else who may publish it do so.",
    )
    assert tried(company, "sun", gone) == ("", ""), "she approves nothing, and may grant beyond her own"
    narrow = gone + 'everybody: {authority: {P1: {cannot: "crm.spend:approve", in: unit(BRAND), title: T}}}\n'
    assert tried(company, "zhao", narrow)[0] == "OWN_BENEFIT"


def test_the_first_account_publishes_what_it_likes_until_its_entry_ends(company: Company) -> None:
    with company.house.session(SYSTEM, write=True) as session:
        account = identity.create_account(session, SYSTEM, login="first", name="First",
                                          password="correct horse battery", person_id=company.people["wang"].person_id)
        bootstrap(session, account.id, date(2025, 1, 1), ())
        actor = identity.actor_of(account)
    own = 'list: "-"\nversion: 2\neffective_from: "2026-03-10"\npositions: {ACQ-H: {authority: {I1: {can: ' \
          "authority.list:import, in: all, title: T}}}}\n"
    for text, code in ((RAISED, ""), (own, ""), (RAISED.replace("version: 18", "version: 19").replace(
            "2026-04-01", "2026-04-02").replace("50000.00", "60000.00", 1), "OWN_BENEFIT")):
        try:
            with company.house.session(actor, write=True) as session:
                publish(session, actor, parse(text))
            found = ""
        except Denied as refused:
            found = refused.decision.code
        assert found == code


def test_what_others_would_be_allowed_more_by_what_goes_is_not_given_away(company: Company) -> None:
    """sun approves nothing herself; what she may not grant she does not grant by taking a prohibition out either."""
    keepers(company)
    many = "".join(f'P{n}: {{cannot: "crm.spend:approve", in: unit({unit}), title: T}}, '
                   for n, unit in enumerate(("BRAND", "MKT", "ACQ", "SALES", "EAST", "FIN", "CO")))
    put(company, f'list: SALES\nversion: 1\neffective_from: "2026-01-01"\neverybody: {{authority: {{{many}}}}}\n')
    code, sentence = tried(company, "sun", 'list: SALES\nversion: 2\neffective_from: "2026-04-01"\n')
    assert code == "BEYOND_OWN"
    assert sentence == (
        "Without ALL.P0, ALL.P1, ALL.P2, ALL.P3, ALL.P4 and 2 more others would be allowed more than is yours to "
        "grant. Keep them, or let somebody publish it who may grant beyond his own."
    )
