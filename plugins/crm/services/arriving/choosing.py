"""Who takes a lead among the people of a team: a choice without a database, the same for the same question.

First whoever may take it at all: works there today, is not away, knows what is asked for, and has room. Among them
those who know the industry or the product by name come first, then whoever has least in hand for his share of a post,
then whoever was given one longest ago.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from plugins.crm.text import _
from remit.text import Text

FULL = 100
#: Why somebody is passed over: the words for each code.
REASONS: Mapping[str, Text] = {
    "gone": _("holds no share of a post in this team today"),
    "away": _("is away until {until}"),
    "skill": _("does not know {skill}"),
    "industry": _("takes other industries"),
    "product": _("takes other products"),
    "full": _("has {open} open leads in hand, {most} at most"),
    "had_it": _("had it before"),
    "load": _("has more in hand: {open} open leads"),
    "turn": _("was given one more recently"),
    "general": _("does not name the industry or the product"),
}


@dataclass(slots=True)
class Candidate:
    """Somebody who takes leads: what he knows, what he has in hand, and his share of a post in hundredths.

    ``turn`` rises with each lead he was given; whoever has the lowest was given one longest ago. ``until`` is the last
    day on which he is away.
    """

    person_id: int
    unit_id: int
    share: int
    most_open: int
    open: int = 0
    turn: int = 0
    industries: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    until: date | None = None

    @property
    def most(self) -> int:
        """How many open leads he has in hand at most, by his share of a post; at least one."""
        return max(1, self.most_open * self.share // FULL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a lead asks for: its team, a skill, and what it is about. ``besides`` are those who had it before."""

    unit_id: int
    skill: str = ""
    industry: str = ""
    product: str = ""
    besides: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who takes it, None for nobody, and everybody who was passed over, with the code of the reason and its numbers."""

    person_id: int | None
    passed: tuple[Mapping[str, Any], ...] = field(default=())


def choose(candidates: Sequence[Candidate], wanted: Wanted) -> Chosen:
    """Who takes a lead, and why nobody else. Whoever is chosen has one more in hand afterwards."""
    team = [one for one in candidates if one.unit_id == wanted.unit_id]
    passed: list[Mapping[str, Any]] = []
    able: list[Candidate] = []
    for one in team:
        why = _unable(one, wanted)
        if why is None:
            able.append(one)
        else:
            passed.append({"person_id": one.person_id, **why})
    if not able:
        return Chosen(None, tuple(passed))
    able.sort(key=lambda one: _order(one, wanted))
    best = able[0]
    passed += [{"person_id": one.person_id, **_behind(one, best, wanted)} for one in able[1:]]
    best.open += 1
    best.turn = max(one.turn for one in candidates) + 1
    return Chosen(best.person_id, tuple(passed))


def _unable(one: Candidate, wanted: Wanted) -> dict[str, Any] | None:
    if one.person_id in wanted.besides:
        return {"code": "had_it"}
    if one.share <= 0:
        return {"code": "gone"}
    if one.until is not None:
        return {"code": "away", "until": one.until.isoformat()}
    if wanted.skill and wanted.skill not in one.skills:
        return {"code": "skill", "skill": wanted.skill}
    if one.industries and wanted.industry not in one.industries:
        return {"code": "industry"}
    if one.products and wanted.product not in one.products:
        return {"code": "product"}
    if one.open >= one.most:
        return {"code": "full", "open": one.open, "most": one.most}
    return None


def _order(one: Candidate, wanted: Wanted) -> tuple[int, Fraction, int, int]:
    return -_named(one, wanted), Fraction(one.open, one.share), one.turn, one.person_id


def _named(one: Candidate, wanted: Wanted) -> int:
    """How much of what a lead is about somebody names as his own."""
    return (wanted.industry in one.industries) + (wanted.product in one.products)


def _behind(one: Candidate, best: Candidate, wanted: Wanted) -> dict[str, Any]:
    if _named(one, wanted) < _named(best, wanted):
        return {"code": "general"}
    if Fraction(one.open, one.share) > Fraction(best.open, best.share):
        return {"code": "load", "open": one.open}
    return {"code": "turn"}


def told(passed: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> list[tuple[str, Text]]:
    """Those who were passed over, by name, each with the reason in words."""
    return [
        (names.get(one["person_id"], "–"),
         REASONS[one["code"]].filled(**{key: value for key, value in one.items() if key not in ("person_id", "code")}))
        for one in passed if one.get("code") in REASONS
    ]  # fmt: skip


def people_in(passed: Collection[Mapping[str, Any]]) -> set[int]:
    """The persons an explanation names."""
    return {one["person_id"] for one in passed}
