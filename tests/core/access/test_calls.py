"""The questions of services: asked first, answered with a reason, and no way around them for any guarded model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import exists, func, select, union
from sqlalchemy.orm import Session, aliased

from core.access.calls import TOLD, allowed, allowed_actions, allowed_many, decide, load, require, visible
from core.access.decision import Denied
from core.authority.document import EntryDraft, ListDraft
from core.authority.models import PersonRelation
from core.authority.publish import publish
from core.base.actor import Actor
from core.base.errors import NotFound
from core.db.guard import UnguardedStatement, carry, mark, system
from core.db.types import Translation
from core.kernel.house import House
from core.kernel.registry import Registry
from core.org import services as org
from core.org.models import Assignment, Person, Position
from core.org.resources import Place
from remit.testing.statements import counting
from tests.core.authority.company import SYSTEM, Company

READ, CHANGE = "person.record:read", "person.record:change"
TITLE = Translation(zh_CN="事项", en="Matter")


@pytest.fixture
def entitled(company: Company) -> Company:
    """wang sees and changes the files of his group, li sees those of marketing."""
    entries = (
        EntryDraft("R1", "ACQ-H", READ, TITLE, "subtree", "ACQ", power="read"),
        EntryDraft("R2", "ACQ-H", CHANGE, TITLE, "subtree", "ACQ", power="do"),
        EntryDraft("R3", "MD", READ, TITLE, "subtree", "MKT", power="read"),
        EntryDraft("R4", "ACQ-S", READ, TITLE, "self", power="read"),
    )
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("MKT", 1, date(2026, 1, 1), entries=entries))
    return company


def names(session: Session, actor: Actor) -> list[str]:
    return sorted(session.scalars(visible(session, actor, READ, select(Person.name))))


def statements(model: Any) -> dict[str, Any]:
    """Ways of reaching a model without asking."""
    key = model.__table__.primary_key.columns.values()[0]
    return {
        "plain": select(model),
        "alias": select(aliased(model)),
        "count": select(func.count()).select_from(model),
        "exists": select(Position.id).where(exists().where(key == Position.id)),
        "in": select(Position.id).where(Position.id.in_(select(key))),
        "join": select(Position.id).join(model, key == Position.id),
        "outer join": select(Position.id).outerjoin(model, key == Position.id),
        "union": union(select(Position.id), select(key)),
        "subquery": select(select(key).subquery()),
        "cte": select(select(key).cte()),
        "scalar": select(Position.id, select(func.max(key)).scalar_subquery()),
        "order": select(Position.id).order_by(select(func.max(key)).scalar_subquery()),
    }


@pytest.mark.proves("guarded-models")
def test_no_guarded_model_is_reached_without_asking(house: House) -> None:
    """Each resource type of the house, in each form of statement."""
    models = [resource.model for resource in house.registry.resource_types.values()]
    assert len(models) >= 4
    with house.session(SYSTEM) as session:
        for model in models:
            for statement in statements(model).values():
                with pytest.raises(UnguardedStatement, match=model.__tablename__):
                    session.execute(statement)
            with pytest.raises(UnguardedStatement, match=model.__tablename__):
                session.get(model, 1)


@pytest.mark.proves("lists")
def test_lists_hold_what_the_actor_may_see(entitled: Company) -> None:
    expected = {"wang": ["chen", "sun", "wang"], "li": ["chen", "li", "sun", "wang"], "sun": ["sun"], "zhao": []}
    for name, rows in expected.items():
        actor = entitled.actor(name)
        with entitled.house.session(actor) as session:
            assert names(session, actor) == rows
            seen = select(Person.id)
            inner = visible(session, actor, READ, seen)
            assert session.scalar(carry(select(func.count()).select_from(inner.subquery()), inner)) == len(rows)
    with entitled.house.session(SYSTEM) as session:
        assert len(names(session, SYSTEM)) == 5


def test_joined_models_and_aliases_are_narrowed_each(entitled: Company) -> None:
    wang = entitled.actor("wang")
    other = aliased(Person)
    with entitled.house.session(wang) as session:
        both: Any = select(other.name, Assignment.position_id).join(
            Assignment, Assignment.person_id == other.id
        )
        pairs = visible(session, wang, READ, both)
        found = {tuple(row) for row in session.execute(pairs)}
    posts = {code: position.id for code, position in entitled.positions.items()}
    # His second post stands in another unit, where he sees no assignments, and so does chen's as acting director.
    assert found == {("wang", posts["ACQ-H"]), ("sun", posts["ACQ-S"]), ("chen", posts["ACQ-S"])}


def test_load_gives_what_is_visible_and_nothing_else(entitled: Company) -> None:
    """What does not exist and what is not his look alike."""
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        assert load(session, wang, READ, Person, entitled.people["sun"].person_id).name == "sun"
        said = set()
        for identity in (entitled.people["zhao"].person_id, 10**6):
            with pytest.raises(NotFound) as missing:
                load(session, wang, READ, Person, identity)
            said.add(str(missing.value))
        assert len(said) == 1


def test_a_refusal_carries_its_reason_and_names_posts_only(entitled: Company) -> None:
    sun = entitled.actor("sun")
    with entitled.house.session(sun) as session:
        assert not allowed(session, sun, CHANGE)
        with pytest.raises(Denied, match="is not on your authority list") as refused:
            require(session, sun, CHANGE)
    assert (refused.value.code, refused.value.decision.code) == ("denied.no_entry", "NO_ENTRY")
    assert refused.value.decision.held_by == ("Post ACQ-H",)
    with entitled.house.session(sun) as session, pytest.raises(LookupError, match="no module"):
        decide(session, sun, "person.record:erase")


@pytest.mark.parametrize(
    ("actor", "code"),
    [(Actor.anonymous("en"), "NOT_SIGNED_IN"), (SYSTEM, "SYSTEM"), (Actor(kind="person", account_id=9), "NO_ENTRY")],
)
def test_who_is_nobody_and_who_is_the_product(entitled: Company, actor: Actor, code: str) -> None:
    with entitled.house.session(actor) as session:
        decision = decide(session, actor, READ)
        assert (decision.code, decision.allowed) == (code, actor.is_system)
        assert len(names(session, actor)) == (5 if actor.is_system else 0)
        if not actor.is_system:
            with pytest.raises(Denied):
                require(session, actor, READ)


@pytest.mark.proves("default-deny")
def test_without_an_engine_every_answer_is_no(entitled: Company) -> None:
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        session.info.pop("authority")
        assert decide(session, wang, READ).code == "NO_ENGINE"
        assert names(session, wang) == []


@pytest.mark.proves("token")
def test_a_token_never_reaches_beyond_its_scopes(entitled: Company) -> None:
    wang = replace(entitled.actor("wang"), kind="token", scopes=frozenset({READ}))
    with entitled.house.session(wang) as session:
        assert decide(session, wang, CHANGE).code == "TOKEN_SCOPE"
        assert names(session, wang) == ["chen", "sun", "wang"]
        narrower = replace(wang, scopes=frozenset({CHANGE}))
        assert names(session, narrower) == []
        assert decide(session, narrower, READ).code == "TOKEN_SCOPE"
    with entitled.house.session(wang) as session:
        beyond = replace(wang, scopes=frozenset({"person.bank:reveal"}))
        assert decide(session, beyond, "person.bank:reveal").code == "NO_ENTRY", "a token gives nothing new"


@pytest.mark.proves("pre-image")
def test_a_service_that_forgot_to_ask_is_stopped(entitled: Company) -> None:
    """Also one that only asked whether its caller may look."""
    wang = entitled.actor("wang")
    for asked in (None, READ):
        with entitled.house.session(wang, write=True) as session:
            if asked:
                require(session, wang, asked)
            person = session.scalars(
                mark(select(Person).where(Person.name == "sun"), [("test", "core_person")])
            ).one()
            person.email = "x@example.org"
            with pytest.raises(UnguardedStatement, match="no require"):
                session.flush()
            session.rollback()
    with entitled.house.session(wang, write=True) as session:
        org.change_person(session, wang, load(session, wang, READ, Person, entitled.people["sun"].person_id),
                          email="sun@example.org")
    with entitled.house.session(wang, write=True) as session, system(session, "a sweep of tests"):
        session.scalars(select(Person).where(Person.name == "sun")).one().email = None
        session.flush()


# -- many questions at once --------------------------------------------------------------------------------------------


def persons(session: Session) -> dict[str, Person]:
    found = session.scalars(mark(select(Person), [("test", "core_person")]))
    return {person.name: person for person in found}


def test_many_are_answered_in_their_order_and_without_asking_for_each(entitled: Company) -> None:
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        rows = persons(session)
        asked = [rows[name] for name in ("zhao", "sun", "li", "wang", "sun")]
        assert allowed_many(session, wang, CHANGE, asked) == [False, True, False, True, True]
        assert allowed_many(session, wang, CHANGE, []) == []
        # His other post is outside the units he may change: a place there, and one nobody knows.
        east, acq = entitled.units["EAST"].id, entitled.units["ACQ"].id
        assert allowed_many(session, wang, CHANGE, [Place(east), Place(acq), Place(), None]) == \
            [False, True, False, True]


def test_the_buttons_of_a_page_look_up_their_object_once(entitled: Company) -> None:
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        sun = persons(session)["sun"]
        allowed(session, wang, READ)  # reads what he holds
        with counting(entitled.house.database) as seen:
            may = allowed_actions(session, wang, [CHANGE, READ, "person.bank:reveal", READ], sun)
        assert may == {CHANGE: True, READ: True, "person.bank:reveal": False}
        assert len(seen) == 1
        assert allowed_actions(session, wang, [READ, "person.bank:reveal"]) == \
            {READ: True, "person.bank:reveal": False}


def test_many_questions_raise_what_one_does(entitled: Company) -> None:
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        with pytest.raises(LookupError, match="no module"):
            allowed_many(session, wang, "person.record:erase", [])
        with pytest.raises(LookupError, match="no module"):
            allowed_actions(session, wang, [READ, "person.record:erase"])


def test_many_questions_of_who_is_nobody_of_the_product_and_of_a_token(entitled: Company) -> None:
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        sun = persons(session)["sun"]
        assert allowed_many(session, Actor.anonymous("en"), READ, [sun, sun]) == [False, False]
        assert allowed_many(session, SYSTEM, "person.bank:reveal", [sun]) == [True]
        narrow = replace(wang, kind="token", scopes=frozenset({READ}))
        assert allowed_actions(session, narrow, [CHANGE, READ], sun) == {CHANGE: False, READ: True}


def test_an_engine_that_answers_singly_or_none_at_all(entitled: Company) -> None:
    class Single:
        def __init__(self, engine: Any) -> None:
            self.decide = engine.decide

    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        rows = persons(session)
        session.info["authority"] = Single(session.info["authority"])
        assert allowed_many(session, wang, CHANGE, [rows["sun"], rows["zhao"]]) == [True, False]
        session.info.pop("authority")
        assert allowed_many(session, wang, CHANGE, [rows["sun"], rows["zhao"]]) == [False, False]


def test_what_nobody_listens_to_is_decided_all_the_same(entitled: Company) -> None:
    wang = entitled.actor("wang")
    with entitled.house.session(wang) as session:
        heard = session.info.pop(TOLD)
        assert require(session, wang, READ).allowed
        session.info[TOLD] = heard


def test_what_has_no_action_to_be_read_by_is_not_reached_beside_what_has(entitled: Company) -> None:
    """A model whose resource names no action for reading stays closed in the list of another."""
    registry = entitled.house.registry
    closed = {name: replace(one, read="") for name, one in registry.resource_types.items()
              if one.model is PersonRelation}
    house = replace(entitled.house, registry=Registry(
        registry.modules, registry.items, registry.actions, {**registry.resource_types, **closed}))
    wang = entitled.actor("wang")
    with house.session(wang) as session:
        both = select(Person.id, PersonRelation.id).join(PersonRelation, PersonRelation.person_id == Person.id)
        statement = visible(session, wang, READ, both)
        with pytest.raises(UnguardedStatement):
            session.execute(statement)
