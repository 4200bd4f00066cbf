"""The board of the sample plugin: pinning, looking, switching a module."""

from __future__ import annotations

from sqlalchemy import select

from core.db.guard import system
from core.kernel import state
from core.kernel.house import House
from plugins.sample import services
from plugins.sample.models import Notice
from tests.hooks.conftest import SYSTEM


def pin(house: House, text: str, *, code: str = "n1", holds: bool = False) -> None:
    """A notice hangs on the board."""
    with house.session(SYSTEM, write=True) as session:
        services.pin(session, SYSTEM, code=code, text=text, holds_changes=holds)


def switch(house: House, name: str, *, on: bool) -> None:
    """Switch a module, committed."""
    with house.session(SYSTEM, write=True) as session:
        assert state.switch(session, SYSTEM, name, on=on)


def notices(house: House) -> dict[str, str]:
    """Code and text of all notices there are."""
    with house.session(SYSTEM) as session, system(session, "look at the board"):
        return {one.code: one.text for one in session.scalars(select(Notice))}
