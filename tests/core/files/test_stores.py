"""Where bytes lie: a full disk, a bucket that fails, moving between stores, and what is left behind."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import use_locale
from core.files import blob, retention
from core.files.models import File
from core.files.service import delete, put, read_file
from core.files.stores import FolderStore, store_of
from core.kernel.house import House
from tests.core.files.test_files import CLERK, SECRET, keep, load, stored

ROOT = Path(__file__).parents[3]
SYSTEM = Actor.system("tests")


def rows(house: House) -> list[str]:
    with house.session(SYSTEM) as session:
        return list(session.scalars(select(File.blob)))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte; where none may be mounted, a limit on the size of files says the same."""
    folder = tmp_path / "files"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(house: House, small_disk: Path) -> None:
    first = keep(house, b"x" * 200_000)
    with pytest.raises(DomainError) as caught:
        keep(house, os.urandom(2_000_000))
    assert caught.value.code == "file.no_room"
    with use_locale("en"):
        assert "There is no room left for files." in str(caught.value)
    assert len([one for one in small_disk.rglob("*") if one.is_file()]) == 1
    assert len(rows(house)) == 1
    assert load(house, first) == b"x" * 200_000
    assert load(house, keep(house, b"y" * 1000)) == b"y" * 1000, "small files still fit"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_quota_that_is_reached_at_the_end_is_the_same(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(_number: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("core.files.blob.os.fsync", full)
    with pytest.raises(DomainError) as caught:
        keep(house)
    assert caught.value.code == "file.no_room"
    assert stored(tmp_path) == []
    assert rows(house) == []


def test_a_process_killed_in_the_middle_leaves_nothing_for_long(house: House, tmp_path: Path) -> None:
    """Killed while the source still sends: no row; the part on the disk goes with the sweep of the next day."""
    script = (
        "import io, os, sys, time\n"
        "from pathlib import Path\n"
        "from core.db.keys import KeyRing\n"
        "from core.files import blob\n"
        "class Slow(io.RawIOBase):\n"
        "    def readable(self): return True\n"
        "    def read(self, size=-1):\n"
        "        if Path(sys.argv[1]).exists() and Path(sys.argv[1]).stat().st_size: print('half', flush=True)\n"
        "        return b'x' * size\n"
        "blob.stage(Slow(), Path(sys.argv[1]), KeyRing.generate(), 1 << 33)\n"
    )
    part = tmp_path / "files" / ".killed.part"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(part)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "half\n"
        running.send_signal(signal.SIGKILL)
        running.stdout.read()
    assert part.exists()
    with house.session(SYSTEM, write=True) as session:
        retention.purge_expired(session)
    assert part.exists(), "it might be an upload under way"
    with house.session(SYSTEM, write=True) as session:
        retention.purge_expired(session, at=clock.now() + timedelta(days=2))
    assert not part.exists()


def test_two_uploads_at_once_do_not_meet(house: House) -> None:
    """The same content at the same moment: two files, each with bytes of its own."""
    found: list[int] = []
    gate = threading.Barrier(2)

    def upload() -> None:
        gate.wait()
        found.append(keep(house, SECRET * 1000))

    threads = [threading.Thread(target=upload) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(rows(house))) == 2
    with house.session(CLERK, write=True) as session:
        delete(session, session.get_one(File, found[0]))
    assert load(house, found[1]) == SECRET * 1000


def test_any_part_of_a_file_can_be_read(tmp_path: Path) -> None:
    from core.db.keys import KeyRing

    content = os.urandom(3 * blob.PIECE + 77)
    keys = KeyRing.generate()
    blob.stage(io.BytesIO(content), tmp_path / "it", keys, 10**9)
    with blob.read(tmp_path / "it", keys, len(content)) as stream:
        for start in (0, 5, blob.PIECE - 1, blob.PIECE, 2 * blob.PIECE + 3, 3 * blob.PIECE, 3 * blob.PIECE + 76, 1):
            stream.seek(start)
            assert stream.read(50) == content[start:start + 50]
        assert stream.seek(-10, os.SEEK_END) == len(content) - 10
        assert stream.read() == content[-10:]
        assert stream.read() == b""


# -- checking and moving -----------------------------------------------------------------------------------------------


def test_missing_bytes_are_found(house: House, tmp_path: Path) -> None:
    first, second = keep(house), keep(house, b"other")
    with house.session(SYSTEM) as session:
        gone = session.get_one(File, first).blob
        assert retention.check(session, SYSTEM).missing == []
    (tmp_path / "files" / gone).unlink()
    (tmp_path / "files" / "zz").mkdir()
    (tmp_path / "files" / "zz" / "orphan").write_bytes(b"?")
    with house.session(SYSTEM) as session:
        found = retention.check(session, SYSTEM)
    assert (found.files, found.missing, found.orphans) == (2, [first], 1)
    assert load(house, second) == b"other"


def test_a_move_that_was_cut_off_goes_on(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file opens before, in the middle and afterwards; what moved is not moved again."""
    kept = {keep(house, f"content {n}".encode()): f"content {n}".encode() for n in range(7)}
    target = f"file://{tmp_path / 'other'}"
    monkeypatch.setattr(retention, "STEP", 2)
    real, calls = FolderStore.keep, []

    def fails_once(self: FolderStore, staged: Path, name: str) -> None:
        calls.append(name)
        if len(calls) == 4:
            raise OSError(errno.EIO, "pulled the cable")
        real(self, staged, name)

    monkeypatch.setattr(FolderStore, "keep", fails_once)
    with pytest.raises(OSError, match="pulled the cable"):
        retention.move(house, SYSTEM, target)
    assert {number: load(house, number) for number in kept} == kept
    assert retention.move(house, SYSTEM, target) == 5
    assert {number: load(house, number) for number in kept} == kept
    assert len([one for one in (tmp_path / "other").rglob("*") if one.is_file()]) == 7
    assert stored(tmp_path) == []


# -- S3 ----------------------------------------------------------------------------------------------------------------


class Cable:
    """A relay in front of a server that can slow down, cut connections, or answer 503 itself."""

    def __init__(self, port: int) -> None:
        import socket

        self.target, self.mode = port, ""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _address = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: Any) -> None:
        import socket

        with contextlib.suppress(OSError), near, socket.create_connection(("127.0.0.1", self.target)) as far:
            if self.mode == "503":
                near.recv(65536)
                near.sendall(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            sent = 0
            while data := near.recv(65536):
                sent += len(data)
                if self.mode == "cut" and sent > 200_000:
                    near.shutdown(socket.SHUT_RDWR)
                    return
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)
            back.join(5)

    @staticmethod
    def _pump(source: Any, target: Any) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)

    def close(self) -> None:
        self.server.close()


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[str, Cable]]:
    """A bucket of moto's server behind the cable."""
    boto3 = pytest.importorskip("boto3")
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("NO_PROXY", "127.0.0.1")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        _host, port = server.get_host_and_port()
        cable = Cable(port)
        near = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1")
        near.create_bucket(Bucket="remit")
        yield f"s3://remit/hr?endpoint=http://127.0.0.1:{cable.port}", cable
        cable.close()
        server.stop()


@pytest.fixture
def far(house: House, bucket: tuple[str, Cable], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[House, Cable]]:
    """The house with its files in the bucket."""
    from core.files import s3

    monkeypatch.setattr(s3, "ANSWER", 2)
    monkeypatch.setattr(s3, "ATTEMPTS", 2)
    url, cable = bucket
    cable.mode = ""
    yield replace(house, config=replace(house.config, files_url=url), session_info=dict(house.session_info)), cable
    cable.mode = ""


def objects(house: House) -> dict[str, bytes]:
    with house.session(SYSTEM) as session:
        store = store_of(session, house.config.files_url)
        return {name: store.read(name).read() for name, _since in store.names()}


def test_files_lie_sealed_in_the_bucket_and_go_with_their_row(far: tuple[House, Cable], tmp_path: Path) -> None:
    house, _cable = far
    content = os.urandom(blob.PIECE + 500)
    number = keep(house, content)
    ((name, sealed),) = [(name, body) for name, body in objects(house).items() if name in rows(house)]
    assert content[:100] not in sealed
    assert sealed.startswith(blob.MAGIC)
    assert load(house, number) == content
    assert stored(tmp_path) == [], "nothing stays on this machine"
    with house.session(CLERK) as session, store_of(session, house.config.files_url).read(name, 10) as part:
        assert part.read(20) == sealed[10:30]
    with house.session(CLERK, write=True) as session:
        delete(session, session.get_one(File, number))
    assert name not in objects(house)
    lost = File(blob=name, store=house.config.files_url, encrypted=True, size=1, state="ready", expires_at=None)
    with house.session(CLERK) as session, pytest.raises(DomainError) as caught:
        read_file(session, lost)
    assert caught.value.code == "file.gone"


def test_a_rolled_back_file_leaves_no_object(far: tuple[House, Cable]) -> None:
    house, _cable = far
    before = objects(house)
    with house.session(CLERK, write=True) as session:
        put(session, CLERK, SECRET, name="a.csv", kind="import")
        session.rollback()
    assert objects(house) == before
    assert rows(house) == []


@pytest.mark.parametrize("mode", ["503", "cut"])
def test_a_bucket_that_fails_is_told_and_nothing_is_half_done(far: tuple[House, Cable], mode: str) -> None:
    """Whatever fails, a committed row has its bytes, and what has no row is gone with the sweep at the latest."""
    house, cable = far
    kept = keep(house, b"before")
    cable.mode = mode
    with pytest.raises(DomainError) as caught:
        keep(house, os.urandom(600_000))
    assert caught.value.code == "file.unreachable"
    cable.mode = ""
    assert load(house, kept) == b"before"
    assert len(rows(house)) == 1
    with house.session(SYSTEM, write=True) as session:
        retention.purge_expired(session, at=clock.now() + timedelta(days=2))
        session.rollback()
    with house.session(SYSTEM) as session:
        assert retention.check(session, SYSTEM).missing == []


def test_orphans_in_the_bucket_are_swept_after_a_day(far: tuple[House, Cable], tmp_path: Path) -> None:
    house, _cable = far
    staged = tmp_path / "orphan"
    staged.write_bytes(b"left by a killed process")
    with house.session(SYSTEM, write=True) as session:
        store_of(session, house.config.files_url).keep(staged, "aa/orphan")
        retention.purge_expired(session)
    assert "aa/orphan" in objects(house)
    number = keep(house, keep_days=None)
    with house.session(SYSTEM, write=True) as session:
        retention.purge_expired(session, at=clock.now() + timedelta(days=2))
    assert list(objects(house)) == rows(house)
    assert load(house, number) == SECRET


def test_files_move_from_the_folder_to_the_bucket_and_back(
    far: tuple[House, Cable], house: House, tmp_path: Path
) -> None:
    there, _cable = far
    number = keep(house)
    assert retention.move(there, SYSTEM, there.config.files_url) == 1
    assert stored(tmp_path) == []
    assert load(there, number) == SECRET
    assert retention.move(there, SYSTEM, "") == 1
    assert load(house, number) == SECRET
