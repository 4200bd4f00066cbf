"""Random worlds without a database: what a session would read, made from the same rows, for thousands of worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import relations
from core.authority.engine import ListEngine
from core.authority.held import Entry, Handed, Hat, Holder
from core.authority.rates import table
from core.authority.rates.table import Rate, Rates
from core.authority.rules import Rule, Rules
from core.authority.snapshot import Snapshot
from core.base.actor import Actor
from core.kernel.specs import ActionDef, Facts, Usage
from core.org import tree
from core.org.tree import Node
from tests.core.authority.reference import Asked, EntryRow, HatRow, Thing, World
from tests.core.authority.worlds import THING, TITLE, WHEN, Row, columns


def actor_of(asked: Asked) -> Actor:
    return Actor(kind="person", name="N", account_id=asked.account, person_id=asked.person, acting_as=asked.acting_as)


def action_of(asked: Asked, key: str, resource: str | None) -> ActionDef:
    return ActionDef(
        key, "X", resource=resource, power=asked.power, no_self=asked.no_self,  # type: ignore[arg-type]
        recuse=asked.recuse,  # type: ignore[arg-type]
        used=lambda _session, _usage: {},
    )


def snapshot_of(world: World) -> Snapshot:
    units = {row.unit: row for row in world.units if row.start <= world.day < row.end}
    numbers = tree.number({unit: row.parent for unit, row in units.items()}, {unit: (0, unit) for unit in units})
    nodes = {unit: Node(unit, lft, rgt, depth, units[unit].entity) for unit, lft, rgt, depth in numbers}
    companies = frozenset(row.entity for row in units.values())
    above = {post.position: post.reports_to for post in world.posts}
    related = relations.of_rows([
        (row.person, row.other, row.kind, row.confirmed, row.declared_by) for row in world.relations
        if row.start <= world.day < row.end
    ])
    return Snapshot(
        1, world.day, nodes, above, companies, rules=_rules(world), relations=related, rates=_rates(world)
    )


def _rates(world: World) -> Rates:
    """The table of the day, from the rows as they were published."""
    policy = max((row for row in world.policies if row.start <= world.day), key=lambda row: row.start, default=None)
    return table.made_of(world.day, policy.age if policy is not None else None, [
        Rate(row.base, row.quote, row.units, int(Decimal(row.rate) * table.ONE), row.start, row.end, "-")
        for row in world.rates if row.start <= world.day
    ])  # fmt: skip


def _rules(world: World) -> Rules:
    """The rules of the day that keep duties apart, and whom they let pass."""
    found = tuple(
        Rule(f"{row.unit or '-'}.{row.code}", row.version, row.unit, row.code, row.kind, row.actions, None, "-")
        for row in world.rules if row.start <= world.day < row.end
    )
    passed = {(f"{row.unit or '-'}.{row.code}", row.person) for row in world.passes
              if row.start <= world.day < row.end}  # fmt: skip
    return Rules(found, frozenset(passed))


def holder_of(world: World, asked: Asked) -> Holder:
    """What is read for whoever asks: his hats, those handed to him, and the entries of all of them."""
    worn = [row for row in world.hats if row.start <= world.day < row.end]
    hats = tuple(
        _hat(world, row, next((other.person for other in world.hats if other.assignment == row.stands_in_for), None))
        for row in worn if row.person == asked.person
    )
    handed = []
    for hand in world.hands:
        row = next((row for row in worn if row.assignment == hand.assignment and row.kind != "acting"), None)
        if row is None or hand.to != asked.person or hand.revoked or not hand.start <= world.day < hand.end:
            continue
        hat = _hat(world, row, row.person, hand.number)
        handed.append(Handed(hat, frozenset(hand.codes), hand.limit, hand.currency, hand.unit))
    posts = {hat.position_id for hat in (*hats, *(one.hat for one in handed))}
    entries = tuple(
        _entry(row) for row in world.entries if row.start <= world.day < row.end and (
            row.account == asked.account if row.account is not None
            else row.position in posts or (row.position is None and bool(posts))
        )
    )
    narrowed = [(one.hat, one.narrowed(entry)) for one in handed for entry in entries]
    opened = {(one.assignment, one.code): one.until for one in sorted(world.opened, key=lambda one: one.until)
              if one.person == asked.person}  # fmt: skip
    return Holder(hats, entries, tuple((hat, entry) for hat, entry in narrowed if entry is not None), opened)


def _hat(world: World, row: HatRow, principal: int | None, delegation: int | None = None) -> Hat:
    kind = "delegated" if delegation else row.kind
    unit = world.post(row.position).unit
    return Hat(row.assignment, row.position, f"P{row.position}", unit, kind, principal, delegation)


def _entry(row: EntryRow) -> Entry:
    return Entry(
        code=f"{'ALL' if row.position is None else f'P{row.position}'}.{row.code}", list_version=row.version,
        position_id=row.position, effect=row.effect, action=row.action, title=TITLE, scope=row.scope,
        scope_unit_id=row.scope_unit, limit_minor=row.limit, currency=row.currency, cap_minor=row.cap,
        cap_period="month" if row.cap else None, split_by=None, split_days=None,
        conditions=next((said for read, said in WHEN if read == row.when), None), power=row.power,
        by_acting=row.by_acting, bootstrap=row.account is not None, of_account=row.account is not None,
        delegable=row.delegable, needs_second=row.second, break_hours=row.glass,
    )


def facts_of(thing: Thing) -> Facts:
    return Facts(
        thing.persons, thing.units, thing.positions, thing.entity, thing.amount, thing.currency, thing.creator,
        thing.beneficiary,
    )


def row_of(thing: Thing) -> Row:
    """What conditions look at, and who did what on it."""
    return Row(**columns(thing))


def used(world: World, usage: Usage) -> dict[str | None, int]:
    """What was used up under an entry, also in another currency than that of its total."""
    found: dict[str | None, int] = {usage.currency: world.used.get(usage.entry, 0)}
    amount, currency = world.abroad.get(usage.entry, (0, usage.currency))
    return {**found, currency: found.get(currency, 0) + amount}


def answers_of(
    world: World, asked: Asked, things: Sequence[Thing], session: Session, snapshot: Snapshot | None = None
) -> list[Decision]:
    """What the engine says of things in a world that stands in no database; the session is only carried along."""
    snapshot, actor = snapshot or snapshot_of(world), actor_of(asked)
    snapshot.holders[actor.person_id, actor.account_id] = holder_of(world, asked)
    action = replace(action_of(asked, asked.action, None), used=lambda _session, usage: used(world, usage))
    engine = ListEngine()
    return [engine.answer(session, snapshot, actor, action, THING, row_of(thing)) for thing in things]
