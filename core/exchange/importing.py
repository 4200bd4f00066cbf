"""The frame of an import: dry run, real run, and the upload kept in between.

A module says what a file means with an ``Exchange``: the columns, ``plan`` (compare with what is stored, write
nothing) and ``apply`` (write what was planned). The frame does the rest and promises: every bad row and column is
reported, one problem means that nothing is written, and a second import of the same file changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed_actions, require
from core.base import clock
from core.base.errors import DomainError, InputErrors, NotFound, Problem
from core.base.text import Text, catalogue
from core.contracts.country import Identifier
from core.exchange.changes import Changes
from core.exchange.check import Checked, check, in_order
from core.exchange.columns import Sheet
from core.exchange.models import CHECKED, CHECKING, DONE, FAILED, UNCHANGED, Import
from core.exchange.read import read
from core.exchange.report import ImportReport
from core.exchange.unpack import Limits
from core.files import service as files
from core.files.models import File
from core.jobs.context import Report
from core.jobs.models import JobRow
from core.jobs.queue import enqueue
from core.kernel import state

if TYPE_CHECKING:
    from core.base.actor import Actor
    from core.kernel.house import House

_ = catalogue("exchange")

JOB = "exchange.import"
CHECK_JOB = "exchange.check"
#: Uploads up to this many bytes are checked in the request itself.
INLINE = 1024 * 1024


@dataclass
class Plan:
    """What an import would do.

    Counts are of rows of the file, ``closed`` of stored rows that end because of it. ``problems`` come from comparing
    (an unknown unit, a manager cycle); with one of them ``apply`` is never called. ``data`` is for ``apply``.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    data: Any = None

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is stored already."""
        return not (self.new or self.changed or self.closed)


@dataclass(frozen=True)
class Option:
    """A choice offered with an import: a checkbox of the page, ``--create-missing`` on the command line."""

    name: str
    title: Text


@dataclass(frozen=True)
class Exchange:
    """A file that can be imported: what a module registers with ``register_exchanges``.

    ``name`` is the word of the command line (``people``). ``action`` is what the actor must be allowed.
    ``plan(session, actor, checked)`` compares by external id or key and writes nothing. Beside the good rows it gets
    those with bad cells whose code can be read, with None in such cells, so that an unknown unit is told in the same
    run as a bad date; a plan that does not want them begins with ``checked = checked.good()``. Whatever it makes of
    them, nothing is written. ``checked.dropped`` has the codes of the rows left out.
    ``apply(session, actor, plan, changes, report)`` writes it, through ``changes`` or the ORM; it is called only when
    there is no problem and something to do. ``options`` are offered to the user; ``checked.options`` holds the names
    of those he chose. ``after_undo(session)`` brings in order what follows from the rows an undo has put back.
    ``take_back(session, actor, made)`` is for what leaves a ledger behind, which nobody can delete from: instead of
    deleting, it writes what makes up for the import. ``made`` has the numbers of the rows that were inserted, by table;
    it answers how many records it put back, and raises ``DomainError`` where they were used since.
    """

    name: str
    title: Text
    sheet: Sheet
    action: str
    plan: Callable[[Session, Actor, Checked], Plan]
    apply: Callable[[Session, Actor, Plan, Changes, Report], None]
    limits: Limits = field(default_factory=Limits)
    options: tuple[Option, ...] = ()
    after_undo: Callable[[Session], None] | None = None
    take_back: Callable[[Session, Actor, Mapping[str, Sequence[int]]], int] | None = None


@dataclass(frozen=True)
class Prepared:
    """A file that was read and checked by itself, before the database is asked."""

    exchange: Exchange
    file_name: str
    digest: str
    checked: Checked | None
    problems: list[Problem]
    problem_count: int
    warnings: list[Problem] = field(default_factory=list)


def silent(done: int, total: int | None, message: Text | str = "") -> None:
    """A report nobody listens to."""


def prepare(
    exchange: Exchange,
    data: bytes,
    *,
    name: str,
    identifiers: Mapping[str, Identifier] | None = None,
    options: Iterable[str] = (),
    report: Report = silent,
) -> Prepared:
    """Read and check a file without the database; a file that cannot be read becomes a problem, too."""
    digest = hashlib.sha256(data).hexdigest()
    report(0, 100, _("Reading the file"))
    try:
        grid = read(data, exchange.sheet, limits=exchange.limits)
    except InputErrors as unreadable:
        problems = list(unreadable.problems) or [Problem(unreadable.message)]
        return Prepared(exchange, name, digest, None, problems, len(problems))
    report(25, 100, _("Checking {count} row", "Checking {count} rows", count=len(grid)))
    checked = replace(check(grid, exchange.sheet, identifiers=identifiers), options=_chosen(exchange, options))
    report(45, 100, _("Comparing with what is stored"))
    return Prepared(exchange, name, digest, checked, checked.problems, checked.problem_count, checked.warnings)


def dry_run(session: Session, actor: Actor, prepared: Prepared) -> ImportReport:
    """What the import would do: every bad row and column, and the counts. Writes nothing."""
    require(session, actor, prepared.exchange.action)
    plan = _plan(session, actor, prepared)
    return _report(prepared, plan, CHECKED)


def run(
    session: Session, actor: Actor, prepared: Prepared, *, report: Report = silent, record: Import | None = None
) -> ImportReport:
    """Import for good, all or nothing, in the caller's transaction.

    Raises ``InputErrors`` with every problem when there is one; then nothing was written. ``record`` is the row of an
    earlier dry run; otherwise one is added.
    """
    exchange = prepared.exchange
    require(session, actor, exchange.action)
    _one_at_a_time(session, exchange)
    plan = _plan(session, actor, prepared)
    outcome = _report(prepared, plan, DONE)
    if not outcome.ok or plan is None:
        raise InputErrors(outcome.summary(), outcome.problems)
    if plan.changes_nothing:
        outcome = _report(prepared, plan, UNCHANGED)
    if record is None:
        record = _new_record(actor, prepared)
        session.add(record)
    record.state, record.counts, record.finished_at = outcome.state, dict(outcome.counts), clock.now()
    session.flush()
    outcome = replace(outcome, import_id=record.id)
    record.report = outcome.to_json()
    session.flush()
    if not plan.changes_nothing:
        report(50, 100, _("Writing"))
        changes = Changes(session, record, exchange.action)
        with changes.watching():
            exchange.apply(session, actor, plan, changes, _part_of(report, 50, 98))
    report(100, 100, outcome.summary())
    return outcome


def import_file(
    house: House, actor: Actor, exchange: Exchange, data: bytes, *, name: str, dry: bool = False,
    options: Iterable[str] = (), report: Report = silent,
) -> ImportReport:
    """A whole import for the command line: read and check first, then one short transaction.

    A dry run reports problems, a real run raises ``InputErrors`` for them.
    """
    with house.session(actor) as session:
        require(session, actor, exchange.action)
        identifiers = identifiers_of(session)
    prepared = prepare(exchange, data, name=name, identifiers=identifiers, options=options, report=report)
    with house.session(actor, write=not dry) as session:
        return dry_run(session, actor, prepared) if dry else run(session, actor, prepared, report=report)


# -- with an upload in between ---------------------------------------------------------------------------------------


def upload(
    session: Session, actor: Actor, exchange: Exchange, source: bytes | BinaryIO, *, name: str,
    options: Iterable[str] = (),
) -> Import:
    """Keep an upload and check it; ``start`` then imports it for good.

    A small file is checked at once. A large one is checked by a job, so that no request holds the database meanwhile;
    its state is ``checking`` until then.
    """
    require(session, actor, exchange.action)
    file = files.put(session, actor, source, name=name, kind="import", limit=exchange.limits.size)
    record = Import(
        kind=exchange.name, file_name=file.name, file_digest=file.digest, file_id=file.id,
        account_id=actor.account_id, person_id=actor.person_id, state=CHECKING, counts={}, report=None,
        options=sorted(_chosen(exchange, options)), created_at=clock.now(),
    )
    session.add(record)
    session.flush()
    if file.size > INLINE:
        record.job_id = enqueue(session, actor, CHECK_JOB, {"import": record.id}, key=f"{CHECK_JOB}:{record.id}").id
    else:
        data = files.read_file(session, file)
        prepared = prepare(
            exchange, data, name=file.name, identifiers=identifiers_of(session), options=record.options
        )
        store_report(record, dry_run(session, actor, prepared))
    session.flush()
    return record


def store_report(record: Import, outcome: ImportReport) -> None:
    """Keep the outcome of a dry run with the upload it is about."""
    record.state, record.counts = outcome.state, dict(outcome.counts)
    record.report = replace(outcome, import_id=record.id).to_json()


def start(session: Session, actor: Actor, record: Import) -> JobRow:
    """Import a checked upload for good, as a job. Raises ``DomainError`` when it has problems or was imported."""
    exchange = exchange_of(session, record.kind)
    require(session, actor, exchange.action)
    if record.state != CHECKED or record.file_id is None:
        raise DomainError("import.state", _("This file cannot be imported: correct it and upload it again."))
    before = session.get(JobRow, record.job_id) if record.job_id is not None else None
    if before is not None and before.kind == JOB and not before.ended:
        return before
    # A job that was called off or failed for a passing reason may be followed by another one, never joined by it.
    key = f"{JOB}:{record.id}:{before.id if before is not None else 0}"
    job = enqueue(session, actor, JOB, {"import": record.id}, key=key)
    record.job_id = job.id
    session.flush()
    return job


def report_of(record: Import) -> ImportReport:
    """The report of an import, as stored; an empty one while the file is being checked."""
    if record.report is None:
        return ImportReport(kind=record.kind, state=record.state, file_name=record.file_name, import_id=record.id)
    return ImportReport.from_json(record.report)


def own_imports(session: Session, actor: Actor, *, limit: int = 50) -> Sequence[Import]:
    """The latest files an account handed in, newest first."""
    statement = select(Import).where(Import.account_id == actor.account_id).order_by(Import.id.desc()).limit(limit)
    return session.scalars(statement).all()


def own_import(session: Session, actor: Actor, import_id: int) -> Import:
    """One import the actor handed in himself; ``NotFound`` for any other."""
    record = session.get(Import, import_id)
    if record is None or not (actor.is_system or (actor.signed_in and record.account_id == actor.account_id)):
        raise NotFound("not_found", _("There is no such import, or it is not yours."))
    return record


def kept_file(session: Session, record: Import) -> File:
    """The upload of an import; ``DomainError`` when its week is over."""
    file = session.get(File, record.file_id) if record.file_id is not None else None
    if file is None:
        raise DomainError("file.gone", _("The uploaded file is no longer kept. Upload it again."), "file")
    return file


def exchange_of(session: Session, name: str) -> Exchange:
    """The exchange of that name among the modules that are on; ``NotFound`` otherwise."""
    for exchange in exchanges(session):
        if exchange.name == name:
            return exchange
    raise NotFound("exchange.unknown", _("There is no import named {name}.", name=name))


def exchanges(session: Session) -> list[Exchange]:
    """All exchanges of the modules that are on."""
    house: House = session.info["house"]
    return house.registry.of("exchanges", state.read(session))


def may_import(session: Session, actor: Actor) -> bool:
    """Whether there is any file the actor may import; for the line of the menu."""
    return any(allowed_actions(session, actor, (exchange.action for exchange in exchanges(session))).values())


def identifiers_of(session: Session) -> dict[str, Identifier]:
    """The number checks of the country packs that are on, by kind."""
    house: House = session.info["house"]
    countries = house.registry.countries(state.read(session))
    return {one.kind: one for country in countries.values() for one in country.identifiers}


def _chosen(exchange: Exchange, options: Iterable[str]) -> frozenset[str]:
    """The options chosen, among those the exchange has."""
    return frozenset(options) & {option.name for option in exchange.options}


# -- parts -----------------------------------------------------------------------------------------------------------


def _plan(session: Session, actor: Actor, prepared: Prepared) -> Plan | None:
    """The plan over the rows that can be read, so that one dry run tells all that is wrong."""
    if prepared.checked is None:
        return None
    return prepared.exchange.plan(session, actor, prepared.checked.readable())


def _report(prepared: Prepared, plan: Plan | None, good: str) -> ImportReport:
    problems = [*prepared.problems, *(plan.problems if plan is not None else [])]
    if prepared.checked is not None:
        problems = in_order(problems, prepared.checked.sheet, prepared.checked.headings)
    count = prepared.problem_count + (len(plan.problems) if plan is not None else 0)
    counts = {"rows": len(prepared.checked) if prepared.checked is not None else 0}
    if plan is not None:
        counts |= {"new": plan.new, "changed": plan.changed, "unchanged": plan.unchanged, "closed": plan.closed}
    return ImportReport(
        kind=prepared.exchange.name, state=FAILED if count else good, file_name=prepared.file_name, counts=counts,
        problems=problems, problem_count=count,
        warnings=[*prepared.warnings, *(plan.warnings if plan is not None else [])],
    )


def _new_record(actor: Actor, prepared: Prepared) -> Import:
    return Import(
        kind=prepared.exchange.name, file_name=prepared.file_name[-255:], file_digest=prepared.digest,
        account_id=actor.account_id, person_id=actor.person_id, state=CHECKED, counts={}, report={},
        options=sorted(prepared.checked.options) if prepared.checked else [], created_at=clock.now(),
    )


def _one_at_a_time(session: Session, exchange: Exchange) -> None:
    """Two imports of one kind would each plan against what the other has not written yet. SQLite queues writers."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(f"import:{exchange.name}".encode()).digest()[:7], "big")
        session.execute(select(func.pg_advisory_xact_lock(number)))


def _part_of(report: Report, start: int, end: int) -> Report:
    """A report whose 0 to 100 percent are a stretch of another's."""

    def scaled(done: int, total: int | None, message: Text | str = "") -> None:
        report(start + (end - start) * min(done, total) // total if total else start, 100, message)

    return scaled
