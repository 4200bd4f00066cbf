"""The rows of lists as people read them: each column by its name and in words, so that two versions can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core.audit.words import meant
from core.authority import checks, wording
from core.authority.held import STEPS
from core.authority.labels import PARTS
from core.authority.models import AuthorityEntry, Boundary, BoundarySupport, Duty, KpiTarget, SeparationRule
from core.base.text import Text, catalogue, listed
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.kernel.specs import Attribute, ResourceType
from core.org.models import PositionVersion, UnitVersion

_ = catalogue("authority")

_YES_NO = {"yes": _("yes"), "no": _("no")}

Line = tuple[Text, Any]
#: Name, before and after of a column that differs.
Changed = tuple[Text, Any, Any]


def changed(before: list[Line], after: list[Line]) -> list[Changed]:
    """Name, before and after of each line that differs; what is not said is a dash."""
    old, new = {str(name): value for name, value in before}, {str(name): value for name, value in after}
    names = {str(name): name for name, _value in [*before, *after]}
    return [
        (names[name], old.get(name, "–"), new.get(name, "–"))
        for name in names if str(old.get(name, "–")) != str(new.get(name, "–"))
    ]


class Words:
    """Titles of posts, units and duties that the rows of some lists name, read once."""

    def __init__(self, session: Session, lists: Collection[int], entries: Collection[AuthorityEntry], day: date, *,
                 posts: Collection[int] = (), units: Collection[int | None] = ()) -> None:  # fmt: skip
        self._registry = house_of(session).registry
        held = {entry.position_id for entry in entries} | set(posts)
        self._posts = {
            post: str(title) for post, title in session.execute(
                select(PositionVersion.position_id, PositionVersion.title).where(
                    PositionVersion.position_id.in_(held - {None}), as_of(PositionVersion, day)
                )
            )
        }
        wanted = {entry.scope_unit_id for entry in entries} | set(units)
        self.units = {
            unit: str(title) for unit, title in session.execute(
                select(UnitVersion.unit_id, UnitVersion.title).where(
                    UnitVersion.unit_id.in_(wanted - {None}), as_of(UnitVersion, day)
                )
            )
        }
        duties = session.scalars(select(Duty).where(Duty.list_id.in_(lists)).order_by(Duty.id))
        self._duties = {(duty.list_id, duty.position_id, duty.code): duty.text for duty in duties}

    def unit(self, unit_id: int | None) -> Text | str:
        """The unit a list belongs to."""
        return self.units.get(unit_id, "–") if unit_id is not None else _("The whole installation")

    def post(self, position_id: int | None) -> str:
        """What a post is called on the day; a dash where it is not there."""
        return self._posts.get(position_id, "") or "–" if position_id is not None else ""

    def holder(self, entry: AuthorityEntry) -> Text | str:
        """Who holds an entry."""
        if entry.account_id is not None:
            return _("First account")
        return self.post(entry.position_id) if entry.position_id is not None else _("Everybody who holds a post")

    def entry(self, entry: AuthorityEntry) -> list[Line]:
        """The row of an entry, each column in words; what is not said is left out."""
        actions = checks.named(self._registry, entry.action)
        action: Text | str = actions[0].title if len(actions) == 1 else ""
        return _said([
            (_("Sentence in Chinese"), entry.title.get("zh_CN", "")),
            (_("Sentence in English"), entry.title.get("en", "")),
            (_("Matter"), action), (_("Key of the matter"), entry.action),
            (_("Where"), wording.scope(entry, self.units)),
            (_("Limit"), wording.limit(entry)), (_("Counts together"), self.together(entry)),
            (_("Must agree"), wording.several(entry)), (_("For emergencies"), wording.emergency(entry)),
            (_("Only where"), wording.conditions(entry, self)),
            (_("How"), self.how(entry)),
            (_("Also by whoever acts for the post"), _YES_NO["yes" if entry.by_acting else "no"]),
            (_("May be delegated"), _YES_NO["yes"] if entry.delegable else ""),
            (_("May be granted to others by lists"), _YES_NO["yes"] if entry.grantable else ""),
            (_("Duty it serves"), self._duty(entry, entry.duty_code)), (_("Basis"), entry.basis or ""),
        ])

    def duty(self, duty: Duty) -> list[Line]:
        """The row of a duty in words."""
        return _said([
            (_("Sentence in Chinese"), duty.text.get("zh_CN", "")),
            (_("Sentence in English"), duty.text.get("en", "")),
            (_("Part taken"), PARTS[duty.raci]), (_("Matter"), duty.matter or ""),
        ])

    def target(self, kpi: KpiTarget) -> list[Line]:
        """The row of a target in words."""
        return _said([
            (_("Sentence in Chinese"), kpi.title.get("zh_CN", "")),
            (_("Sentence in English"), kpi.title.get("en", "")),
            (_("Metric"), kpi.metric), (_("Target"), wording.target(kpi)), (_("Unit of measure"), kpi.unit),
            (_("Period"), wording.CAP_WORDS[kpi.period]), (_("Weight"), f"{kpi.weight}%" if kpi.weight else ""),
            (_("Duty it serves"), self._duty(kpi, kpi.duty_code)),
        ])

    def boundary(self, boundary: Boundary, support: Iterable[int]) -> list[Line]:
        """The row of a boundary in words; ``support`` are the units beside the one that leads."""
        return _said([
            (_("Matter"), boundary.matter), (_("Unit that leads"), self.unit(boundary.lead_unit_id)),
            (_("Units beside it"), listed(sorted(str(self.unit(unit)) for unit in support))),
            (_("Sentence in Chinese"), boundary.text.get("zh_CN", "")),
            (_("Sentence in English"), boundary.text.get("en", "")),
        ])

    def kept_apart(self, rule: SeparationRule) -> Text:
        """The sentence of a rule."""
        return wording.kept_apart(rule.kind, checks.titles(self._registry, rule.actions), rule.months)

    def separation(self, rule: SeparationRule) -> list[Line]:
        """The row of a rule in words."""
        return _said([
            (_("Kept apart"), self.kept_apart(rule)), (_("Keys of the matters"), ", ".join(rule.actions)),
            (_("Risk"), wording.RISK_WORDS[rule.risk]), (_("Basis"), rule.basis or ""),
        ])

    def _duty(self, row: AuthorityEntry | KpiTarget, code: str | None) -> str:
        return str(self._duties.get((row.list_id, row.position_id, code or ""), ""))

    def together(self, entry: AuthorityEntry) -> Text | str:
        """What counts together against the limit, each attribute by its name."""
        return wording.together(entry, self._alike)

    def conditions(self, entry: AuthorityEntry) -> str:
        """What must be the case besides, each attribute by its name."""
        return wording.conditions(entry, self)

    @staticmethod
    def how(entry: AuthorityEntry) -> Text:
        """How an entry is used; one that is a step before a decision says that nothing asks about steps yet."""
        if entry.effect == "prohibit":
            return _("Prohibited")
        word = wording.POWER_WORDS[entry.power][0]
        if entry.power in STEPS:
            return _("{how}; kept for joint decisions, not applied yet: it permits nothing", how=word)
        return word

    def _alike(self, action: str, attribute: str) -> Text | str:
        """What an attribute is called by which cases count together."""
        titles = (one.alike[attribute] for one in checks.named(self._registry, action) if attribute in one.alike)
        return next(titles, attribute)

    def named(self, action: str, attribute: str) -> Text | str:
        """What an attribute is called where the action is asked."""
        for one in checks.named(self._registry, action):
            if attribute in one.alike:
                return one.alike[attribute]
            resource = self._registry.resource_types.get(one.resource or "")
            if resource is not None and attribute in resource.attributes:
                return resource.attributes[attribute].title
        return attribute

    def meant(self, action: str, attribute: str, text: str) -> Text | str:
        """What a condition asks of an attribute, its choices by what they are called."""
        for one in checks.named(self._registry, action):
            resource = self._registry.resource_types.get(one.resource or "")
            if resource is not None and attribute in resource.attributes:
                return _meant(resource, resource.attributes[attribute], text)
        return text


def _meant(resource: ResourceType, declared: Attribute, text: str) -> Text | str:
    if declared.type.kind == "enum":
        mapper = inspect(resource.model, raiseerr=False)
        column = mapper.columns.get(declared.column) if mapper is not None else None
        return listed([meant(column, label.strip()) or label.strip() for label in text.split(",")])
    return _YES_NO.get(text, text) if declared.type.kind == "bool" else text


def supports(session: Session, boundaries: Collection[Boundary]) -> dict[int, list[int]]:
    """The units beside the one that leads, by boundary."""
    found: dict[int, list[int]] = {row.id: [] for row in boundaries}
    rows = session.execute(
        select(BoundarySupport.boundary_id, BoundarySupport.unit_id).where(BoundarySupport.boundary_id.in_(found))
    )
    for boundary, unit in rows:
        found[boundary].append(unit)
    return found


def _said(lines: list[Line]) -> list[Line]:
    return [(name, value) for name, value in lines if str(value)]
