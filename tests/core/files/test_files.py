from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.db.keys import KeyRing
from core.files import blob, sniff
from core.files.jobs import purge
from core.files.models import File
from core.files.retention import purge_expired
from core.files.service import delete, open_file, put, read_file
from core.files.stores import directory
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House
from tests.core.exchange.books import workbook

CLERK = Actor(kind="person", account_id=7, person_id=70)
SECRET = "身份证 110101199003071234".encode()


def stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def keep(house: House, data: Any = SECRET, **more: Any) -> int:
    with house.session(CLERK, write=True) as session:
        return put(session, CLERK, data, **{"name": "list.csv", "kind": "import", **more}).id


def load(house: House, file_id: int) -> bytes:
    with house.session(CLERK) as session:
        return read_file(session, session.get_one(File, file_id))


@pytest.mark.parametrize("size", [0, 1, 100, blob.PIECE - 1, blob.PIECE, blob.PIECE + 1, 3 * blob.PIECE])
def test_what_is_put_comes_back(house: House, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    file_id = keep(house, io.BytesIO(content[:size]))
    assert load(house, file_id) == content[:size]
    with house.session(CLERK) as session:
        file = session.get_one(File, file_id)
        assert file.size == size
        with open_file(session, file) as stream:
            assert b"".join(iter(lambda: stream.read(70_000), b"")) == content[:size]


def test_a_file_is_kept_sealed_for_a_week_under_a_name_of_its_own(house: House, tmp_path: Path) -> None:
    file_id = keep(house, name="../../etc/名单\x00 \"2026\".csv")
    (path,) = stored(tmp_path)
    assert SECRET not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    with house.session(CLERK) as session:
        file = session.get_one(File, file_id)
        assert file.name == "名单 2026 .csv"
        assert (file.content_type, file.created_by, file.kind, file.encrypted) == (sniff.CSV, 7, "import", True)
        assert file.expires_at is not None
        assert timedelta(days=6, hours=23) < file.expires_at - clock.now() <= timedelta(days=7)
        assert path == directory(session) / file.blob
        assert file.digest in path.name


def test_what_is_not_personal_lies_open(house: House, tmp_path: Path) -> None:
    file_id = keep(house, b"a,b\n", personal=False)
    assert stored(tmp_path)[0].read_bytes() == b"a,b\n"
    assert load(house, file_id) == b"a,b\n"


def test_a_rolled_back_file_leaves_nothing(house: House, tmp_path: Path) -> None:
    with house.session(CLERK, write=True) as session:
        put(session, CLERK, SECRET, name="a.csv", kind="import")
        session.rollback()
    assert stored(tmp_path) == []


def test_a_savepoint_takes_its_file_with_it_and_no_other(house: House, tmp_path: Path) -> None:
    with house.session(CLERK, write=True) as session:
        kept = put(session, CLERK, b"kept", name="a.txt", kind="import")
        savepoint = session.begin_nested()
        put(session, CLERK, b"lost", name="b.txt", kind="import")
        savepoint.rollback()
        with session.begin_nested():
            pass
    assert [path.name.split("-")[0] for path in stored(tmp_path)] == [kept.digest]


def test_delete_takes_effect_with_the_transaction(house: House, tmp_path: Path) -> None:
    file_id = keep(house)
    with house.session(CLERK, write=True) as session:
        with session.begin_nested():
            delete(session, session.get_one(File, file_id))
        session.rollback()
    assert load(house, file_id) == SECRET
    with house.session(CLERK, write=True) as session:
        delete(session, session.get_one(File, file_id))
    assert stored(tmp_path) == []


def test_equal_contents_do_not_share_their_end(house: House) -> None:
    first, second = keep(house), keep(house)
    with house.session(CLERK, write=True) as session:
        delete(session, session.get_one(File, first))
    assert load(house, second) == SECRET


def test_expired_files_are_closed_and_purged_and_lost_bytes_with_them(house: House, tmp_path: Path) -> None:
    old, fresh = keep(house, b"old"), keep(house, b"fresh")
    orphan = tmp_path / "files" / "ab" / "orphan"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"left by a killed process")
    later = clock.now() + timedelta(days=2)
    with house.session(CLERK, write=True) as session:
        session.get_one(File, old).expires_at = clock.now() - timedelta(seconds=1)
    with pytest.raises(DomainError) as caught:
        load(house, old)
    assert caught.value.code == "file.gone"
    with house.session(CLERK, write=True) as session:
        assert purge_expired(session, at=later) == 1
    assert not orphan.exists()
    assert len(stored(tmp_path)) == 1
    assert load(house, fresh) == b"fresh"


def test_the_purge_runs_as_a_job(house: House, tmp_path: Path) -> None:
    keep(house, keep_days=0)
    with house.session(CLERK, write=True) as session:
        enqueue(session, Actor.system("test"), "files.purge", {})
    assert Pool(house).run_waiting() == 1
    assert stored(tmp_path) == []
    assert purge.__doc__


def test_a_file_that_is_too_large_leaves_nothing(house: House, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        keep(house, b"x" * 101, limit=100)
    assert caught.value.code == "file.too_large"
    keep(house, b"x" * 100, limit=100)
    assert len(stored(tmp_path)) == 1


def test_only_accepted_types_are_kept(house: House, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        keep(house, b"%PDF-1.7", name="renamed.xlsx", accept=(sniff.XLSX,))
    assert caught.value.code == "file.type"
    assert stored(tmp_path) == []
    keep(house, workbook([["a"]]), name="whatever", accept=(sniff.XLSX,))


def test_bytes_that_are_gone_or_altered_are_told(house: House, tmp_path: Path) -> None:
    file_id = keep(house, b"x" * (blob.PIECE + 10))
    (path,) = stored(tmp_path)
    sealed = path.read_bytes()
    for damaged in (sealed[:-1], sealed[:-40], sealed[:100], sealed[:2000] + b"?" + sealed[2001:], b"RMTF1\n", b"",
                    sealed[: sealed.rindex(sealed[-26:])]):
        path.write_bytes(damaged)
        with pytest.raises(DomainError) as caught:
            load(house, file_id)
        assert caught.value.code == "file.damaged"
    path.unlink()
    with pytest.raises(DomainError) as caught:
        load(house, file_id)
    assert caught.value.code == "file.gone"


def test_pieces_cannot_be_cut_off_at_their_border(tmp_path: Path) -> None:
    keys = KeyRing.generate()
    blob.stage(io.BytesIO(b"x" * (2 * blob.PIECE)), tmp_path / "it", keys, 10**9)
    sealed = (tmp_path / "it").read_bytes()
    whole_pieces = sealed[: len(sealed) - (4 + blob.PIECE + 16)]
    (tmp_path / "it").write_bytes(whole_pieces)
    with pytest.raises(blob.DamagedFile), blob.read(tmp_path / "it", keys) as stream:
        stream.read()


@pytest.mark.parametrize(
    ("head", "name", "found"),
    [
        (b"%PDF-1.4", "a.csv", sniff.PDF), (b"PK\x03\x04....xl/workbook.xml", "a.csv", sniff.XLSX),
        (b"PK\x03\x04 anything", "a.xlsx", sniff.ZIP), ("工号".encode(), "a.CSV", sniff.CSV),
        ("工号".encode("gb18030"), "a.csv", sniff.CSV), ("工号".encode("utf-16"), "a.csv", sniff.CSV),
        ("工号".encode()[:-1], "a.txt", sniff.TEXT), (b"\x00\x01", "a.csv", sniff.OTHER),
        (b"\xff\x00\xff", "a.txt", sniff.OTHER), (b"", "a.csv", sniff.CSV),
    ],
)
def test_the_content_tells_what_a_file_is(head: bytes, name: str, found: str) -> None:
    assert sniff.content_type(head, name) == found


def test_rotated_keys_still_open_what_was_sealed(tmp_path: Path) -> None:
    keys = KeyRing.generate()
    blob.stage(io.BytesIO(SECRET), tmp_path / "it", keys, 10**9)
    with blob.read(tmp_path / "it", keys.rotated()) as stream:
        assert stream.read() == SECRET


