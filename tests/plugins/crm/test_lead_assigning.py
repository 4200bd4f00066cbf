"""Who takes a lead: by what he knows, what he has in hand, his share of a post and whether he is there; and who owns
the rest. Answers worked by hand, properties against a slow count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.base.errors import DomainError
from core.base.text import use_locale
from core.org import services as org
from plugins.crm.models import Lead
from plugins.crm.services.arriving import absence, assigning, people
from plugins.crm.services.arriving.choosing import Candidate, Wanted, choose, told
from plugins.crm.services.arriving.steps import arrive
from plugins.crm.services.following import handing
from plugins.crm.services.leads.listing import names_of
from remit.services import load, system
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM, Company
from tests.plugins.crm import leads_scene as scenes
from tests.plugins.crm.leads_scene import WHITE, Scene


@pytest.fixture
def scene(company: Company) -> Scene:
    with company.house.session(SYSTEM, write=True) as session:
        made = scenes.build(company, session)
        scenes.handing(made, session)
        return made


@contextmanager
def writing(scene: Scene, who: str = "") -> Iterator[Session]:
    actor = scene.company.actor(who) if who else SYSTEM
    with scene.company.house.session(actor, write=True) as session:
        yield session


def owners(scene: Scene, leads: list[Lead]) -> list[str | None]:
    by_id = {scene.person(name): name for name in ("ann", "ben", "cat", "hu")}
    return [by_id.get(one.owner_person_id) if one.owner_person_id else None for one in leads]


def away(monkeypatch: pytest.MonkeyPatch, scene: Scene, *names: str) -> None:
    """These are away until tomorrow, as a module that keeps leave would say."""
    until = {scene.person(name): date(2026, 3, 23) for name in names}
    monkeypatch.setattr(people, "away_now", lambda _session, ids, _at: {k: v for k, v in until.items() if k in ids})


def test_large_customers_of_the_internet_go_to_who_knows_them(scene: Scene) -> None:
    with writing(scene) as session:
        large = scene.lead(session, industry="internet", staff=200)
        assigning.assign(session, [large])
        assert owners(scene, [large]) == ["ann"]
        assert large.unit_id == scene.company.units["EAST"].id
        kept = assigning.last_of(session, [large])[large.id]
        names = names_of(session, [one["person_id"] for one in kept.why["passed"]])
        assert (kept.row, [(name, str(why)) for name, why in told(kept.why["passed"], names)]) == (
            1, [("ben", "does not know large"), ("cat", "does not know large")],
        )  # fmt: skip


def test_round_robin_among_equals(scene: Scene) -> None:
    """ann takes only the internet; of manufacturing ben and cat get one in turn."""
    with writing(scene) as session:
        leads = [scene.lead(session, industry="making") for _n in range(4)]
        assigning.assign(session, leads)
        assert owners(scene, leads) == ["ben", "cat", "ben", "cat"]
        one = scene.lead(session, industry="schools")
        assigning.assign(session, [one])
        assert owners(scene, [one]) == ["ben"]


def test_whoever_is_away_is_passed_over(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch, scene, "ben")
    with writing(scene) as session:
        leads = [scene.lead(session, industry="making") for _n in range(2)]
        assigning.assign(session, leads)
        assert owners(scene, leads) == ["cat", "cat"]
        kept = assigning.last_of(session, leads)[leads[0].id]
        assert [one["code"] for one in kept.why["passed"]] == ["industry", "away"]


def test_nobody_free_leaves_it_on_the_list_of_the_head(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch, scene, "ann")
    with writing(scene) as session:
        lead = scene.lead(session, industry="internet", staff=500)
        no_row = scene.lead(session, industry="internet")
        assigning.assign(session, [lead, no_row])
        assert owners(scene, [lead, no_row]) == [None, None]
        assert [assigning.last_of(session, [one])[one.id].why["code"] for one in (lead, no_row)] == [
            "nobody", "no_row",
        ]  # fmt: skip
        ids = [lead.id, no_row.id]
    seen = {}
    for who in ("hu", "wang"):
        with scene.company.house.session(scene.company.actor(who)) as session:
            seen[who] = [one.id for one in handing.unowned(session, scene.company.actor(who))]
    # The head of sales owns what her team should have taken, the head of acquisition what no row takes.
    assert seen["hu"] == [ids[0]]
    assert ids[1] in seen["wang"]


def test_a_sudden_absence_hands_them_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(scene) as session:
        leads = [scene.lead(session, industry="making") for _n in range(4)]
        assigning.assign(session, leads)
        away(monkeypatch, scene, "ben")
        assigning.again(session, [one for one in leads if owners(scene, [one]) == ["ben"]], "absent")
        assert owners(scene, leads) == ["cat"] * 4
        assert assigning.last_of(session, leads)[leads[0].id].why["cause"] == "absent"


def test_by_hand_only_who_may_and_to_who_takes_leads(scene: Scene) -> None:
    with writing(scene) as session:
        number = scene.lead(session, unit_id=scene.company.units["EAST"].id).id
    with writing(scene, "hu") as session:
        lead = load(session, scene.company.actor("hu"), "crm.lead:assign", Lead, number)
        handing.assign(session, scene.company.actor("hu"), lead, scene.person("cat"), lead.revision, "she knows them")
        assert owners(scene, [lead]) == ["cat"]
        assert assigning.last_of(session, [lead])[lead.id].by_person_id == scene.person("hu")
        with pytest.raises(DomainError, match="somebody who takes leads"):
            handing.assign(session, scene.company.actor("hu"), lead, scene.person("li"), lead.revision)
        with pytest.raises(Denied):
            handing.assign(session, scene.company.actor("sun"), lead, scene.person("ben"), lead.revision)


def test_all_steps_for_many_leads_take_no_more_statements(scene: Scene) -> None:
    with writing(scene) as session:
        scenes.sign(scene, session)
        scenes.sizes(scene, session)
        counts = []
        for many in (2, 3, 60):
            leads = [scene.lead(session, industry="making", staff=n + 1, answers={WHITE: True}) for n in range(many)]
            with counting(scene.company.house.database) as statements:
                arrive(session, leads)
            counts.append(len(statements))
        assert counts[1] == counts[2]
        assert counts[2] <= 30


def test_the_sweep_hands_on_what_nobody_would_see_to(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ben, away until the 23rd: what nobody touched and what is due by then; what comes later waits for him."""
    away(monkeypatch, scene, "ben")
    monkeypatch.setattr(absence, "away_today", people.away_today)
    with writing(scene) as session:
        ben = scene.person("ben")
        given = {"owner_person_id": ben, "industry": "making", "unit_id": scene.company.units["EAST"].id}
        untouched = scene.lead(session, **given)
        due = scene.lead(session, state="working", touched_at=scenes.NOW, next_on=date(2026, 3, 23), **given)
        later = scene.lead(session, state="working", touched_at=scenes.NOW, next_on=date(2026, 3, 24), **given)
        closed = scene.lead(session, state="lost", **given)
        of_nobody_here = scene.lead(session, industry="making", owner_person_id=scene.person("li"))
        assert absence.sweep(session) == 2
        assert owners(scene, [untouched, due, later, closed]) == ["cat", "cat", "ben", "ben"]
        assert of_nobody_here.owner_person_id == scene.person("li")  # she holds a post, whatever she does with it
        assert absence.sweep(session) == 0


# -- without a database ------------------------------------------------------------------------------------------------


def test_the_share_of_a_post_counts() -> None:
    """Half a post takes half as many: 4 of 8 is as much in hand as 2 of 4."""
    full, half = Candidate(1, 7, 100, 8), Candidate(2, 7, 50, 8)
    got = [choose([full, half], Wanted(7)).person_id for _n in range(13)]
    assert (got.count(1), got.count(2), got[12]) == (8, 4, None)
    assert got[:6] == [1, 2, 1, 2, 1, 1]


def test_why_somebody_comes_later_is_told() -> None:
    people_ = [Candidate(1, 7, 100, 9, 3), Candidate(2, 7, 100, 9, 1, turn=5), Candidate(3, 7, 100, 9, 1, turn=2),
               Candidate(4, 7, 100, 4, 4), Candidate(5, 7, 0, 9), Candidate(6, 8, 100, 9)]  # fmt: skip
    found = choose(people_, Wanted(7))
    names = {one.person_id: f"p{one.person_id}" for one in people_}
    with use_locale("en"):
        assert found.person_id == 3
        assert [(name, str(why)) for name, why in told(found.passed, names)] == [
            ("p4", "has 4 open leads in hand, 4 at most"), ("p5", "holds no share of a post in this team today"),
            ("p2", "was given one more recently"), ("p1", "has more in hand: 3 open leads"),
        ]  # fmt: skip


person = st.builds(
    lambda share, most, industries, skills, gone: {
        "share": share, "most_open": most, "industries": frozenset(industries), "skills": frozenset(skills),
        "until": date(2026, 3, 30) if gone else None,
    },
    st.sampled_from([0, 20, 50, 100]), st.integers(1, 6), st.sets(st.sampled_from("abc"), max_size=2),
    st.sets(st.sampled_from("xy")), st.booleans(),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(person, max_size=6),
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x"])), max_size=25),
)
def test_nobody_is_given_what_he_may_not_take(team: list[dict[str, Any]], asked: list[tuple[str, str]]) -> None:
    """Whoever is chosen is there, knows it and has room, else nobody is; asked again, the answer is the same."""

    def run() -> list[int | None]:
        candidates = [Candidate(number, 7, **one) for number, one in enumerate(team)]
        return [choose(candidates, Wanted(7, skill, industry)).person_id for industry, skill in asked]

    got = run()
    assert got == run()
    open_ = [0] * len(team)
    for (industry, skill), chosen in zip(asked, got, strict=True):
        able = [
            number for number, one in enumerate(team)
            if one["share"] and one["until"] is None and (not skill or skill in one["skills"])
            and (not one["industries"] or industry in one["industries"])
            and open_[number] < max(1, one["most_open"] * one["share"] // 100)
        ]  # fmt: skip
        assert (chosen in able) if able else chosen is None
        if chosen is not None:
            named = [number for number in able if industry in team[number]["industries"]] or able
            assert chosen in named
            least = min(open_[number] * 100 / team[number]["share"] for number in named)
            assert open_[chosen] * 100 / team[chosen]["share"] == least
            open_[chosen] += 1


def test_every_open_lead_has_an_owner_or_stands_on_a_list(scene: Scene) -> None:
    """Whatever comes, somebody has it, or it is on the list of a head who may hand it on."""
    with writing(scene) as session:
        leads = [
            scene.lead(session, industry=industry, staff=staff, captured_at=scenes.NOW - timedelta(days=1))
            for industry in ("internet", "making", "", "gone") for staff in (None, 1, 199, 200, 10_000)
        ]  # fmt: skip
        arrive(session, leads)
        free = {one.id for one in leads if one.owner_person_id is None}
        assert 0 < len(free) < len(leads)
    listed = set()
    for who in ("hu", "wang"):
        with scene.company.house.session(scene.company.actor(who)) as session:
            listed |= {one.id for one in handing.unowned(session, scene.company.actor(who))}
    assert listed == free


def test_who_left_is_no_candidate(scene: Scene) -> None:
    with writing(scene) as session, system(session, "a test"):
        org.leave(session, SYSTEM, scene.company.people["ben"], last_day=date(2026, 3, 21))
        session.flush()
        leads = [scene.lead(session, industry="making") for _n in range(2)]
        assigning.assign(session, leads)
        assert owners(scene, leads) == ["cat", "cat"]
