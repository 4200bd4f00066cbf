"""`/healthz` tells a supervisor whether to send people here."""

from __future__ import annotations

from core.db import migrate
from core.db.session import Database
from core.kernel.models import ModuleState
from tests.core.web.desk import Desk


def test_it_tells_the_state_of_everything(desk_on_both: Desk) -> None:
    """Failed and off modules by name, and no word of why a module failed; that is for those who are signed in."""
    desk_on_both.plugin("ledger", register_actions=lambda: 1 // 0)
    desk_on_both.plugin("tower", register_actions=lambda: [])
    with desk_on_both.database.session(write=True) as session:
        session.add(ModuleState(name="tower", is_on=False))
    response = desk_on_both.open().test_client().get("/healthz")
    assert response.status_code == 200
    assert response.get_json()["modules"] == {"desk": "on", "tower": "off", "ledger": "failed"}
    assert response.get_json()["status"] == "degraded"
    assert "ZeroDivision" not in response.text


def test_pending_migrations_are_told_until_they_are_applied(desk: Desk) -> None:
    """A database without tables answers as unreachable, one without migrations as behind, a migrated one as well."""
    fresh = Database(f"sqlite:///{desk.folder.parent / 'fresh.sqlite'}")
    desk.database, made = fresh, desk.database
    try:
        client = desk.open().test_client()
        assert client.get("/healthz").status_code == 503
        migrate.upgrade(fresh, [migrate.core_part()])
        expected = {"status": "ok", "database": "ok", "modules": {"desk": "on"}}
        assert client.get("/healthz").get_json() == expected
    finally:
        fresh.dispose()
    desk.database = made
    assert desk.open().test_client().get("/healthz").get_json()["database"] == "behind"
