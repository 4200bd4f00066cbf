"""What is done to the log behind its back is found, and told where it begins; what is done by the rules is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, func, null, select, update

from core.audit import checkpoints
from core.audit.checkpoints import CHECKPOINT
from core.audit.leaves import body, leaf_of
from core.audit.models import AuditProgress, AuditSubject
from core.audit.sequencer import ENTRY, LEAF, sequence
from core.kernel.house import House
from tests.core.audit.signed import Tamper, checked, found, kept, sign, tamper
from tests.core.audit.test_sequencer import SYSTEM, add_units, entry_values, put

pytestmark = pytest.mark.usefixtures("in_english")


def test_an_untouched_log_fits(signed: House) -> None:
    report = checked(signed, kept(signed))
    assert report.finding is None
    assert (report.entries, report.checkpoints, report.waiting, report.erased) == (10, 4, 0, 0)
    add_units(signed, 2)
    assert checked(signed).waiting == 2
    assert sign(signed) is not None
    assert sign(signed) is None
    assert len(kept(signed)) == 3


# -- flip, delete, swap, insert ----------------------------------------------------------------------------------------


def flip_value(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(after={"id": 4, "code": "X"}))


def flip_actor(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(account_id=8))


def flip_moment(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(at=datetime(2020, 1, 1, tzinfo=UTC)))


def blank_value(connection: Connection) -> None:
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(after=null()))


def delete_entry(connection: Connection) -> None:
    connection.execute(delete(ENTRY).where(ENTRY.columns.id == 4))


def delete_with_leaf(connection: Connection) -> None:
    delete_entry(connection)
    connection.execute(delete(LEAF).where(LEAF.columns.entry_id == 4))


def delete_and_close_the_gap(connection: Connection) -> None:
    delete_with_leaf(connection)
    for seq in range(4, 10):
        connection.execute(update(LEAF).where(LEAF.columns.seq == seq).values(seq=seq - 1))


def swap_contents(connection: Connection) -> None:
    """The contents of entries 4 and 5 change places."""
    rows = connection.execute(select(ENTRY).where(ENTRY.columns.id.in_((4, 5))).order_by(ENTRY.columns.id)).mappings()
    first, second = ({name: one for name, one in row.items() if name != "id"} for row in rows.all())
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(second))
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 5).values(first))


def swap_leaves(connection: Connection) -> None:
    for old, new in ((3, 100), (4, 3), (100, 4)):
        connection.execute(update(LEAF).where(LEAF.columns.seq == old).values(seq=new))


def forge_leaf(connection: Connection) -> None:
    """An entry is altered and its leaf worked out anew."""
    connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(account_id=8))
    leaf = connection.execute(select(LEAF).where(LEAF.columns.entry_id == 4)).one()
    row = dict(connection.execute(select(ENTRY).where(ENTRY.columns.id == 4)).mappings().one())
    made = leaf_of(body(row, leaf.values_hash))
    connection.execute(update(LEAF).where(LEAF.columns.entry_id == 4).values(leaf_hash=made))


def drop_keys(connection: Connection) -> None:
    connection.execute(delete(AuditSubject))


@pytest.mark.parametrize(("do", "seq", "code"), [
    (flip_value, 3, "audit.altered"), (flip_actor, 3, "audit.altered"), (flip_moment, 3, "audit.altered"),
    (blank_value, 3, "audit.altered"), (delete_entry, 3, "audit.gone"), (delete_with_leaf, 3, "audit.gap"),
    (delete_and_close_the_gap, 0, "audit.rewritten"), (swap_contents, 3, "audit.altered"),
    (swap_leaves, 0, "audit.rewritten"), (forge_leaf, 0, "audit.rewritten"), (drop_keys, 0, "audit.key_gone"),
], ids=lambda one: getattr(one, "__name__", None))  # fmt: skip
def test_it_is_found(signed: House, do: Tamper, seq: int, code: str) -> None:
    tamper(signed, do)
    assert found(checked(signed)) == (seq, code)


def test_a_change_after_a_checkpoint_is_narrowed_down(signed: House) -> None:
    """The first six were vouched for; entry 8 lies between the checkpoints."""

    def forge(connection: Connection) -> None:
        connection.execute(update(LEAF).where(LEAF.columns.seq == 7).values(
            leaf_hash=select(LEAF.columns.leaf_hash).where(LEAF.columns.seq == 8).scalar_subquery()))
        connection.execute(update(ENTRY).where(ENTRY.columns.id == 8).values(account_id=8))

    tamper(signed, forge)
    assert found(checked(signed)) == (7, "audit.altered")


def test_an_entry_put_in_between_is_found(signed: House) -> None:
    """With a leaf of its own all others move; without one it stands in the log alone."""
    with signed.session(SYSTEM, write=True) as session:
        session.execute(update(AuditProgress).values(mark=50))
        put(session, {"id": 40, **entry_values(kind="decision", account_id=8)})
    assert sequence(signed) == 0
    assert found(checked(signed)) == (None, "audit.stray")

    def place(connection: Connection) -> None:
        for seq in range(9, 3, -1):
            connection.execute(update(LEAF).where(LEAF.columns.seq == seq).values(seq=seq + 1))
        row = dict(connection.execute(select(ENTRY).where(ENTRY.columns.id == 40)).mappings().one())
        subject = connection.scalar(select(func.min(LEAF.columns.subject_id)))
        connection.execute(LEAF.insert().values(
            seq=4, entry_id=40, leaf_hash=leaf_of(body(row, None)), subject_id=subject))

    tamper(signed, place)
    assert found(checked(signed)) == (0, "audit.rewritten")


# -- the tail, and all of it -------------------------------------------------------------------------------------------


def cut_tail(connection: Connection) -> None:
    connection.execute(delete(ENTRY).where(ENTRY.columns.id > 7))
    connection.execute(delete(LEAF).where(LEAF.columns.entry_id > 7))
    connection.execute(delete(CHECKPOINT).where(CHECKPOINT.columns.size > 7))


def test_a_tail_that_was_cut_off_shows_against_a_checkpoint_kept_elsewhere(signed: House) -> None:
    elsewhere = kept(signed)
    tamper(signed, cut_tail)
    assert checked(signed).finding is None
    assert found(checked(signed, elsewhere)) == (7, "audit.cut")
    assert checked(signed, elsewhere[:1]).finding is None  # the window: what came after the last copy


def test_a_tail_without_its_checkpoint_is_missed_by_the_database_itself(signed: House) -> None:
    def cut(connection: Connection) -> None:
        connection.execute(delete(ENTRY).where(ENTRY.columns.id > 7))
        connection.execute(delete(LEAF).where(LEAF.columns.entry_id > 7))

    tamper(signed, cut)
    assert found(checked(signed)) == (7, "audit.cut")


def test_a_log_written_anew_with_a_fresh_tree_shows_against_a_checkpoint_kept_elsewhere(signed: House) -> None:
    """By somebody who even has the key ring: all of it fits itself."""
    elsewhere = kept(signed)

    def rewrite(connection: Connection) -> None:
        connection.execute(update(ENTRY).where(ENTRY.columns.id == 2).values(account_id=8))
        for table in (LEAF, CHECKPOINT, AuditProgress, AuditSubject):
            connection.execute(delete(table))

    tamper(signed, rewrite)
    sign(signed)
    assert checked(signed).finding is None
    assert found(checked(signed, elsewhere)) == (0, "audit.rewritten")


def test_a_checkpoint_signed_by_somebody_else_is_none(signed: House) -> None:
    own = kept(signed)[0]
    other = Ed25519PrivateKey.generate()
    forged = replace(own, root="00" * 32, key_id=checkpoints.key_id(other.public_key()))
    forged = replace(forged, signature=other.sign(forged.signed).hex())
    assert found(checked(signed, [forged])) == (6, "audit.signature")
    assert found(checked(signed, [replace(own, at="2020-01-01T00:00:00+00:00")])) == (6, "audit.signature")


def test_an_older_leaf_that_was_altered_is_not_signed_after_the_fact(signed: House) -> None:
    """The next checkpoint grows from what was signed, so the alteration goes on being found."""
    tamper(signed, forge_leaf)
    add_units(signed, 1, "W")
    assert sign(signed) is not None
    assert found(checked(signed)) == (0, "audit.rewritten")
