"""Small pictures, drawn by a process that is held to its limits."""

from __future__ import annotations

import io
import resource
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from core.files import render, sniff, thumbnails
from core.files.models import File
from core.files.service import delete, read_file
from core.jobs.pool import Pool
from core.kernel.house import House
from tests.core.documents.papers import png
from tests.core.files.test_files import CLERK, keep, stored


def photo(width: int = 1200, height: int = 800, *, orientation: int = 1) -> bytes:
    """A photo, red on the left and blue on the right as the camera saw it, with a place in its metadata."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Camera of 110105194912310021"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def page() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 800))
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(0, 0, 400, 800, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_a_picture_is_small_upright_and_without_what_the_camera_wrote() -> None:
    drawn = thumbnails.draw(photo(orientation=6), sniff.JPEG)
    assert drawn is not None
    small = Image.open(io.BytesIO(drawn))
    assert small.size == (320, 480), "turned by a quarter"
    assert small.getpixel((160, 20))[0] > 200, "red came to the top"  # type: ignore[index]
    assert dict(small.getexif()) == {}
    assert b"Camera" not in drawn


def test_the_first_page_of_a_pdf() -> None:
    drawn = thumbnails.draw(page(), sniff.PDF)
    assert drawn is not None
    small = Image.open(io.BytesIO(drawn))
    assert small.size == (240, 480)
    assert small.getpixel((120, 240))[0] > 200  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 nonsense", sniff.PDF), (b"\xff\xd8\xff nonsense", sniff.JPEG), (b"", sniff.PNG),
        (png(100_000, 100_000), sniff.PNG), (b"GIF89a" + b"\0" * 20, sniff.PNG),
    ],
    ids=["pdf", "jpeg", "empty", "huge", "gif"],
)
def test_what_cannot_be_drawn_is_not(content: bytes, kind: str) -> None:
    assert thumbnails.draw(content, kind) is None


def test_the_drawing_process_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for more memory than it may have and is refused; the parent goes on."""
    taken: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", taken.__setitem__)
    render.hold()
    assert taken[resource.RLIMIT_AS] == (1 << 30, 1 << 30)
    assert taken[resource.RLIMIT_CPU] == (20, 20)
    script = thumbnails._START.replace("content = sys.stdin.buffer.read()", "content = bytes(2 << 30)")
    monkeypatch.setattr(thumbnails, "_START", script)
    assert thumbnails.draw(photo(), sniff.JPEG) is None


def test_the_picture_lies_beside_its_file_and_goes_with_it(house: House, tmp_path: Path) -> None:
    number = keep(house, photo(), name="a.jpg", accept=(sniff.JPEG,), thumbnail=True, keep_days=None, subject_id=70)
    assert Pool(house).run_waiting() == 1
    with house.session(CLERK) as session:
        made = thumbnails.of(session, [number])[number]
        assert (made.kind, made.encrypted, made.subject_id, made.expires_at) == ("thumbnail", True, 70, None)
        assert read_file(session, made).startswith(b"\xff\xd8\xff")
    assert len(stored(tmp_path)) == 2
    with house.session(CLERK, write=True) as session:
        delete(session, session.get_one(File, number))
    assert stored(tmp_path) == []
    with house.session(CLERK) as session:
        assert session.scalars(select(File)).all() == []
