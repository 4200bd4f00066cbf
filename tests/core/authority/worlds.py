"""Random small worlds: as plain rows for the reference, and the same rows in the database for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import JSON, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from core.authority.models import (
    AuthorityEntry,
    PublishedList,
)
from core.db.types import Id, Translation
from core.formula.types import BOOL, MONEY, enum
from core.kernel.specs import Attribute, Facts, ResourceType, by_column
from core.org import tree
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    PositionVersion,
    Unit,
    UnitVersion,
)
from tests.core.authority import worlds_persons, worlds_rates, worlds_rules
from tests.core.authority.reference import (
    Asked,
    EntryRow,
    HandRow,
    HatRow,
    PassRow,
    PostRow,
    RuleRow,
    Thing,
    UnitRow,
    World,
    cited,
)

START, MOVE, CLOSE, END = date(2025, 1, 1), date(2026, 6, 1), date(2026, 9, 1), date(9999, 1, 1)
#: The day before and the day of each change.
DAYS = [date(2026, 5, 31), MOVE, date(2026, 8, 31), CLOSE]
UNITS, POSTS, PEOPLE = 4, 4, 3
LIMIT = 1_000_000


class Own(DeclarativeBase):
    """Tables of these tests alone."""


class Row(Own):
    """A thing with everything scopes look at, each of which may be missing."""

    __tablename__ = "trial_thing"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    position_id: Mapped[int | None]
    legal_entity_id: Mapped[int | None]
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    creator_id: Mapped[int | None]
    beneficiary_id: Mapped[int | None]
    category: Mapped[str | None]
    urgent: Mapped[bool | None]
    sum: Mapped[int | None] = mapped_column("total")
    acts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[list[Any]] = mapped_column(JSON, default=list)


def _one(value: int | None) -> tuple[int, ...]:
    return () if value is None else (value,)


def facts(_session: Session, row: Row) -> Facts:
    return Facts(
        _one(row.person_id), _one(row.unit_id), _one(row.position_id), row.legal_entity_id, row.amount, row.currency,
        row.creator_id, row.beneficiary_id,
    )


def acts(_session: Session, row: Row) -> dict[str, tuple[int, ...]]:
    return {key: tuple(people) for key, people in row.acts.items()}


def parents(_session: Session, row: Row) -> list[Row]:
    """What a thing came from: the next one, with the rest of the line behind it."""
    return [Row(acts=row.before[0], before=row.before[1:])] if row.before else []


THING = ResourceType(
    "thing", Row, facts,
    anchors={
        "person": by_column("person_id"), "unit": by_column("unit_id"), "position": by_column("position_id"),
        "legal_entity": by_column("legal_entity_id"), "creator": by_column("creator_id"),
        "beneficiary": by_column("beneficiary_id"),
    },
    attributes={
        "category": Attribute("Category", enum("ads", "event", "gift"), "category"),  # type: ignore[arg-type]
        "urgent": Attribute("Urgent", BOOL, "urgent"),  # type: ignore[arg-type]
        "sum": Attribute("Sum", MONEY, "sum", currency="currency"),  # type: ignore[arg-type]
    },
    acts=acts, parents=parents,
)


@dataclass
class Made:
    """A world, what is asked in it, and the things asked about."""

    world: World
    asked: Asked
    things: list[Thing]
    terms: dict[int, int] = field(default_factory=dict)
    #: What ``crowd.py`` makes the others from.
    luck: int = 0


def maybe(numbers: int) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.integers(1, numbers))


things = st.builds(
    Thing,
    persons=maybe(PEOPLE).map(_one), units=maybe(UNITS).map(_one), positions=maybe(POSTS).map(_one),
    entity=maybe(2), amount=st.sampled_from([None, 0, LIMIT - 1, LIMIT, LIMIT + 1]),
    currency=st.sampled_from(worlds_rates.CURRENCIES), creator=maybe(PEOPLE),
    beneficiary=st.one_of(st.none(), maybe(PEOPLE)),
    category=st.sampled_from([None, "ads", "ads", "event"]), urgent=st.sampled_from([None, True, False]),
    sum=st.sampled_from([None, 4999, 5000, 9000, 9001]),
    acts=st.dictionaries(
        st.sampled_from(["t.x:do", "t.y:do", "u.x:do", "t.z:do"]), st.tuples(st.integers(1, PEOPLE)), max_size=2,
    ),
    before=st.lists(st.dictionaries(
        st.sampled_from(["t.y:do", "u.x:do"]), st.tuples(st.integers(1, PEOPLE)), max_size=1), max_size=2,
    ),
)

#: Conditions as the reference reads them, and as a list says them.
WHEN: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"category": ("ads",)}, {"category": "ads"}),
    ({"category": ("gift", "ads")}, {"category": "gift, ads"}),
    ({"urgent": ("no",)}, {"urgent": "no"}),
    ({"sum": (5000, 9000, "CNY")}, {"sum": "50-90 CNY"}),
    ({"sum": (5000, 10**30, "USD")}, {"sum": ">= 50.00 USD"}),
    ({"sum": (-(10**30), 8999, "CNY"), "urgent": ("yes",)}, {"sum": "< 90.00 CNY", "urgent": "yes"}),
    ({"category": ("ads",), "urgent": ("no",)}, {"category": "ads", "urgent": "no"}),
    ({"category": ("ads",), "urgent": ("yes",)}, {"category": "ads", "urgent": "yes"}),
]


MONEY_OF = st.sampled_from(["CNY", "CNY", "CNY", "CNY", "USD"])
KINDS = ["same_object", "same_object", "person_holds", "same_lineage", "relation"]
#: Versions of the list with their first and last days.
STRETCHES = [(1, START, MOVE), (2, MOVE, END), (7, START, END), (7, START, END)]


@st.composite
def entries(draw: st.DrawFn, number: int, held: tuple[int, ...] = ()) -> EntryRow:
    """An entry of any post, of those that somebody holds more often, or of everybody."""
    effect = draw(st.sampled_from([*["grant"] * 7, "prohibit"]))
    of_account = effect == "grant" and draw(st.integers(0, 7)) == 0
    limit = draw(st.sampled_from([None, LIMIT, LIMIT + 1]))
    cap = draw(st.sampled_from([None, None, None, 2 * LIMIT]))
    when = draw(st.sampled_from(WHEN))[0] if draw(st.integers(0, 1 if effect == "prohibit" else 2)) == 0 else {}
    version, start, end = draw(st.sampled_from(STRETCHES))
    position = draw(st.sampled_from([None, None, *range(1, POSTS + 1), *held, *held]))
    return EntryRow(
        code=f"A{number}", position=None if of_account else position, account=1 if of_account else None, effect=effect,
        action="*" if of_account else draw(st.sampled_from([*["t.x:do"] * 4, "t.*:do", "*.x:do", "t.y:do"])),
        scope=draw(st.sampled_from(["self", "reports", "unit", "subtree", "company", "all", "all", "all"])),
        scope_unit=draw(st.one_of(st.none(), maybe(UNITS))),
        limit=limit, currency=draw(MONEY_OF) if limit or cap else None, cap=cap,
        when=when, by_acting=draw(st.booleans()), version=version, start=start, end=end,
        power=draw(st.sampled_from([*["decide"] * 12, *["do"] * 6, "propose", "cosign", "review"])),
        delegable=draw(st.booleans()), second=draw(st.sampled_from([None, None, 2, 3])) if effect == "grant" else None,
        glass=draw(st.sampled_from([*[None] * 6, 4])) if effect == "grant" and not of_account else None,
    )


@st.composite
def hands(draw: st.DrawFn, number: int, world: World) -> HandRow:
    """Something handed over, also by who acts or has left the post, and to oneself: what no service would write."""
    limit = draw(st.sampled_from([None, LIMIT - 1, LIMIT]))
    start, end = draw(st.sampled_from([*[(START, END)] * 4, (START, MOVE), (MOVE, CLOSE)]))
    to = draw(st.sampled_from([1, 1, 1, 2]))
    hats = [hat for hat in world.hats if hat.person != to or not draw(st.integers(0, 4))] or world.hats
    codes = tuple(entry.code for entry in world.entries if draw(st.booleans())) or ("A1",)
    return HandRow(
        number, draw(st.sampled_from([hat.assignment for hat in hats])), to, codes, limit,
        draw(MONEY_OF) if limit else None, draw(st.sampled_from([*[None] * 4, *range(1, UNITS + 1)])),
        start, end, draw(st.integers(0, 7)) == 0,
    )


@st.composite
def rules(draw: st.DrawFn, number: int) -> RuleRow:
    """A rule of one of the lists, which keeps what is asked apart from something else, or says nothing of it."""
    version, start, end = draw(st.sampled_from(STRETCHES))
    actions = draw(st.sampled_from([
        ("t.x:do", "t.y:do"), ("t.y:do", "t.x:do"), ("t.y:do", "t.x:do"), ("u.*:do", "t.*:do"),
        ("t.z:do", "t.y:do", "t.x:do"), ("t.y:do", "t.z:do"), ("*.x:do", "*.y:do"),
    ]))  # fmt: skip
    return RuleRow(None, f"S{number}", draw(st.sampled_from(KINDS)), actions, version, start, end)


@st.composite
def questions(draw: st.DrawFn, world: World) -> Asked:
    """Who asks, most often somebody who may, and how the action is declared."""
    asker = draw(st.sampled_from([1, 1, 1, 1, 1, 2, None]))
    own = [*(hat.assignment for hat in world.hats if hat.person == asker),
           *(hand.assignment for hand in world.hands if hand.to == asker)]  # fmt: skip
    return Asked(
        asker, draw(st.sampled_from([1, 2, None])),
        draw(st.sampled_from([None, None, None, *own])) if own else None, "t.x:do",
        draw(st.sampled_from(["decide", "decide", "reveal"])), draw(st.booleans()),
        draw(st.sampled_from([("relative",), ("interest",), ("relative", "interest")])) if world.relations else (),
    )


@st.composite
def kept_apart(draw: st.DrawFn) -> tuple[list[RuleRow], list[PassRow]]:
    """One rule or two, and whom they let pass."""
    found = [draw(rules(number)) for number in range(1, draw(st.integers(1, 2)) + 1)]
    return found, [
        PassRow(rule.unit, rule.code, draw(st.sampled_from([1, 1, 2])), *draw(st.sampled_from(
            [(START, END), (START, MOVE), (MOVE, CLOSE)])))
        for rule in found if draw(st.integers(0, 2)) == 0
    ]  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> Made:
    world = World(draw(st.sampled_from(DAYS)))
    for unit in range(1, UNITS + 1):
        above = st.one_of(st.none(), st.integers(1, unit - 1)) if unit > 1 else st.none()
        end = draw(st.sampled_from([END, END, CLOSE]))
        world.units.append(UnitRow(unit, START, MOVE, draw(above), draw(st.integers(1, 2))))
        world.units.append(UnitRow(unit, MOVE, end, draw(above), draw(st.integers(1, 2))))
    for post in range(1, POSTS + 1):
        reports_to = draw(st.one_of(st.none(), st.integers(1, post - 1))) if post > 1 else None
        world.posts.append(PostRow(post, draw(st.integers(1, UNITS)), reports_to))
    held = draw(st.lists(st.tuples(st.integers(1, PEOPLE), st.integers(1, POSTS)), max_size=6, unique=True))
    if draw(st.integers(0, 7)):  # most worlds have somebody in them who may ask for something
        rest = [one for one in held if one[0] != 1 or len(held) > 3]
        held = list(dict.fromkeys([(1, draw(st.integers(1, POSTS))), *rest]))
    for number, (person, position) in enumerate(held, start=1):
        kind = draw(st.sampled_from(["substantive", "substantive", "substantive", "concurrent", "acting", "acting"]))
        start, end = draw(st.sampled_from([*[(START, END)] * 4, (START, MOVE), (MOVE, END)]))
        first = all(hat.person != person for hat in world.hats)
        theirs = st.sampled_from([None, *(hat.assignment for hat in world.hats)])
        stands_in_for = draw(theirs) if kind == "acting" else None
        world.hats.append(HatRow(number, person, position, kind, first, start, end, stands_in_for))
    posts = tuple(post for _person, post in held)
    world.entries = [draw(entries(number, posts)) for number in range(1, draw(st.integers(2, 7)) + 1)]
    if world.hats:
        world.hands = [draw(hands(number, world)) for number in range(1, draw(st.integers(0, 3)) + 1)]
    for number, hand in enumerate(world.hands, start=10):
        if draw(st.integers(0, 3)):  # something that may be handed over, so that most of them matter
            made, giver = draw(entries(number)), world.hats[hand.assignment - 1]
            limit = draw(st.sampled_from([made.limit, LIMIT + 1]))
            world.entries.append(replace(
                made, position=giver.position, account=None, action="t.x:do", effect="grant", delegable=True,
                power="decide", version=7, start=START, end=END, limit=limit,
                currency=made.currency or ("CNY" if limit else None),
                scope=draw(st.sampled_from([made.scope, "self", "all"])),
            ))  # fmt: skip
            hand.codes = (*hand.codes, made.code)
    world.used = {
        cited(world, entry): draw(st.sampled_from([0, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT]))
        for entry in world.entries if entry.cap is not None
    }
    if draw(st.booleans()):
        world.rules, world.passes = draw(kept_apart())
    world.relations = draw(st.lists(worlds_persons.relations, max_size=4))
    world.opened = draw(worlds_persons.opened(world))
    compares = draw(worlds_rates.drawn(world))
    asked = draw(questions(world))
    terms = {one: draw(st.integers(1, 2)) for one in range(1, PEOPLE + 1) if draw(st.booleans())}
    found, principals = draw(st.lists(things, min_size=1, max_size=5)), _principals(world, asked.person)
    for thing in found if compares else ():
        draw(worlds_rates.turned(world, thing))
    for thing in found if world.rules and principals else ():
        if draw(st.integers(0, 2)) > 0:  # something done by somebody for whom one may decide
            thing.acts = {"t.y:do": (draw(st.sampled_from(principals)),)}
    return Made(world, asked, found, terms, draw(st.integers(0, 2**32)))


def _principals(world: World, asker: int | None) -> list[int]:
    """For whom the asker may decide: who handed him something, and in whose stead he acts."""
    people = {hat.assignment: hat.person for hat in world.hats}
    givers = [people[hand.assignment] for hand in world.hands if hand.to == asker]
    return givers + [people[hat.stands_in_for] for hat in world.hats if hat.person == asker and hat.stands_in_for]


TITLE = Translation(zh_CN="事项", en="Matter")


def write(session: Session, made: Made) -> None:
    """The rows of a world in the database, under the ids the reference knows them by."""
    world = made.world
    session.add_all(LegalEntity(id=n, code=f"L{n}", name=TITLE) for n in (1, 2))
    session.flush()
    session.add_all(Unit(id=n, code=f"U{n}") for n in range(1, UNITS + 1))
    session.add_all(Position(id=p.position, code=f"P{p.position}") for p in world.posts)
    session.add_all(Person(id=n, name=f"N{n}") for n in range(1, PEOPLE + 1))
    session.flush()
    session.add_all(
        UnitVersion(unit_id=u.unit, valid_from=u.start, valid_to=u.end, parent_id=u.parent, legal_entity_id=u.entity,
                    title=TITLE)
        for u in world.units
    )
    session.add_all(
        PositionVersion(position_id=p.position, valid_from=START, unit_id=p.unit, reports_to_id=p.reports_to,
                        title=TITLE)
        for p in world.posts
    )
    session.add_all(Employment(id=n, number=str(n), person_id=n, hired_on=START) for n in range(1, PEOPLE + 1))
    session.flush()
    session.add_all(
        EmploymentTerms(id=n, employment_id=n, valid_from=START, legal_entity_id=entity, withholding_agent_id=1)
        for n, entity in made.terms.items()
    )
    session.add_all(
        Assignment(id=h.assignment, employment_id=h.person, person_id=h.person, position_id=h.position, kind=h.kind,
                   is_primary=h.primary, valid_from=h.start, valid_to=h.end, stands_in_for_id=h.stands_in_for)
        for h in world.hats
    )
    session.flush()
    worlds_rules.write_hands(session, world)
    tree.renumber(session)
    stretches = sorted({(e.version, e.start, e.end) for e in world.entries} |
                       {(r.version, r.start, r.end) for r in world.rules})
    for number, (version, start, end) in enumerate(stretches, start=1):
        session.add(PublishedList(id=number, version=version, effective_from=start, effective_to=end,
                                  published_at=datetime(2025, 1, 1, tzinfo=UTC)))
    session.flush()
    session.add_all(
        AuthorityEntry(
            list_id=stretches.index((e.version, e.start, e.end)) + 1, code=e.code, position_id=e.position,
            effect=e.effect, action=e.action, title=TITLE, scope=e.scope, scope_unit_id=e.scope_unit,
            limit_minor=e.limit, currency=e.currency, cap_minor=e.cap, cap_period="month" if e.cap else None,
            conditions=next((said for read, said in WHEN if read == e.when), None), by_acting=e.by_acting,
            power=e.power, delegable=e.delegable, needs_second=e.second, break_hours=e.glass,
            bootstrap=e.account is not None, account_id=e.account,
        )
        for e in world.entries
    )
    worlds_rules.write_rules(session, world, stretches)
    worlds_persons.write(session, world)
    worlds_rates.write(session, world)
    session.flush()


def columns(thing: Thing) -> dict[str, Any]:
    """A thing as the columns of its row."""
    return {
        "person_id": next(iter(thing.persons), None), "unit_id": next(iter(thing.units), None),
        "position_id": next(iter(thing.positions), None), "legal_entity_id": thing.entity, "amount": thing.amount,
        "currency": thing.currency, "creator_id": thing.creator, "beneficiary_id": thing.beneficiary,
        "category": thing.category, "urgent": thing.urgent, "sum": thing.sum, "acts": thing.acts,
        "before": thing.before,
    }  # fmt: skip


def write_things(session: Session, things: Sequence[Thing]) -> dict[int, Row]:
    """The things under their numbers, from 1."""
    session.execute(insert(Row), [{"id": n, **columns(thing)} for n, thing in enumerate(things, start=1)])
    return {row.id: row for row in session.scalars(select(Row))}
