"""What is read again and again and seldom changes: a process keeps it until somebody changes it.

A table of that kind says so, ``__kept__ = True``. Whoever writes one of its rows raises the revision in the same
transaction; every session reads the revision in the statement that tells it which modules are on, and takes what was
kept at that revision. A session that has changed such a table itself reads it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import update
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from core.db.base import Base
from core.db.bulk import WRITTEN
from core.kernel import state
from core.kernel.models import Epoch

if TYPE_CHECKING:
    from core.kernel.house import House

_K = TypeVar("_K", bound=Hashable)
_T = TypeVar("_T")

#: Where a session finds what its process keeps, and remembers that it has changed some of it.
_STORE, _CHANGED = "kept", "kept_changed"
#: More than this is not kept; then it begins anew.
_MOST = 10_000


def install(house: House) -> None:
    """Keep for this process, and watch what changes."""
    house.session_info[_STORE] = {}
    house.database.guard.flush_checks.append(_flushed)
    house.database.listen("do_orm_execute", _executed)
    house.database.listen("before_commit", _raise)
    house.database.listen("after_commit", _committed)
    house.database.listen("after_soft_rollback", _rolled_back)


def kept(session: Session, name: str, load: Callable[[], _T]) -> _T:
    """Something read from tables that say they are kept: ``load`` reads it where the process does not have it.

    It is shared by all threads and sessions: nobody may change it, and no row of a session may be in it.
    """
    return kept_each(session, name, [None], lambda _keys: {None: load()})[None]


def kept_each(
    session: Session, name: str, keys: Iterable[_K], load: Callable[[list[_K]], Mapping[_K, _T]]
) -> dict[_K, _T]:
    """The same for several of a kind: ``load`` reads those that the process does not have, all at once."""
    return _each(session, name, keys, load, 0)


def kept_of_organisation(
    session: Session, name: str, keys: Iterable[_K], load: Callable[[list[_K]], Mapping[_K, _T]]
) -> dict[_K, _T]:
    """The same for what also rests on the organisation and its lists: it is read anew once the epoch has risen. A key
    names the day it is true of.
    """
    return _each(session, name, keys, load, state.epoch(session) + 1)


def _each(
    session: Session, name: str, keys: Iterable[_K], load: Callable[[list[_K]], Mapping[_K, _T]], epoch: int
) -> dict[_K, _T]:
    wanted = list(dict.fromkeys(keys))
    store: dict[Any, tuple[tuple[int, int], Any]] | None = session.info.get(_STORE)
    if store is None or _has_changed(session) or (epoch and state.bumped(session)):
        return dict(load(wanted)) if wanted else {}
    revision = state.revision(session), epoch
    found = {key: held[1] for key in wanted if (held := store.get((name, key))) is not None and held[0] == revision}
    if missing := [key for key in wanted if key not in found]:
        read = load(missing)
        if len(store) > _MOST:
            store.clear()
        store |= {(name, key): (revision, one) for key, one in read.items()}
        found |= read
    return {key: found[key] for key in wanted if key in found}


def _has_changed(session: Session) -> bool:
    """Whether this session has written a table that is kept, by its rows or in bulk."""
    return bool(session.info.get(_CHANGED)) or not _tables().isdisjoint(session.info.get(WRITTEN, ()))


@cache
def _tables() -> frozenset[str]:
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return frozenset(one.__tablename__ for one in models if getattr(one, "__kept__", False))


def _flushed(session: Session) -> None:
    if session.info.get(_CHANGED):
        return
    written = (*session.new, *session.deleted, *(one for one in session.dirty if session.is_modified(one)))
    if any(getattr(one, "__kept__", False) for one in written):
        session.info[_CHANGED] = True


def _executed(statement: ORMExecuteState) -> None:
    """Rows written by a statement of their own, without their objects."""
    if statement.is_select or statement.bind_mapper is None:
        return
    if getattr(statement.bind_mapper.class_, "__kept__", False):
        statement.session.info[_CHANGED] = True


def _raise(session: Session) -> None:
    """Tell the other sessions as this one commits. A savepoint tells nobody; should it be rolled back, a revision more
    does no harm.
    """
    if session.in_nested_transaction():
        return
    session.flush()
    if not _has_changed(session):
        return
    changed = session.execute(update(Epoch).where(Epoch.id == state.KEPT_ID).values(epoch=Epoch.epoch + 1))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.add(Epoch(id=state.KEPT_ID, epoch=1))


def _committed(session: Session) -> None:
    if not session.in_nested_transaction():
        _forget(session)


def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        _forget(session)


def _forget(session: Session) -> None:
    """What comes next is a new transaction with a revision of its own."""
    for name in (_CHANGED, WRITTEN, state.REVISION):
        session.info.pop(name, None)
