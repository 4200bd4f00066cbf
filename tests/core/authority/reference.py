"""The meaning of a list, written as literally as it can be: loops over plain rows, no SQL, nothing kept.

It shares no line with the engine. What it leaves out on purpose is only speed.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.core.authority.plain import (
    Asked,
    EntryRow,
    HandRow,
    HatRow,
    OpenRow,
    PassRow,
    PolicyRow,
    PostRow,
    RateRow,
    RelationRow,
    RuleRow,
    Thing,
    UnitRow,
    World,
    asleep,
    in_currency,
    related,
    together,
)
from tests.core.authority.plain_conditions import conditions_fail, conditions_hold

__all__ = [
    "Asked", "EntryRow", "HandRow", "HatRow", "NO", "OpenRow", "PassRow", "PolicyRow", "PostRow", "RateRow",
    "RelationRow", "Route", "RuleRow", "Thing", "UNKNOWN", "UnitRow", "World", "YES", "cited", "conditions_hold",
    "decide", "listed",
    "needed",
]  # fmt: skip

YES, NO, UNKNOWN = "yes", "no", "unknown"
NARROW_FIRST = ["self", "reports", "unit", "subtree", "company", "all"]


def names(pattern: str, action: str, power: str, account_entry: bool) -> bool:
    if pattern == action:
        return True
    if pattern == "*":
        return account_entry and power != "reveal"
    noun, verb = action.split(":")
    module, thing = noun.split(".")
    return pattern in (f"{module}.*:{verb}", f"*.{thing}:{verb}")


@dataclass
class Route:
    """One way to an entry: by a hat of one's own, by one that was handed over, or by none."""

    hat: HatRow | None
    entry: EntryRow
    hand: HandRow | None = None

    def limit(self) -> tuple[int | None, str | None]:
        limit, currency = self.entry.limit, self.entry.currency
        if self.hand is None or self.hand.limit is None:
            return limit, currency
        return self.hand.limit if limit is None else min(limit, self.hand.limit), self.hand.currency

    def himself(self, asked: Asked) -> int | None:
        """Whom the scope means by himself."""
        if self.hand is not None and self.hat is not None:
            return self.hat.person
        return asked.person

    def principal(self, world: World) -> int | None:
        """For whom one decides by it, where that is not oneself."""
        if self.hat is None:
            return None
        if self.hand is not None:
            return self.hat.person
        for other in world.hats:
            if other.assignment == self.hat.stands_in_for:
                return other.person
        return None


def handed(world: World, asked: Asked, entry: EntryRow) -> list[Route]:
    """The ways to an entry that others handed over; what a post is prohibited comes with its hat, whole."""
    found = []
    for hand in world.hands:
        if hand.to != asked.person or hand.revoked or not hand.start <= world.day < hand.end:
            continue
        hat = next(hat for hat in world.hats if hat.assignment == hand.assignment)
        if hat.kind == "acting" or not hat.start <= world.day < hat.end:
            continue
        if entry.effect == "prohibit":
            if entry.position is None or entry.position == hat.position:
                found.append(Route(hat, entry, hand))
            continue
        if entry.position != hat.position or not entry.delegable or entry.code not in hand.codes or entry.glass:
            continue
        if hand.limit is not None and entry.currency is not None and entry.currency != hand.currency:
            continue
        found.append(Route(hat, entry, hand))
    return found


def routes(world: World, asked: Asked, effect: str) -> list[Route]:
    worn = [hat for hat in world.hats if hat.person == asked.person and hat.start <= world.day < hat.end]
    found: list[Route] = []
    for entry in world.entries:
        if not entry.start <= world.day < entry.end or entry.effect != effect:
            continue
        if not names(entry.action, asked.action, asked.power, entry.account is not None):
            continue
        if effect == "grant" and entry.power in ("propose", "cosign", "review"):
            continue
        if entry.account is not None:
            if asked.account == entry.account:
                found.append(Route(None, entry))
            continue
        found += handed(world, asked, entry)
        for hat in worn:
            if entry.position is not None and entry.position != hat.position:
                continue
            if hat.kind == "acting" and not entry.by_acting:
                continue
            if asleep(world, asked.person, hat.assignment, entry, cited(world, entry)):
                continue
            found.append(Route(hat, entry))
    return found


def in_scope(world: World, asked: Asked, route: Route, thing: Thing) -> str:
    """Both the scope of the entry and the unit to which a delegation is narrowed."""
    reach = in_scope_of_entry(world, asked, route, thing)
    if reach == NO or route.hand is None or route.hand.unit is None or route.entry.effect == "prohibit":
        return reach
    alive = [unit for unit in thing.units if world.unit(unit) is not None]
    if world.unit(route.hand.unit) is None or not alive:
        return UNKNOWN
    if not any(world.within(unit, route.hand.unit) for unit in alive):
        return NO
    return reach


def in_scope_of_entry(world: World, asked: Asked, route: Route, thing: Thing) -> str:
    hat, entry = route.hat, route.entry
    if entry.scope == "all":
        return YES
    if entry.scope == "self":
        himself = route.himself(asked)
        if himself is None or not thing.persons:
            return UNKNOWN
        return YES if himself in thing.persons else NO
    if entry.scope == "reports":
        if hat is None or not thing.positions:
            return UNKNOWN
        return YES if any(world.post(p).reports_to == hat.position for p in thing.positions) else NO
    start = entry.scope_unit
    if start is None and hat is not None:
        start = world.post(hat.position).unit
    home = world.unit(start)
    if home is None:
        return UNKNOWN
    if entry.scope == "unit":
        if not thing.units:
            return UNKNOWN
        return YES if home.unit in thing.units else NO
    alive = [unit for unit in thing.units if world.unit(unit) is not None]
    if entry.scope == "subtree":
        if not alive:
            return UNKNOWN
        return YES if any(world.within(unit, home.unit) for unit in alive) else NO
    entities = [thing.entity] if thing.entity is not None else [world.unit(unit).entity for unit in alive]  # type: ignore[union-attr]
    if not entities:
        return UNKNOWN
    return YES if home.entity in entities else NO


def in_whole(world: World, route: Route) -> str:
    """Whether a scope covers every unit there is today: what is about the whole installation is in no other."""
    hat, entry, hand = route.hat, route.entry, route.hand
    if hand is not None and hand.unit is not None and entry.effect == "grant":
        for row in world.units:
            alive = row.start <= world.day < row.end
            if alive and (world.unit(hand.unit) is None or not world.within(row.unit, hand.unit)):
                return NO
    if entry.scope == "all":
        return YES
    start = entry.scope_unit
    if start is None and hat is not None:
        start = world.post(hat.position).unit
    home = world.unit(start)
    if home is None or entry.scope in ("self", "reports"):
        return NO
    for row in world.units:
        if not row.start <= world.day < row.end:
            continue
        if entry.scope == "unit" and row.unit != home.unit:
            return NO
        if entry.scope == "subtree" and not world.within(row.unit, home.unit):
            return NO
        if entry.scope == "company" and row.entity != home.entity:
            return NO
    return YES


def cited(world: World, entry: EntryRow) -> str:
    return f"{'ALL' if entry.position is None else f'P{entry.position}'}.{entry.code}"


def rules_on(world: World, kind: str) -> list[RuleRow]:
    return [rule for rule in world.rules if rule.kind == kind and rule.start <= world.day < rule.end]


def passed(world: World, rule: RuleRow, person: int | None) -> bool:
    return any(
        one.unit == rule.unit and one.code == rule.code and one.person == person and one.start <= world.day < one.end
        for one in world.passes
    )


def did_another(world: World, asked: Asked, thing: Thing, person: int | None) -> bool:
    """Whether somebody did on the thing what a rule keeps apart from what is asked; nobody known may have done it."""
    for rule in rules_on(world, "same_object") + rules_on(world, "same_lineage"):
        done = [] if thing.acts is None else list(thing.acts.items())
        if rule.kind == "same_lineage":
            done += [one for earlier in thing.before for one in earlier.items()]
        if not done and thing.acts is not None:
            continue
        for place, pattern in enumerate(rule.actions):
            if not names(pattern, asked.action, "", False) or passed(world, rule, person):
                continue
            if thing.acts is None or person is None:
                return True
            for act, people in done:
                for other_place, other in enumerate(rule.actions):
                    if place != other_place and act != asked.action and names(other, act, "", False) \
                            and person in people:
                        return True
    return False


def could_be_one(pattern: str, other: str) -> bool:
    """Whether some action is named by both."""
    parts = [text.replace(":", ".").split(".") for text in (pattern, other)]
    return all(one == two or "*" in (one, two) for one, two in zip(*parts, strict=True))


def places(world: World, asked: Asked, pattern: str) -> set[int | None]:
    """Where somebody may use grants for an action of a pattern: units, and None for what is in none."""
    found: set[int | None] = set()
    alive = [row.unit for row in world.units if row.start <= world.day < row.end]
    worn = [hat for hat in world.hats if hat.person == asked.person and hat.start <= world.day < hat.end]
    for entry in world.entries:
        if entry.effect != "grant" or entry.account is not None or not entry.start <= world.day < entry.end:
            continue
        if entry.power in ("propose", "cosign", "review") or not could_be_one(entry.action, pattern):
            continue
        own = [
            Route(hat, entry) for hat in worn
            if entry.position in (None, hat.position) and (entry.by_acting or hat.kind != "acting")
            and not asleep(world, asked.person, hat.assignment, entry, cited(world, entry))
        ]
        for route in own + handed(world, asked, entry):
            for unit in [None, *alive]:
                thing = Thing(units=() if unit is None else (unit,))
                about_people = entry.scope in ("self", "reports")
                reaches = about_people or in_scope_of_entry(world, asked, route, thing) == YES
                narrow = route.hand.unit if route.hand is not None else None
                if narrow is not None and (unit is None or not world.within(unit, narrow)):
                    reaches = False
                if reaches:
                    found.add(unit)
    return found


def holds_an_earlier_one(world: World, asked: Asked) -> bool:
    """Whether a rule gives the asker another action in place of this one, which he may use where he may use this."""
    for rule in rules_on(world, "person_holds"):
        if passed(world, rule, asked.person):
            continue
        named = [place for place, pattern in enumerate(rule.actions) if names(pattern, asked.action, "", False)]
        if not named:
            continue
        here = places(world, asked, rule.actions[named[-1]])
        for earlier in rule.actions[:named[-1]]:
            if here & places(world, asked, earlier):
                return True
    return False


def decide(world: World, asked: Asked, thing: Thing | None) -> tuple[bool, str, str | None, int | None, int | None]:
    """Allowed, code, entry, version of the list, assignment; without a thing, about the whole installation."""
    whole, thing = thing is None, thing or Thing()
    grants = [
        route for route in routes(world, asked, "grant")
        if asked.acting_as is None or route.entry.position is None
        or (route.hat and route.hat.assignment == asked.acting_as)
    ]

    def order(route: Route) -> tuple[bool, bool, int, float, str, int, int]:
        limit = route.limit()[0]
        return (
            route.entry.glass is not None, route.hand is not None, NARROW_FIRST.index(route.entry.scope),
            float("inf") if limit is None else limit, cited(world, route.entry),
            route.hat.assignment if route.hat else 0, route.hand.number if route.hand else 0,
        )

    if not grants:
        return False, "NO_ENTRY", None, None, None
    for route in sorted(routes(world, asked, "prohibit"), key=order):
        if whole or not (in_scope(world, asked, route, thing) == NO or conditions_fail(route.entry, thing)):
            return False, "PROHIBITED", cited(world, route.entry), route.entry.version, None
    if asked.no_self and (asked.person is None or asked.person in (thing.creator, thing.beneficiary)):
        return False, "SOD_SELF", None, None, None
    if related(world, asked, thing, asked.person):
        return False, "RECUSED", None, None, None
    if not whole and did_another(world, asked, thing, asked.person):
        return False, "SOD_OBJECT", None, None, None
    if holds_an_earlier_one(world, asked):
        return False, "SOD_HOLDS", None, None, None
    answer: tuple[bool, str, str | None, int | None, int | None] = (False, "OUT_OF_SCOPE", None, None, None)
    for route in sorted(grants, key=order):
        hat, entry = route.hat, route.entry
        limit, currency = route.limit()
        reach = in_whole(world, route) if whole else in_scope(world, asked, route, thing)
        if reach != YES or not conditions_hold(entry, thing):
            continue
        limited = limit is not None or entry.cap is not None
        amount = in_currency(world, thing.amount, thing.currency, currency)
        used = together(world, cited(world, entry), currency)
        principal = route.principal(world)
        if asked.no_self and principal is not None and principal in (thing.creator, thing.beneficiary):
            answer = (False, "SOD_PROXY", cited(world, entry), entry.version, None)
        elif principal is not None and related(world, asked, thing, principal):
            answer = (False, "RECUSED", cited(world, entry), entry.version, None)
        elif not whole and principal is not None and did_another(world, asked, thing, principal):
            answer = (False, "SOD_OBJECT", cited(world, entry), entry.version, None)
        elif limited and amount is None:
            answer = (False, "CURRENCY_UNKNOWN", cited(world, entry), entry.version, None)
        elif limit is not None and amount is not None and amount > limit:
            answer = (False, "OVER_LIMIT", cited(world, entry), entry.version, None)
        elif entry.cap is not None and used is None:
            answer = (False, "CURRENCY_UNKNOWN", cited(world, entry), entry.version, None)
        elif entry.cap is not None and used is not None and amount is not None and used + amount > entry.cap:
            answer = (False, "CAP_EXCEEDED", cited(world, entry), entry.version, None)
        else:
            return True, "ALLOW", cited(world, entry), entry.version, hat.assignment if hat else None
    return answer


def needed(world: World, entry: str | None) -> int:
    """How many must agree by an entry that is cited; one by nothing."""
    for row in world.entries:
        if cited(world, row) == entry and row.start <= world.day < row.end and row.effect == "grant":
            return row.second or 1
    return 1


def listed(world: World, asked: Asked, thing: Thing) -> bool:
    """Whether a list shows the thing: amounts and one's own requests do not narrow lists, only decisions; what somebody
    steps back from is not shown.
    """
    if related(world, asked, thing, asked.person):
        return False
    for route in routes(world, asked, "prohibit"):
        if not (in_scope(world, asked, route, thing) == NO or conditions_fail(route.entry, thing)):
            return False
    for route in routes(world, asked, "grant"):
        hat, entry = route.hat, route.entry
        if asked.acting_as is not None and entry.position is not None and hat and hat.assignment != asked.acting_as:
            continue
        principal = route.principal(world)
        if principal is not None and related(world, asked, thing, principal):
            continue
        if conditions_hold(entry, thing) and in_scope(world, asked, route, thing) == YES:
            return True
    return False
