"""Pure rules of a staffing plan: which posts a quota is about, how many it allows, and how far that is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.base.text import Text, catalogue
from core.org import grades

_ = catalogue("org")

#: All posts that have a grade of an institution, those of one category, and those that have none.
ALL, OUTSIDE = "all", "outside"
CATEGORIES: Mapping[str, Text] = {
    ALL: _("Posts within the plan"), "management": _("Management posts"),
    "professional": _("Professional and technical posts"), "skilled": _("Skilled and manual posts"),
    OUTSIDE: _("Posts outside the plan"),
}
#: Whoever holds a post in this way takes a place of the plan; whoever acts for it, holds it besides or is lent to it
#: has his place elsewhere.
TAKES_A_PLACE = "substantive"


class Post(Protocol):
    """A position as far as a plan asks: where, how many places, of which grade."""

    @property
    def id(self) -> int: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def headcount(self) -> int: ...
    @property
    def grade(self) -> str | None: ...


class Hold(Protocol):
    """Somebody on a position."""

    @property
    def person_id(self) -> int: ...
    @property
    def position_id(self) -> int: ...
    @property
    def kind(self) -> str: ...


class Numbered(Protocol):
    """A unit with its numbers in the tree: those below it lie in ``[lft, rgt)``."""

    @property
    def lft(self) -> int: ...
    @property
    def rgt(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota in force: ``most`` posts, a share (``num`` of ``den``) of those of the category, or both.

    ``first`` and ``last`` are the highest and the lowest grade of the range, both included; both 0 for the category.
    """

    id: int
    unit_id: int
    category: str
    first: int
    last: int
    most: int | None
    num: int | None
    den: int | None
    binding: bool
    basis: str

    @property
    def whole(self) -> bool:
        """Whether it is about every grade of its category."""
        return not self.first

    def covers(self, grade: str | None) -> bool:
        """Whether a post of a grade is one of those it counts."""
        ranked = grades.rank(grade)
        if ranked is None or self.category in (ALL, OUTSIDE):
            return (ranked is None) == (self.category == OUTSIDE)
        return ranked[0] == self.category and (self.whole or self.first <= ranked[1] <= self.last)


@dataclass(frozen=True, slots=True)
class Use:
    """How far a quota is used: places the posts have (``planned``), and people who hold them (``held``).

    ``base`` is what a share is taken of; None where the quota names none.
    """

    quota: Quota
    allowed: int
    planned: int
    held: int
    base: int | None
    posts: frozenset[int]
    people: frozenset[int]

    @property
    def free(self) -> int:
        """Places that are approved and that nobody holds."""
        return max(0, self.allowed - self.held)


def uses(
    quotas: Sequence[Quota], units: Mapping[int, Numbered], posts: Iterable[Post], holds: Iterable[Hold]
) -> list[Use]:
    """Every quota of a unit that is there, with how far it is used.

    A person counts once, whatever posts he holds. A share is taken of the approved number of the category where the
    plan of the unit has one, else of the places its posts have; a part of a post counts as a whole one, as in the
    national ratios.
    """
    holders: dict[int, set[int]] = {}
    for hold in holds:
        if hold.kind == TAKES_A_PLACE:
            holders.setdefault(hold.position_id, set()).add(hold.person_id)
    at = [(units[post.unit_id].lft, post) for post in posts if post.unit_id in units]
    approved = {(one.unit_id, one.category): one.most for one in quotas if one.whole and one.most is not None}
    found: list[Use] = []
    for quota in quotas:
        unit = units.get(quota.unit_id)
        if unit is None:
            continue
        inside = [post for lft, post in at if unit.lft <= lft < unit.rgt]
        counted = [post for post in inside if quota.covers(post.grade)]
        base = None
        if quota.num is not None:
            base = approved.get((quota.unit_id, quota.category))
            if base is None:
                base = sum(post.headcount for post in inside if _category(post.grade) == quota.category)
        people = frozenset().union(*(holders.get(post.id, ()) for post in counted))
        found.append(Use(
            quota, allowed(quota, base), sum(post.headcount for post in counted), len(people), base,
            frozenset(post.id for post in counted), people,
        ))  # fmt: skip
    return found


def allowed(quota: Quota, base: int | None) -> int:
    """How many posts a quota allows, ``base`` being what its share is taken of."""
    shares = [] if quota.num is None or quota.den is None or base is None else [-(-base * quota.num // quota.den)]
    return min([*shares, *([] if quota.most is None else [quota.most])])


def governs_grades(quotas: Collection[Quota], units: Mapping[int, Numbered], unit: Numbered) -> bool:
    """Whether an approved plan says something about the grades of professional posts of a unit; then the national
    ratios, which are given for control, say nothing more.
    """
    return any(
        one.category == "professional" and not one.whole and one.unit_id in units
        and units[one.unit_id].lft <= unit.lft < units[one.unit_id].rgt
        for one in quotas
    )


def what(quota: Quota) -> Text:
    """The posts a quota is about, in words: 管理岗位五级至六级."""
    title = CATEGORIES[quota.category]
    if quota.whole:
        return title
    first, last = (grades.words(quota.category, at) for at in (quota.first, quota.last))
    if quota.first == quota.last:
        return _("{category}, grade {grade}", category=title, grade=first)
    return _("{category}, grades {first} to {last}", category=title, first=first, last=last)


def _category(grade: str | None) -> str | None:
    ranked = grades.rank(grade)
    return ranked[0] if ranked is not None else None
