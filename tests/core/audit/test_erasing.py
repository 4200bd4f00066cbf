"""What the log says about a person is erased, and the log can be verified as before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, delete, null, select, update
from sqlalchemy.exc import DBAPIError

from core.access.decision import Denied
from core.audit import erasing
from core.audit.checkpoints import CHECKPOINT
from core.audit.models import AuditEntry, AuditSubject
from core.audit.sequencer import ENTRY, LEAF
from core.base.actor import Actor
from core.base.errors import DomainError
from core.db.guard import system
from core.kernel.house import House
from tests.core.audit.signed import checked, found, kept, sign, tamper
from tests.core.audit.test_sequencer import SYSTEM
from tests.core.exchange.trial import CLERK, TrialPerson

pytestmark = pytest.mark.usefixtures("in_english")


# -- erasing -----------------------------------------------------------------------------------------------------------


def test_what_is_erased_leaves_the_log_verifiable(signed: House) -> None:
    elsewhere = kept(signed)
    with signed.session(SYSTEM) as session, system(session, "look"):
        person_id = session.scalars(select(TrialPerson.id)).one()
    with signed.session(CLERK, write=True) as session:
        assert erasing.erase(session, CLERK, person_id, "asked for by herself") == 1
    report = checked(signed, elsewhere)
    assert (report.finding, report.erased, report.waiting) == (None, 1, 1)
    with signed.session(SYSTEM) as session, system(session, "look"):
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "trial_person")).one()
        assert (entry.before, entry.after, entry.reason, entry.account_id) == (None, None, None, 7)
        (record,) = session.scalars(select(AuditEntry).where(AuditEntry.kind == "erased"))
        assert (record.subject_id, record.row_count, record.reason) == (person_id, 1, "asked for by herself")
        held = select(AuditSubject.key).where(AuditSubject.person_id == person_id).order_by(AuditSubject.id)
        old, new = session.scalars(held)
        assert old is None
        assert len(new or b"") == 32  # of the record itself
    with signed.session(CLERK, write=True) as session, system(session, "edit"):
        session.scalars(select(TrialPerson)).one().salary = 1
    sign(signed)
    report = checked(signed, elsewhere)
    assert (report.finding, report.erased, report.waiting) == (None, 1, 0)
    with signed.session(SYSTEM) as session:
        assert session.scalars(held).all() == [None, new]


def test_erasing_needs_authority_a_reason_and_something_to_erase(signed: House) -> None:
    stranger = Actor(kind="person", name="X", account_id=8, person_id=80)
    with signed.session(stranger, write=True) as session, pytest.raises(Denied):
        erasing.erase(session, stranger, 1, "why not")
    for person_id, reason, code in ((1, " ", "audit.reason"), (999, "fine", "audit.nothing")):
        with signed.session(CLERK, write=True) as session:
            with pytest.raises(DomainError) as refused:
                erasing.erase(session, CLERK, person_id, reason)
            assert refused.value.code == code
            session.rollback()


def test_a_key_that_goes_without_a_record_is_found(signed: House) -> None:
    def quietly(connection: Connection) -> None:
        connection.execute(update(AuditSubject).where(AuditSubject.person_id.is_not(None)).values(key=None))

    tamper(signed, quietly)
    assert found(checked(signed)) == (5, "audit.not_erased")
    tamper_again = update(ENTRY).where(ENTRY.columns.id == 6).values(before=null(), after=null(), reason=null())
    with signed.database.migration() as connection:
        connection.execute(tamper_again)
    assert found(checked(signed)) == (5, "audit.key_gone")


def test_blanking_is_all_an_update_may_do(signed: House) -> None:
    """The triggers stand: values may go, all of them together, and nothing else may change."""
    blank: dict[str, Any] = {"before": null(), "after": null(), "reason": null()}
    for values in ({"account_id": 8}, {**blank, "account_id": 8}, {"after": {"code": "X"}}, {**blank, "kind": "bulk"}):
        with pytest.raises(DBAPIError, match="append-only"), signed.database.migration() as connection:
            connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(values))
    for table in (ENTRY, LEAF, CHECKPOINT):
        with pytest.raises(DBAPIError, match="append-only"), signed.database.migration() as connection:
            connection.execute(delete(table))
    with pytest.raises(DBAPIError, match="append-only"), signed.database.migration() as connection:
        connection.execute(update(LEAF).values(entry_id=1))
    with signed.database.migration() as connection:
        connection.execute(update(ENTRY).where(ENTRY.columns.id == 4).values(blank))
    assert found(checked(signed)) == (3, "audit.altered")
