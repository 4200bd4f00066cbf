from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from core.base.text import use_locale
from core.db.keys import KeyRing, KeysError
from core.db.session import Database
from core.db.types import Translation, blind_index, in_order, sort_key
from tests.core.db.tables import Everything, Terms

NUMBER = "11010119900307123X"


def add(session, **values) -> Everything:
    made = Everything(**values)
    session.add(made)
    session.flush()
    session.expire(made)
    return made



@pytest.fixture
def stored(database):
    """Reads a column as the database holds it, below the column types."""

    def read(column: str):
        with database.migration() as connection:
            return connection.exec_driver_sql(f"SELECT {column} FROM t_everything").scalar()  # noqa: S608

    return read


# -- moments -----------------------------------------------------------------------------------------------------


def test_a_moment_comes_back_aware_and_in_utc(session):
    beijing = timezone(timedelta(hours=8))
    made = add(session, moment=datetime(2026, 1, 1, 7, 30, 0, 123456, tzinfo=beijing))
    assert made.moment == datetime(2025, 12, 31, 23, 30, 0, 123456, tzinfo=UTC)
    assert made.moment.tzinfo is UTC


def test_a_naive_moment_is_refused(session):
    with pytest.raises(StatementError, match="has no time zone"):
        add(session, moment=datetime(2026, 1, 1))


def test_moments_sort_and_compare_as_time(session):
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=n) for n in (10**6, 0, 5, 10**10, -1)]
    for moment in moments:
        session.add(Everything(moment=moment))
    session.flush()
    assert session.scalars(select(Everything.moment).order_by(Everything.moment)).all() == sorted(moments)
    assert session.scalars(select(Everything.moment).where(Everything.moment < moments[1])).all() == [moments[4]]


# -- titles ------------------------------------------------------------------------------------------------------


def test_a_title_reads_in_the_readers_language_with_fallbacks(session):
    title = add(session, title={"zh_CN": "会计", "en": "Accountant", "de": ""}).title
    assert isinstance(title, Translation)
    assert dict(title) == {"zh_CN": "会计", "en": "Accountant"}
    with use_locale("zh_CN"):
        assert str(title) == "会计"
    with use_locale("en"):
        assert str(title) == "Accountant"
        assert str(Translation(zh_CN="出纳")) == "出纳"
        assert str(Translation(fr="Comptable")) == "Comptable"
    assert str(Translation()) == ""
    assert repr(Translation(en="x")) == "Translation({'en': 'x'})"
    assert title.in_locale("en") == "Accountant"


def test_equal_titles_are_equal_and_an_unchanged_one_is_not_written(session, count_statements):
    made = add(session, title=Translation(zh_CN="会计"))
    assert made.title == Translation({"zh_CN": "会计"})
    assert hash(made.title) == hash(Translation(zh_CN="会计"))
    made.title = Translation(zh_CN="会计")
    with count_statements(session) as statements:
        session.flush()
    assert len(statements) == 0, statements


def test_a_title_without_a_language_is_refused(session):
    with pytest.raises(StatementError, match="names no language"):
        add(session, title="会计")


def test_titles_sort_by_pinyin_and_without_case(session):
    # 出纳 chu, 工程师 gong, 会计 kuai, 总经理 zong; code points would put 会计 before 出纳.
    titles = {"总经理": "general manager", "会计": "Accountant", "工程师": "engineer", "出纳": "Cashier"}
    for chinese, english in titles.items():
        session.add(Everything(title={"zh_CN": chinese, "en": english}))
    session.add(Everything(title={"en": "driver"}))
    session.flush()

    def order(locale: str) -> list[str]:
        found = session.scalars(select(Everything.title).order_by(in_order(Everything.title, locale)))
        return [title.in_locale(locale) for title in found]

    assert order("zh_CN") == ["出纳", "driver", "工程师", "会计", "总经理"]
    assert order("en") == ["Accountant", "Cashier", "driver", "engineer", "general manager"]


def test_a_title_can_be_searched(session):
    add(session, title={"zh_CN": "会计", "en": "Accountant"})
    by_language = Everything.title["en"].as_string()
    assert session.scalars(select(by_language).where(by_language.ilike("acc%"))).all() == ["Accountant"]
    assert session.scalar(select(Everything.id).where(Everything.title["zh_CN"].as_string() == "出纳")) is None


def test_an_absent_title_is_null(session):
    add(session, title=None)
    assert session.scalar(select(Everything.id).where(Everything.title.is_(None))) is not None


def test_sort_keys():
    assert sorted(["李四", "阿明", "Zoe", "bob", "张三"], key=sort_key) == ["阿明", "bob", "李四", "张三", "Zoe"]
    assert sort_key("张三") != sort_key("章三")


# -- encrypted columns -------------------------------------------------------------------------------------------


def test_encrypted_columns_hold_nothing_readable(database, stored):
    papers = {"bank": "6222 0000", "list": [1, None]}
    with database.session(write=True) as session:
        session.add(Everything(number=NUMBER, number_index=NUMBER, papers=papers))
    for column in ("number", "number_index", "papers"):
        content = bytes(stored(column))
        assert NUMBER.encode() not in content
        assert b"6222" not in content
    assert bytes(stored("number")).startswith(b"k1\x00")
    with database.session() as session:
        found = session.scalars(select(Everything)).one()
        assert (found.number, found.papers) == (NUMBER, papers)


def test_a_value_is_found_by_its_blind_index(session):
    add(session, number=NUMBER, number_index=NUMBER)
    for written in (NUMBER, NUMBER.lower(), f" {NUMBER} ", "１１０１０１１９９００３０７１２３Ｘ"):
        assert session.scalar(select(Everything.number).where(Everything.number_index == written)) == NUMBER
    assert session.scalar(select(Everything.number).where(Everything.number_index == "110101199003071230")) is None
    index = blind_index(session, NUMBER, "t_everything.number")
    assert session.scalar(select(Everything.number).where(Everything.number_index.in_([index, b"x"]))) == NUMBER


def test_a_blind_index_can_be_unique(session):
    add(session, number_index=NUMBER)
    with pytest.raises(IntegrityError):
        add(session, number_index=NUMBER.lower())


def test_comparing_or_sorting_an_encrypted_column_is_refused():
    with pytest.raises(TypeError, match="BlindIndex"):
        select(Everything).where(Everything.number == NUMBER)
    with pytest.raises(TypeError, match="BlindIndex"):
        select(Everything).order_by(Everything.number.desc())
    assert "IS NULL" in str(select(Everything.id).where(Everything.number.is_(None)))
    assert "IS NULL" in str(select(Everything.id).where(Everything.number == None))  # noqa: E711


def test_a_value_moved_to_another_column_does_not_open(database):
    with database.session(write=True) as session:
        session.add(Everything(number=NUMBER))
        session.add(Terms(house_id=1, valid_from=date(2026, 1, 1), secret="x"))
    with database.migration() as connection:
        connection.exec_driver_sql("UPDATE t_terms SET secret = (SELECT number FROM t_everything)")
    with database.session() as session, pytest.raises(KeysError, match="another column"):
        session.scalars(select(Terms)).one()


def test_an_altered_value_does_not_open(key_ring):
    sealed = bytearray(key_ring.encrypt(b"8000.00", "a.b"))
    for at in range(3, len(sealed)):
        altered = bytes(sealed[:at]) + bytes([sealed[at] ^ 1]) + bytes(sealed[at + 1 :])
        with pytest.raises(KeysError):
            key_ring.decrypt(altered, "a.b")


def test_two_databases_with_their_own_keys_in_one_process():
    first, second = (Database("sqlite://", keys=KeyRing.generate()) for _ in range(2))
    for database, text in ((first, "one"), (second, "two")):
        database.create_all(Everything.metadata)
        with database.session(write=True) as session:
            session.add(Everything(number=text))
    with first.session() as one, second.session() as two:
        assert one.scalar(select(Everything.number)) == "one"
        assert two.scalar(select(Everything.number)) == "two"
    first.dispose()
    second.dispose()


def test_without_keys_an_encrypted_column_says_what_is_missing():
    database = Database("sqlite://")
    database.create_all(Everything.metadata)
    with database.session(write=True) as session:
        session.add(Everything(number=NUMBER))
        with pytest.raises(StatementError, match="without a key ring"):
            session.flush()
        session.rollback()
    database.dispose()


# -- the ring ----------------------------------------------------------------------------------------------------


def test_a_ring_is_saved_for_its_owner_alone_and_loads_again(tmp_path):
    path = tmp_path / "instance" / "keys.json"
    ring = KeyRing.generate()
    ring.save(path)
    assert os.stat(path).st_mode & 0o777 == 0o600
    loaded = KeyRing.load(path)
    assert loaded.decrypt(ring.encrypt(b"x", "a.b"), "a.b") == b"x"
    assert loaded.derive("cookies") == ring.derive("cookies") != ring.derive("tokens")
    with pytest.raises(FileExistsError):
        KeyRing.generate().save(path)
    assert KeyRing.load(path).derive("x") == ring.derive("x")


def test_rotation_keeps_old_values_readable_and_found(tmp_path):
    path = tmp_path / "keys.json"
    old = KeyRing.generate()
    old.save(path)
    values: list[Any] = list(old.encrypt_many(["a", None, "b"], "t.c"))
    new = old.rotated()
    new.save(path, replace=True)
    new = KeyRing.load(path)
    assert json.loads(path.read_text())["current"] == "k2"
    assert new.decrypt_many(values, "t.c") == ["a", None, "b"]
    resealed: list[Any] = new.reseal_many(values, "t.c")
    assert [value and value[:3] for value in resealed] == [b"k2\x00", None, b"k2\x00"]
    assert new.reseal_many(resealed, "t.c") == resealed
    assert new.decrypt_many(resealed, "t.c") == ["a", None, "b"]
    assert new.blind_index("a", "t.c") == old.blind_index("a", "t.c")
    with pytest.raises(KeysError, match="not in the key ring"):
        old.decrypt(resealed[0], "t.c")


def test_a_missing_ring_says_what_to_do(tmp_path):
    with pytest.raises(KeysError, match="restore it from the backup"):
        KeyRing.load(tmp_path / "keys.json")


def test_a_ring_with_a_bad_key_is_refused():
    with pytest.raises(KeysError, match="no key 'k2'"):
        KeyRing({"k1": bytes(32)}, "k2", bytes(32))
    with pytest.raises(KeysError, match="32 bytes"):
        KeyRing({"k1": bytes(16)}, "k1", bytes(32))


def test_equal_values_are_sealed_differently_and_indexed_by_column(key_ring):
    sealed = key_ring.encrypt_many(["same"] * 1000, "t.c")
    assert len(set(sealed)) == 1000
    assert key_ring.blind_index("same", "t.a") != key_ring.blind_index("same", "t.b")
    assert key_ring.blind_index_many(["same", None], "t.a") == [key_ring.blind_index("same", "t.a"), None]
