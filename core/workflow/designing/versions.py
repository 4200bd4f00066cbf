"""The versions of definitions: the one in force, drafts, publishing, and what a module ships."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import LOCALES, Text, catalogue, use_locale
from core.db.types import Translation
from core.events.outbox import emit
from core.kernel import state
from core.kernel.house import of
from core.kernel.kept import kept, kept_each
from core.kernel.specs import TaskKind
from core.workflow.actions import EDIT, PUBLISH
from core.workflow.designing import checking, due
from core.workflow.events import ProcessPublished
from core.workflow.processes import definition
from core.workflow.processes.definition import Definition
from core.workflow.processes.models import DRAFT, PUBLISHED, RETIRED, ProcessVersion

_ = catalogue("workflow")

#: Where a session keeps the versions it has read.
_KNOWN = "process_versions"
#: What was read of texts, by their digests, and how many of them are kept.
_DEFINITIONS: dict[str, Definition] = {}
_MOST_DEFINITIONS = 1_024


def digest_of(source: Mapping[str, Any]) -> str:
    """The SHA-256, in hex, of the canonical text of a definition."""
    text = json.dumps(source, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def version_of(session: Session, version_id: int) -> ProcessVersion:
    """A version by its number, to be read alone: what was published does not change."""
    read_versions(session, [version_id])
    found: ProcessVersion = session.info[_KNOWN][version_id]
    return found


def read_versions(session: Session, ids: Collection[int]) -> None:
    """Read several versions in one statement; ``version_of`` then finds them."""
    known: dict[int, ProcessVersion] = session.info.setdefault(_KNOWN, {})
    missing = sorted(set(ids) - set(known))
    if missing:
        known |= kept_each(session, "process_versions", missing, lambda keys: {
            row.id: _copy(row) for row in session.scalars(select(ProcessVersion).where(ProcessVersion.id.in_(keys)))
        })  # fmt: skip


def published(session: Session) -> Mapping[str, ProcessVersion]:
    """The versions in force by their process, to be read alone."""
    return kept(session, "processes_in_force", lambda: {
        row.process: _copy(row)
        for row in session.scalars(select(ProcessVersion).where(ProcessVersion.state == PUBLISHED))
    })  # fmt: skip


def _copy(row: ProcessVersion) -> ProcessVersion:
    """The same values in an object that belongs to no session."""
    return ProcessVersion(**{column.key: getattr(row, column.key) for column in inspect(ProcessVersion).column_attrs})


def definition_of(version: ProcessVersion) -> Definition:
    """The definition of a version, read once for each text, which its digest stands for."""
    found = _DEFINITIONS.get(version.digest)
    if found is None:
        if len(_DEFINITIONS) >= _MOST_DEFINITIONS:
            _DEFINITIONS.clear()
        # From a copy: what is kept shares nothing with the row.
        found = _DEFINITIONS[version.digest] = definition.read(deepcopy(dict(version.source)))
    return found


def titled(title: Text) -> dict[str, str]:
    """A title of a module in every language, as a definition writes it."""
    said = {}
    for locale in LOCALES:
        with use_locale(locale):
            said[locale] = str(title)
    return said


def shipped(kind: TaskKind) -> dict[str, Any]:
    """The definition that comes with a kind: its own, or the plain one, by which the lists say who decides."""
    source: dict[str, Any] = dict(kind.steps) if kind.steps is not None else definition.plain({})
    return {**source, "title": dict(source.get("title") or titled(kind.title))}


def current(session: Session, kind: TaskKind, process: str) -> ProcessVersion:
    """The version in force: what was published here, or what the module ships, kept as a version when it is first
    used or has changed. Raises ``NotFound`` for a process of forms that nobody published.
    """
    found = published(session).get(process)
    if process != kind.name:
        if found is None:
            raise NotFound("process.unknown", _("There is no process {name}.", name=process))
        return found
    if found is not None and not found.shipped:
        return found
    source = shipped(kind)
    digest = digest_of(source)
    if found is not None and found.digest == digest:
        return found
    before: ProcessVersion | None = session.scalars(_in_force(process)).one_or_none()
    return before if before is not None and before.digest == digest else _ship(
        session, kind, process, source, digest, before
    )


def in_force(session: Session, kind: TaskKind, process: str) -> ProcessVersion:
    """The version in force to look at; what a module ships and nobody has used yet is not kept for that."""
    found = published(session).get(process)
    if found is None and process != kind.name:
        raise NotFound("process.unknown", _("There is no process {name}.", name=process))
    if found is not None and not (found.shipped and found.digest != digest_of(shipped(kind))):
        return found
    source = shipped(kind)
    return ProcessVersion(
        process=process, kind=kind.name, number=(found.number if found is not None else 0) + 1, state=PUBLISHED,
        shipped=True, source=source, digest=digest_of(source), written_at=clock.now(),
    )


def _in_force(process: str) -> Any:
    return select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.state == PUBLISHED)


def _ship(
    session: Session, kind: TaskKind, process: str, source: dict[str, Any], digest: str, before: ProcessVersion | None
) -> ProcessVersion:
    """Keep what a module ships as the version in force. Where another does so at this moment, his is taken."""
    now = clock.now()
    try:
        with session.begin_nested():
            if before is not None:
                before.state = RETIRED
                session.flush()
            made = ProcessVersion(
                process=process, kind=kind.name, number=_next(session, process), state=PUBLISHED, shipped=True,
                source=source, digest=digest, written_at=now, published_at=now,
            )  # fmt: skip
            session.add(made)
            session.flush()
    except IntegrityError:
        found: ProcessVersion = session.scalars(_in_force(process)).one()
        return found
    return made


def _next(session: Session, process: str) -> int:
    found = session.scalar(select(func.max(ProcessVersion.number)).where(ProcessVersion.process == process))
    return (found or 0) + 1


@dataclass(frozen=True, slots=True)
class Known:
    """A process with the version in force that is kept, and its draft, where there are such."""

    name: str
    title: Text | Translation
    in_force: ProcessVersion | None
    draft: ProcessVersion | None


def known(session: Session) -> list[Known]:
    """Every process by its name: those that were written here, and those that come with modules that are on."""
    rows = session.scalars(select(ProcessVersion).where(ProcessVersion.state.in_((DRAFT, PUBLISHED)))).all()
    by_name: dict[str, dict[str, ProcessVersion]] = {}
    for row in rows:
        by_name.setdefault(row.process, {})[row.state] = row
    kinds = of(session).registry.task_kinds(state.read(session))
    found = []
    for name in sorted({*by_name, *(name for name, kind in kinds.items() if kind.process is None)}):
        published, draft = (by_name.get(name, {}).get(which) for which in (PUBLISHED, DRAFT))
        found.append(Known(name, _titled(session, name, published or draft), published, draft))
    return found


def _titled(session: Session, name: str, row: ProcessVersion | None) -> Text | Translation:
    title = definition_of(row).title if row is not None else None
    if title:
        return title
    kind = of(session).registry.task_kinds().get(name.partition(":")[0])
    return kind.title if kind is not None else Translation({LOCALES[0]: name})


# -- writing -----------------------------------------------------------------------------------------------------------


def kind_of(session: Session, process: str) -> TaskKind:
    """The kind of question a process is about. Raises ``NotFound`` for a process nobody knows."""
    kinds = of(session).registry.task_kinds()
    name, _colon, rest = process.partition(":")
    kind = kinds.get(name)
    if kind is None or (rest and kind.process is None):
        raise NotFound("process.unknown", _("There is no process {name}.", name=process))
    return kind


def draft_of(session: Session, process: str) -> ProcessVersion | None:
    """The draft of a process, where there is one."""
    statement = select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.state == DRAFT)
    return session.scalars(statement).one_or_none()


def save_draft(
    session: Session, actor: Actor, process: str, source: Mapping[str, Any], *, seen: str | None = None
) -> ProcessVersion:
    """Keep a draft of a process, over the one that is there. ``seen`` is the digest of the text it was made from.

    Raises ``DomainError`` with the place for what is no definition, for a form whose name is no short word, and where
    somebody else changed the draft since; ``Denied`` for whoever may not write definitions.
    """
    require(session, actor, EDIT)
    kind = kind_of(session, process)
    if process != kind.name and not definition.is_key(process.partition(":")[2]):
        raise DomainError("process.name", _("The code of a form is a short word of small Latin letters, such as "
                                            "seal_use."), "name")  # fmt: skip
    definition.read(source)
    held = select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.state == DRAFT)
    row = session.scalars(held.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is not None and seen is not None and seen != row.digest:
        raise _changed()
    new = row is None
    if row is None:
        row = ProcessVersion(process=process, kind=kind.name, number=_next(session, process), state=DRAFT)
    row.source, row.digest = dict(source), digest_of(source)
    row.written_at, row.written_by = clock.now(), actor.account_id
    try:
        with session.begin_nested():
            if new:
                session.add(row)
            session.flush()
    except IntegrityError:  # another began a draft in the same moment
        raise _changed() from None
    return row


def _changed() -> DomainError:
    return DomainError("process.changed", _("Somebody else has changed this draft meanwhile; look at it again."))


def no_draft() -> NotFound:
    """The error for a process that has no draft."""
    return NotFound("process.no_draft", _("There is no draft of this process."))


def discard_draft(session: Session, actor: Actor, process: str) -> None:
    """Throw a draft away. Raises ``NotFound`` where there is none."""
    require(session, actor, EDIT)
    row = draft_of(session, process)
    if row is None:
        raise no_draft()
    session.delete(row)
    session.flush()


def publish(session: Session, actor: Actor, process: str, *, seen: str) -> ProcessVersion:
    """Put the draft of a process in force; what runs stays on its version. ``seen`` is the digest of what was read.

    Raises ``DomainError`` where the draft has a fault that would leave somebody waiting for nothing, or was changed
    since it was read; ``Denied`` for whoever may not publish; ``NotFound`` where there is no draft.
    """
    decision = require(session, actor, PUBLISH)
    kind = kind_of(session, process)
    held = select(ProcessVersion).where(ProcessVersion.process == process).order_by(ProcessVersion.id)
    rows = session.scalars(held.with_for_update().execution_options(populate_existing=True)).all()
    row = next((one for one in rows if one.state == DRAFT), None)
    if row is None:
        raise no_draft()
    if row.digest != seen:
        raise _changed()
    faults = [one for one in checking.check(session, kind, definition_of(row), process) if one.severity == "error"]
    if faults:
        raise DomainError("process.faulty", _("It cannot be published: {why}", why=faults[0].message))
    for one in rows:
        if one.state == PUBLISHED:
            one.state = RETIRED
    session.flush()
    trigger = definition_of(row).trigger
    if trigger is not None:
        row.trigger = trigger.event or None
        row.next_at = due.next_start(session, trigger, clock.now()) if trigger.timed else None
    row.state, row.published_at, row.published_by = PUBLISHED, clock.now(), actor.account_id
    row.publisher_person_id, row.entry = actor.person_id, decision.entry
    emit(session, ProcessPublished(row.id, process, row.number))
    session.flush()
    return row
