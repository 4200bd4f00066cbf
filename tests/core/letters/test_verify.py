"""Whether a paper is genuine: told to whoever has its number and code, with nothing to learn for anybody else."""

from __future__ import annotations

from datetime import date

import pytest

from core.letters import register, verifying
from core.letters.issuing import ALPHABET
from core.letters.verifying import Verdict, masked, tidy
from tests.core.letters.conftest import SYSTEM, Office


def ask(office: Office, number: str, code: str, address: str = "203.0.113.7") -> Verdict:
    """What the page answers, with what it writes afterwards."""
    with office.house.session(SYSTEM) as session:
        verdict, later = verifying.verify(session, number, code, address)
    if later is not None:
        with office.house.session(SYSTEM, write=True) as session:
            later(session)
    return verdict


def test_genuine_revoked_and_forged(office: Office) -> None:
    letter = office.issue("hr", "anna")
    shown = f"{letter.code[:4]}-{letter.code[4:]}"
    for code in (shown, letter.code, f" {shown.lower()} "):
        found = ask(office, letter.number, code)
        assert (found.state, found.issued_on, found.name) == ("genuine", date(2026, 11, 23), "单**")
        assert str(found.kind) == "Employment certificate"
    other = next(sign for sign in ALPHABET if sign != letter.code[-1])
    forged = [(letter.number, letter.code[:-1] + other), ("LK-在证-2026-0002", letter.code), (letter.number, "码"),
              (letter.number, ""), ("", letter.code), (letter.number, letter.code * 2)]  # fmt: skip
    for number, code in forged:
        assert ask(office, number, code) == Verdict("unknown"), (number, code)
    hr = office.actor("hr")
    with office.house.session(hr, write=True) as session:
        register.revoke(session, hr, register.one(session, hr, letter.id), "a mistake")
    assert ask(office, letter.number, letter.code).state == "revoked"


def test_who_tries_too_often_is_not_answered_for_a_while(office: Office) -> None:
    letter = office.issue("hr", "anna")
    for _time in range(verifying.TRIES):
        assert ask(office, letter.number, "22222222").state == "unknown"
    assert ask(office, letter.number, letter.code).state == "blocked"
    assert ask(office, letter.number, letter.code, "198.51.100.9").state == "genuine"


@pytest.mark.parametrize(("name", "told"), [("陈静", "陈*"), ("欧阳修", "欧**"), ("Zoe Lane", "Z. L."), ("李", "李")])
def test_a_name_is_told_to_who_knows_it(name: str, told: str) -> None:
    assert masked(name) == told


def test_a_code_is_read_as_people_type_it() -> None:
    assert tidy(" 7qxm - 4tkb") == "7QXM4TKB"
    assert not set("01OIL") & set(ALPHABET)
