"""The fonts of the documents: unchanged, embedded, and with every character the product writes."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from babel.messages.pofile import read_po
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parents[3]
FONTS = ROOT / "core" / "reports" / "fonts"
FACES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
SAMPLE = "张伟 2026 年 10 月工资：应发 ¥8,000.00，实发 −960.00；√ ▲ × ○ △ 壹万贰仟元整（上海）“引号”—…· ① №"


def catalogues() -> list[Path]:
    """Every Chinese catalogue of the product."""
    return sorted(
        path for package in ("core", "attendance", "payroll", "plugins")
        for path in (ROOT / package).rglob("locale/zh_CN/LC_MESSAGES/*.po")
    )


@cache
def covered(name: str) -> set[int]:
    """The code points that a font has a drawing for."""
    return set(TTFont(name, str(FONTS / name)).face.charToGlyph)


def test_the_fonts_are_the_ones_that_were_made() -> None:
    rows = json.loads((FONTS / "fonts.lock.json").read_text(encoding="utf-8"))
    assert {row["file"] for row in rows} == set(FACES)
    for row in rows:
        digest = base64.b64encode(hashlib.sha384((FONTS / row["file"]).read_bytes()).digest()).decode()
        assert row["integrity"] == f"sha384-{digest}"
        assert row["licence"] == "OFL-1.1"
    assert "SIL Open Font License" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FACES)
def test_gb2312_is_complete(name: str) -> None:
    """All 6,763 Han characters of the standard: rows 16 to 87, less the five empty cells at the end of row 55."""
    han = [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) if not (row == 0xD7 and cell > 0xF9)
    ]
    assert len(han) == 6763
    assert [char for char in han if ord(char) not in covered(name)] == []


@pytest.mark.parametrize("name", FACES)
def test_every_character_of_the_product_is_there(name: str) -> None:
    known = covered(name)
    written: dict[str, str] = {}
    for path in catalogues():
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                text = f"{message.id}{message.string}"
                written |= {char: f"{path.name}: {message.id}" for char in text if char >= " "}
    assert len(written) > 300
    assert {char: where for char, where in written.items() if ord(char) not in known} == {}


@pytest.mark.parametrize("name", FACES)
def test_reportlab_embeds_it(name: str) -> None:
    """The PDF carries the font and gives back the text that was written."""
    pdfmetrics.registerFont(TTFont(f"test-{name}", str(FONTS / name)))
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont(f"test-{name}", 7)
    canvas.drawString(40, 700, SAMPLE)
    canvas.save()
    assert len(file.getvalue()) < 100_000, "only the used characters are embedded"
    document = pypdfium2.PdfDocument(file.getvalue())
    try:
        assert document[0].get_textpage().get_text_bounded().strip() == SAMPLE
        fonts = [entry.get_font() for entry in document[0].get_objects() if hasattr(entry, "get_font")]
        embedded = {font.get_base_name() for font in fonts}
    finally:
        document.close()
    assert any("NotoSansSC" in found for found in embedded)
