"""Import punches: every line is kept, the good ones count, the others say why not.

This is the one import that is not all or nothing. A terminal's log is evidence; a line it damaged must not keep
forty thousand good ones out, and must not be lost either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from zoneinfo import ZoneInfo

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import IMPORT
from attendance.models import CLOSED, Import, MonthState, Punch, PunchLine, Source
from attendance.rules.attlog import PunchLine as Line
from attendance.rules.attlog import Reason
from attendance.services.reading import Delivery, read_delivery
from attendance.services.roster import Roster, load_roster
from attendance.services.setup import ensure_default_group
from remit.base import Actor, Month, Problem, clock
from remit.models import bulk
from remit.services import of, record_bulk, require, system
from remit.text import catalogue

_ = catalogue("attendance")

MOST_PROBLEMS = 10_000
_WALL_ZERO = datetime(1970, 1, 1)  # noqa: DTZ001 - counts the local wall clock


@dataclass(frozen=True)
class Known:
    """A line that was stored by an earlier delivery: its id and whether a punch came of it."""

    id: int
    punched: bool


@dataclass
class Report:
    """What became of a delivery.

    `lines` = `accepted` + `repeated` + `rejected`. `accepted` lines became punches, `repeated` ones had been stored
    before (or stand twice in the file), `rejected` ones are new and no punches; `problems` names up to 10,000 of
    them. `recovered` of the accepted ones had been rejected by an earlier import. `closed` counts accepted punches in
    months (`2026-10`) that are closed: they are kept, and count once the month is reopened. Nothing was written
    when `import_id` is None.
    """

    source: str
    kind: str
    dry_run: bool
    lines: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: int = 0
    recovered: int = 0
    people: int = 0
    first: datetime | None = None
    last: datetime | None = None
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    closed: Mapping[str, int] = field(default_factory=dict)
    import_id: int | None = None

    @property
    def changed(self) -> bool:
        """Whether the delivery brought anything new."""
        return bool(self.accepted or self.rejected)


@dataclass
class _Sorted:
    """Lines of a delivery by what becomes of them: new ones with the reason that rejects them, and punches."""

    new: list[tuple[Line, str, Reason | None]] = field(default_factory=list)
    punches: list[tuple[int | str, int, datetime, int | None]] = field(default_factory=list)
    repeated: int = 0
    recovered: int = 0
    total: int = 0


def import_punches(
    session: Session, actor: Actor, data: bytes, *, name: str, source: str | None = None, zone: str | None = None,
    dry_run: bool = False,
) -> Report:  # fmt: skip
    """Import an `attlog.dat` or a table of punches; the content decides which it is.

    `source` names who delivers (by default one source per kind of file), `zone` the clock of a source that is new.
    Raises `Denied`, and `InputErrors` for a table that cannot be read at all. A file whose lines are all known
    writes nothing. `dry_run` writes nothing either way and reports the same.
    """
    require(session, actor, IMPORT)
    delivery = read_delivery(data, name)
    with system(session, "punches are matched to employee numbers"):
        found = _source(session, source or delivery.kind, delivery.kind, zone, dry_run=dry_run)
        local = ZoneInfo(found.zone)
        latest = datetime.combine(clock.today(found.zone) + timedelta(days=1), datetime.min.time())
        lines = list(delivery.parse(latest))
        sorted_ = _sort(lines, _known(session, found, lines), load_roster(session))
        report = _report(sorted_, found, delivery, local, dry_run=dry_run)
        report.closed = _in_closed_months(session, sorted_)
        if report.changed and not dry_run:
            _store(session, actor, found, sorted_, report, data, name)
    return report


def digest_of(raw: str) -> str:
    """What makes a line the same as another: its text without blanks at the end."""
    return blake2b(raw.rstrip().encode(), digest_size=16).hexdigest()


def _source(session: Session, code: str, kind: str, zone: str | None, *, dry_run: bool) -> Source:
    """The source of a delivery, made when it is new. Two imports of one source wait for each other here."""
    statement = select(Source).where(Source.code == code)
    found = session.scalars(statement if dry_run else statement.with_for_update()).one_or_none()
    if found is None:
        found = Source(code=code, kind=kind, zone=zone or of(session).config.zone)
        if not dry_run:
            session.add(found)
            session.flush()
    return found


def _known(session: Session, source: Source, lines: Sequence[Line]) -> dict[str, Known]:
    """Stored lines that a delivery may repeat, by digest: those of its time, and those without one."""
    walls = [wall for line in lines if (wall := _wall(line)) is not None]
    timed = PunchLine.wall.between(min(walls), max(walls)) if walls else false()
    rows = bulk.read_columns(
        session,
        select(PunchLine.id, PunchLine.digest, PunchLine.reason.is_(None).label("believed"), Punch.id.label("punch"))
        .outerjoin(Punch, Punch.line_id == PunchLine.id)
        .where(PunchLine.source_id == source.id, or_(PunchLine.wall.is_(None), timed)),
        nulls={"punch": 0},
    )
    return {
        digest: Known(one, believed or punch > 0)
        for one, digest, believed, punch in zip(
            rows["id"].tolist(), rows["digest"].tolist(), rows["believed"].tolist(), rows["punch"].tolist(),
            strict=True,
        )
    }  # fmt: skip


def _sort(lines: Sequence[Line], known: Mapping[str, Known], roster: Roster) -> _Sorted:
    result = _Sorted(total=len(lines))
    seen: set[str] = set()
    for line in lines:
        digest = digest_of(line.raw)
        before = known.get(digest)
        if digest in seen or (before is not None and before.punched):
            result.repeated += 1
            continue
        seen.add(digest)
        who, reason = None, line.reason
        if reason is None and line.pin is not None and line.at is not None:
            who, reason = roster.find(line.pin, line.at.date())
        if before is not None:
            if who is None or line.at is None:
                result.repeated += 1
            else:
                result.recovered += 1
                result.punches.append((before.id, who, line.at, line.state))
            continue
        result.new.append((line, digest, reason))
        if who is not None and line.at is not None:
            result.punches.append((digest, who, line.at, line.state))
    return result


def _report(
    sorted_: _Sorted, source: Source, delivery: Delivery, zone: ZoneInfo, *, dry_run: bool
) -> Report:
    rejected = [(line, reason) for line, _digest, reason in sorted_.new if reason is not None]
    report = Report(source.code, delivery.kind, dry_run, lines=sorted_.total)
    report.rejected = len(rejected)
    report.accepted = len(sorted_.punches)
    report.repeated = sorted_.repeated
    report.recovered = sorted_.recovered
    report.reasons = Counter(reason for _line, reason in rejected)
    report.people = len({who for _key, who, _at, _state in sorted_.punches})
    if sorted_.punches:
        times = [at for _key, _who, at, _state in sorted_.punches]
        report.first, report.last = min(times).replace(tzinfo=zone), max(times).replace(tzinfo=zone)
    report.problems = [problem(line, reason) for line, reason in rejected[:MOST_PROBLEMS]]
    return report


def problem(line: Line, reason: Reason) -> Problem:
    """A rejected line as people read it: its number, what is wrong and what to do."""
    return Problem(
        text.reason(reason), row=line.number, value=line.raw.strip()[:80] or None, remedy=text.remedy(reason)
    )


def _in_closed_months(session: Session, sorted_: _Sorted) -> dict[str, int]:
    counts = Counter(Month.of(at.date()) for _key, _who, at, _state in sorted_.punches)
    closed = set(session.scalars(select(MonthState.month).where(MonthState.state == CLOSED)))
    return {str(month): count for month, count in sorted(counts.items()) if month.number in closed}


def _store(
    session: Session, actor: Actor, source: Source, sorted_: _Sorted, report: Report, data: bytes, name: str
) -> None:
    delivery = Import(
        source_id=source.id, file_name=name[:255], digest=sha256(data).hexdigest(), at=clock.now(),
        account_id=actor.account_id, lines=report.lines, accepted=report.accepted, repeated=report.repeated,
        rejected=report.rejected,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    ensure_default_group(session)
    report.import_id = delivery.id
    ids = bulk.allocate_ids(session, PunchLine, len(sorted_.new)).tolist()
    by_digest = {digest: one for (_line, digest, _reason), one in zip(sorted_.new, ids, strict=True)}
    bulk.write_columns(
        session,
        PunchLine,
        {
            "id": ids,
            "source_id": source.id,
            "import_id": delivery.id,
            "number": [line.number for line, _digest, _reason in sorted_.new],
            "digest": [digest for _line, digest, _reason in sorted_.new],
            "raw": [line.raw for line, _digest, _reason in sorted_.new],
            "pin": [line.pin[:40] if line.pin else None for line, _digest, _reason in sorted_.new],
            "wall": [_wall(line) for line, _digest, _reason in sorted_.new],
            "reason": [reason.value if reason else None for _line, _digest, reason in sorted_.new],
        },
    )
    zone = ZoneInfo(source.zone)
    bulk.write_columns(
        session,
        Punch,
        {
            "line_id": [key if isinstance(key, int) else by_digest[key] for key, _who, _at, _state in sorted_.punches],
            "employment_id": [who for _key, who, _at, _state in sorted_.punches],
            "second": [instant(at, zone) for _key, _who, at, _state in sorted_.punches],
            "zone": source.zone,
            "state": [state for _key, _who, _at, state in sorted_.punches],
        },
    )
    record_bulk(session, Punch.__tablename__, f"import:{delivery.id}", report.accepted, delivery.digest, action=IMPORT)


def instant(wall: datetime, zone: ZoneInfo) -> int:
    """Seconds since 1970 UTC of a local time; of a time that comes twice the first is meant."""
    return int(wall.replace(tzinfo=zone).astimezone(UTC).timestamp())


def _wall(line: Line) -> int | None:
    return None if line.at is None else int((line.at - _WALL_ZERO).total_seconds())
