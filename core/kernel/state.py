"""Which modules are on, read once per request together with the epoch, and switching them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, literal, select, union_all, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue, listed
from core.kernel.models import Epoch, ModuleState

if TYPE_CHECKING:
    from core.base.actor import Actor
    from core.kernel.registry import Registry

_ = catalogue("kernel")

EPOCH_ROW, KEPT_ROW = "*", "**"
#: The rows of the counters: of organisation and authority, and of what processes keep (``core.kernel.kept``).
EPOCH_ID, KEPT_ID = 1, 2
BUMPED = "epoch_bumped"
#: Where a session remembers the revision it began with of what processes keep.
REVISION = "kept_revision"

_READ = union_all(
    select(ModuleState.name, literal(0).label("value")).where(ModuleState.is_on.is_(False)),
    select(case((Epoch.id == EPOCH_ID, EPOCH_ROW), else_=KEPT_ROW), Epoch.epoch).where(Epoch.id <= KEPT_ID),
)
_HELD = (
    select(Epoch.epoch).where(Epoch.id == EPOCH_ID)
    .with_for_update(read=True).execution_options(populate_existing=True)
)


def read(session: Session) -> frozenset[str]:
    """The modules that are on, the epoch, and the revision of what is kept, in one statement; all of it stays on the
    session.

    A session (a request, a command, a job) sees one state from its beginning to its end.
    """
    if "modules_on" not in session.info:
        registry: Registry = session.info["house"].registry
        rows = {name: value for name, value in session.execute(_READ)}
        # What it began with stays, also when what is on is read again after a switch.
        session.info.setdefault("epoch", rows.pop(EPOCH_ROW, 0))
        session.info.setdefault(REVISION, rows.pop(KEPT_ROW, 0))
        off = set(rows)
        session.info["modules_on"] = frozenset(registry.loaded) - _with_dependants(registry, off)
    on: frozenset[str] = session.info["modules_on"]
    return on


def _with_dependants(registry: Registry, off: set[str]) -> set[str]:
    """Modules that are off, and those that cannot live without them."""
    gone = set(off)
    for name in registry.loaded:  # in dependency order
        manifest = registry.modules[name].manifest
        if manifest and gone.intersection(manifest.requires):
            gone.add(name)
    return gone


def epoch(session: Session) -> int:
    """The epoch this session began with."""
    read(session)
    began: int = session.info["epoch"]
    return began


def revision(session: Session) -> int:
    """The revision of what processes keep that this session began with."""
    if REVISION not in session.info:
        session.info.pop("modules_on", None)
        read(session)
    began: int = session.info[REVISION]
    return began


def current_epoch(session: Session) -> int:
    """The epoch as it stands now, held until this transaction ends: a protected write compares it as it commits.

    Whoever wants to raise it meanwhile waits (SQLite has one writer at a time anyway), so nothing is revoked between
    the comparison and the commit.
    """
    return session.scalar(_HELD) or 0


def bump_epoch(session: Session) -> None:
    """Say that organisation or authority changed, in the same transaction as the change; once is enough."""
    if bumped(session):
        return
    session.info[BUMPED] = True
    changed = session.execute(update(Epoch).where(Epoch.id == EPOCH_ID).values(epoch=Epoch.epoch + 1))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.add(Epoch(id=EPOCH_ID, epoch=1))


def bumped(session: Session) -> bool:
    """Whether this transaction changed organisation or authority itself."""
    return bool(session.info.get(BUMPED))


def switch(session: Session, actor: Actor, name: str, *, on: bool) -> bool:
    """Switch a module on or off. Returns whether anything changed; ``on_module_switched`` follows after commit.

    Raises ``DomainError`` for a module that is not installed or that another one on needs.
    """
    registry: Registry = session.info["house"].registry
    if name not in registry.modules:
        raise DomainError("module.unknown", _("There is no module {name}.", name=name), "name")
    if not on:
        needed_by = [
            other for other in read(session)
            if (manifest := registry.modules[other].manifest) and name in manifest.requires
        ]
        if needed_by:
            raise DomainError(
                "module.needed",
                _("{name} is needed by {others}; switch these off first.", name=name, others=listed(needed_by)),
                "name",
            )
    row = session.get(ModuleState, name)
    if row is None:
        row = ModuleState(name=name, is_on=True)
        session.add(row)
    if row.is_on == on:
        return False
    row.is_on, row.switched_at, row.switched_by = on, clock.now(), actor.account_id
    bump_epoch(session)
    session.flush()
    session.info.pop("modules_on", None)
    session.info.setdefault("switched", []).append((name, on))
    return True
