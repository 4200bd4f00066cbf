"""The address of the broker: what may be written, what is said of the rest, and that its password shows nowhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.broker.post import public
from core.config import SettingError, load
from core.web.health import broker_of
from tests.core.broker.place import Place


def test_it_comes_from_the_environment_or_the_file(tmp_path: Path) -> None:
    (tmp_path / "remit.toml").write_text('broker_url = "redis://127.0.0.1/3"\nbroker_queue = "house-2"\n')
    stored = load({}, instance=tmp_path)
    assert (stored.broker_url, stored.broker_queue) == ("redis://127.0.0.1/3", "house-2")
    given = load({"REMIT_BROKER_URL": "amqps://u:p@host:5671/v"}, instance=tmp_path)
    assert given.broker_url == "amqps://u:p@host:5671/v"
    assert load({}, instance=tmp_path / "other").broker_url == ""


@pytest.mark.parametrize("told", [
    "http://u:secret@host/", "redis://:secret@host/first", "amqp://", "amqp://u:secret@host:port/", "redis:secret",
    "redis://:secret@host:99999/0", "amqp://u:secret@[::1/",
])  # fmt: skip
def test_what_cannot_be_meant_is_told_without_the_password(told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        load({"REMIT_BROKER_URL": told}, instance=tmp_path)
    assert caught.value.name == "REMIT_BROKER_URL"
    assert "secret" not in str(caught.value)


def test_a_queue_has_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        load({"REMIT_BROKER_QUEUE": "two words"}, instance=tmp_path)


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    url = "amqp://remit:secret@host/v"
    assert public(url) == "amqp://remit:***@host/v"
    assert "secret" not in repr(load({"REMIT_BROKER_URL": url}, instance=tmp_path))


def test_it_is_told_whether_the_broker_answers(place: Place) -> None:
    house = place.house
    assert broker_of(house) == "unknown"
    for reached, told in ((True, "ok"), (False, "unreachable"), (None, "unknown")):
        house.session_info["broker"] = SimpleNamespace(reached=reached)
        assert broker_of(house) == told
    assert broker_of(replace(house, config=replace(house.config, broker_url=""))) == ""
