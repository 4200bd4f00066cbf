"""Whom letters are told to, and about whom their files are."""

from __future__ import annotations

from sqlalchemy import select

from core.base.actor import Actor
from core.events.deliverer import Deliverer
from core.files.models import File
from core.identity import services as identity
from core.letters import own, register, templates
from core.notify import inbox
from tests.core.letters.conftest import SYSTEM, Office


def subjects(office: Office, reader: Actor) -> list[str]:
    Deliverer(office.house).run_waiting()
    with office.house.session(reader) as session:
        return [str(one.row.title) for one in reversed(inbox.items(session, reader))]


def signed_up(office: Office, name: str) -> Actor:
    """An account of a person."""
    with office.house.session(SYSTEM, write=True) as session:
        account = identity.create_account(
            session, SYSTEM, login=name, name=name, password="correct horse 1",  # noqa: S106
            person_id=office.employments[name].person_id,
        )
        return identity.actor_of(account)


def test_a_letter_that_somebody_else_issued_or_revoked_is_told_to_whom_it_is_about(office: Office) -> None:
    anna = signed_up(office, "anna")
    letter = office.issue("hr", "anna")
    assert subjects(office, anna) == ["A letter about you was issued"]
    with office.house.session(office.actor("hr"), write=True) as session:
        register.revoke(session, office.actor("hr"), register.one(session, office.actor("hr"), letter.id), "wrong")
    assert subjects(office, anna) == ["A letter about you was issued", "A letter about you was revoked"]


def test_who_had_his_letter_himself_is_not_told(office: Office) -> None:
    anna = signed_up(office, "anna")
    with office.house.session(anna, write=True) as session:
        own.have(session, anna, templates.kind_of(session, "letters.employment"), "en")
    assert subjects(office, anna) == []


def test_the_file_of_a_letter_is_about_its_person(office: Office) -> None:
    letter = office.issue("hr", "anna")
    with office.house.session(SYSTEM) as session:
        about = session.scalars(select(File.subject_id).where(File.id == letter.file_id)).one()
    assert about == office.employments["anna"].person_id
