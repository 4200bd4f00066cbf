"""Schemes: drafting one, signing it by whomever the lists name, and which ones are in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from performance.actions.schemes import SCHEME, SCHEME_DRAFT, SCHEME_PUBLISH, SCHEME_READ
from performance.models import Scheme, SchemeItem
from performance.rules.scoring import WHOLE, faults
from performance.services.figures import shown, versions_on
from performance.services.places import names_of, positions_on, posts_in, units_on
from performance.services.spans import span_of
from performance.text import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN, _
from remit.base import FOREVER, Actor, DomainError, NotFound, Period, clock
from remit.live import publish
from remit.models import Employment
from remit.org import person_by_number
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer, Run, ask

TOPIC = "performance_board"


def draft(session: Session, actor: Actor, scheme: Scheme | None, values: dict[str, Any]) -> Scheme:
    """Write a scheme down, or change a draft: ``code``, ``title``, ``valid_from``, one of ``unit_id``,
    ``position_id``, ``person_id``, and ``items``, each with ``kpi_id``, ``weight`` (millionths), ``target``,
    ``of_unit_id``.

    A new draft under a ``code`` that is there is its next version. Raises ``DomainError`` with the field.
    """
    if scheme is not None and scheme.state != DRAFT:
        raise DomainError("performance.closed", _("This version is handed in; draft the next one."))
    about = [values.get(name) for name in ("unit_id", "position_id", "person_id")]
    if sum(one is not None for one in about) != 1:
        raise DomainError("performance.about", _("A scheme is for one unit, one post or one person."), "unit_id")
    units = units_on(session, values["valid_from"])
    place = _place(session, values)
    code = " ".join(values["code"].split())
    made = scheme or Scheme(
        version=_next(session, code), state=DRAFT, drafted_by_person_id=actor.person_id, created_at=clock.now(),
        valid_to=FOREVER,
    )  # fmt: skip
    made.code, made.title, made.valid_from = code, values["title"], values["valid_from"]
    made.unit_id, made.position_id, made.person_id = about
    made.place_unit_id, made.legal_entity_id = place, units.entity_of(place)
    require(session, actor, SCHEME_DRAFT, made)
    session.add(made)
    session.flush()
    _set_items(session, made, values["items"])
    return made


def person_of(session: Session, actor: Actor, number: str) -> int | None:
    """The person of an employee number that the actor may see; None where none is given. Raises ``DomainError`` with
    the field.
    """
    if not number.strip():
        return None
    try:
        return person_by_number(session, actor, number.strip()).id
    except NotFound as error:
        raise DomainError("performance.person", error.message, "number") from error


def number_of(session: Session, scheme: Scheme) -> str:
    """The employee number of whom a scheme is for, his latest; empty where it is for a unit or a post."""
    if scheme.person_id is None:
        return ""
    statement = select(Employment.number).where(Employment.person_id == scheme.person_id)
    with system(session, "the number of whom a scheme is for"):
        return session.scalar(statement.order_by(Employment.id.desc()).limit(1)) or ""


def _next(session: Session, code: str) -> int:
    with system(session, "the next version of a scheme"):
        return (session.scalar(select(func.max(Scheme.version)).where(Scheme.code == code)) or 0) + 1


def _place(session: Session, values: dict[str, Any]) -> int:
    if values.get("unit_id") is not None:
        return int(values["unit_id"])
    day = values["valid_from"]
    if values.get("position_id") is not None:
        found = {position: unit for position, unit, _title in positions_on(session, day)}.get(values["position_id"])
        if found is None:
            raise DomainError("performance.post", _("Choose a post that exists that day."), "position_id")
        return found
    posts = posts_in(session, span_of("month", day))
    mine = posts.where((posts.person == values["person_id"]) & posts.primary)
    if not mine.unit.size:
        raise DomainError("performance.person", _("This person holds no post that day."), "number")
    return int(mine.unit[-1])


def _set_items(session: Session, scheme: Scheme, items: Sequence[dict[str, Any]]) -> None:
    known = versions_on(session, scheme.valid_from)
    if len({one["kpi_id"] for one in items}) != len(items):
        raise DomainError("performance.twice", _("A figure counts once in a scheme."), "items")
    for one in items:
        if one["kpi_id"] not in known:
            raise DomainError("performance.not_yet", _("A figure is not defined on the first day."), "items")
        if not 0 < one["weight"] <= WHOLE:
            raise DomainError("performance.weight", _("A weight is more than 0 and at most 100 %."), "items")
    for old in items_of(session, scheme):
        session.delete(old)
    session.flush()
    session.add_all(
        SchemeItem(
            scheme_id=scheme.id, kpi_id=one["kpi_id"], weight=one["weight"], target=one.get("target"),
            of_unit_id=one.get("of_unit_id"), order=10 * (number + 1),
        ) for number, one in enumerate(items)
    )  # fmt: skip
    session.flush()


def items_of(session: Session, scheme: Scheme) -> Sequence[SchemeItem]:
    """The figures of a scheme, in order."""
    return session.scalars(
        select(SchemeItem).where(SchemeItem.scheme_id == scheme.id).order_by(SchemeItem.order, SchemeItem.id)
    ).all()


def check_weights(session: Session, scheme: Scheme) -> None:
    """Raise ``DomainError`` where the weights of a scheme are not 100 %, saying by how much they miss it."""
    missing = faults([one.weight for one in items_of(session, scheme)])
    if missing:
        total = shown(WHOLE + missing)
        text = (
            _("The weights add up to {total} %, {rest} % less than 100 %.", total=total, rest=shown(-missing))
            if missing < 0 else
            _("The weights add up to {total} %, {rest} % more than 100 %.", total=total, rest=shown(missing))
        )  # fmt: skip
        raise DomainError("performance.weights", text, "items")


def submit(session: Session, actor: Actor, scheme: Scheme) -> Run:
    """Hand a draft in: whomever the lists name signs it. Raises ``DomainError`` where its weights are not 100 %."""
    require(session, actor, SCHEME_DRAFT, scheme)
    session.refresh(scheme, with_for_update=True)
    if scheme.state != DRAFT:
        raise DomainError("performance.submitted", _("This version is handed in already."))
    check_weights(session, scheme)
    scheme.state = SUBMITTED
    session.flush()
    return ask(session, actor, SCHEME, scheme)


def listed_schemes(session: Session, actor: Actor) -> Sequence[Scheme]:
    """The schemes somebody may see, by code, the latest version first."""
    statement = select(Scheme).order_by(Scheme.code, Scheme.version.desc())
    return session.scalars(visible(session, actor, SCHEME_READ, statement)).all()


def in_force(session: Session, period: Period) -> tuple[list[Scheme], dict[int, list[SchemeItem]]]:
    """The signed schemes of a period with their figures, for computing."""
    with system(session, "schemes that scores are worked out by"):
        found = list(session.scalars(select(Scheme).where(
            Scheme.state == APPROVED, Scheme.valid_from < period.end, Scheme.valid_to > period.start,
            Scheme.valid_to > Scheme.valid_from,
        ).order_by(Scheme.id)))  # fmt: skip
    items: dict[int, list[SchemeItem]] = {one.id: [] for one in found}
    rows = session.scalars(
        select(SchemeItem).where(SchemeItem.scheme_id.in_(items)).order_by(SchemeItem.order, SchemeItem.id)
    )
    for row in rows:
        items[row.scheme_id].append(row)
    return found, items


# -- the question ------------------------------------------------------------------------------------------------------


def subject(session: Session, scheme: Scheme) -> Text:
    """A scheme in one line."""
    del session
    return _("{title}, version {version}", title=scheme.title, version=scheme.version)


def lines(session: Session, scheme: Scheme) -> list[tuple[Text | str, Any]]:
    """What whoever signs must know: for whom, from when, each figure with its weight."""
    known = versions_on(session, scheme.valid_from)
    told: list[tuple[Text | str, Any]] = [
        (_("For"), about(session, scheme)), (_("From"), str(scheme.valid_from)),
    ]  # fmt: skip
    for one in items_of(session, scheme):
        version = known.get(one.kpi_id)
        if version is not None:
            told.append((str(version.title), f"{shown(one.weight)} %"))
    return told


def about(session: Session, scheme: Scheme) -> Any:
    """Whom a scheme is for: the title of the unit or post, or the name of the person."""
    if scheme.person_id is not None:
        return names_of(session, [scheme.person_id]).get(scheme.person_id, "–")
    if scheme.position_id is not None:
        found = {position: title for position, _unit, title in positions_on(session, scheme.valid_from)}
        return found.get(scheme.position_id, "–")
    return units_on(session, scheme.valid_from).title(scheme.unit_id)


def _link(scheme: Scheme) -> str:
    return f"/performance/schemes/{scheme.id}"


def answered(session: Session, actor: Actor, scheme: Scheme, answer: Answer) -> None:
    """Move a scheme on. Once it is signed, it ends what was in force for the same thing from its first day; one that
    is signed already and begins later goes on from its own first day."""
    del actor
    scheme.state = {
        "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "void": SUBMITTED, "returned": DRAFT,
    }[answer]  # fmt: skip
    if scheme.state == APPROVED:
        check_weights(session, scheme)
        scheme.signed_at = clock.now()
        with system(session, "a signed scheme ends the one before"):
            before = session.scalars(select(Scheme).where(
                Scheme.state == APPROVED, Scheme.id != scheme.id, Scheme.valid_to > scheme.valid_from,
                Scheme.unit_id.is_not_distinct_from(scheme.unit_id),
                Scheme.position_id.is_not_distinct_from(scheme.position_id),
                Scheme.person_id.is_not_distinct_from(scheme.person_id),
            )).all()  # fmt: skip
        for one in before:
            if one.valid_from > scheme.valid_from:
                scheme.valid_to = min(scheme.valid_to, one.valid_from)
            else:
                one.valid_to = scheme.valid_from
        session.flush()
        publish(session, TOPIC)


TASK_KINDS = (TaskKind(SCHEME, _("Performance scheme"), SCHEME_PUBLISH, subject, lines, _link, answered),)
