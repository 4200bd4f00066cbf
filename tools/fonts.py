"""Make the Chinese fonts of the PDF documents; run by maintainers, the result is committed.

``python -m tools.fonts`` takes Noto Sans SC, Regular and Bold, as TrueType from npm (reportlab embeds no other
outlines), keeps the characters that documents need and writes ``core/reports/fonts``. It needs fonttools, which
nothing else in the product does. What is kept: GB2312 (6,763 Han characters and the punctuation of Chinese), Latin for
names of people and companies, the signs of payslips and attendance sheets, every character of the product's own
Chinese text, and characters of given names that GB2312 lacks. A name with a rarer character needs a full font, named
in the settings.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped, import-not-found, unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped, import-not-found, unused-ignore]

from tools.vendor import ROOT, Package, integrity, unpack

FONTS = ROOT / "core" / "reports" / "fonts"
LOCK = "fonts.lock.json"
NOTO = Package("@expo-google-fonts/noto-sans-sc", "0.4.3", "MIT AND OFL-1.1")
FACES = {
    "NotoSansSC-Regular.ttf": "400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "700Bold/NotoSansSC_700Bold.ttf",
}
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x205E), (0x2150, 0x218F), (0x2190, 0x2193),
    (0x2460, 0x2473), (0x3000, 0x303F), (0x3200, 0x32FF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
)
SIGNS = "€₤™℃№−×÷±≈≠≤≥∑√∞∥∶◇◆○●◎△▲▽▼□■☆★✓✗"
NAMES = (
    "喆堃玥珺翀昇晞煊琰瑄曈彧赟婳垚淼燊犇骉龑昉旻晟晔暐栩桢棽沄泓洺浔湉漪炜焱煜熠燚玗玙玟珈珩琤琬瑀璟璠甯祎祺"
    "禛竑筱绮翊芃芮荻萱蔚蘅虢衎谌谞谡豳贇赪逦郄郗鄢钰钲铖铮锳镕闫阚隽雱霁霖靓韫頔颉颢飏馥骁髙麒麓黻槑囧玮嫄嫚珅"
    "濛滢潆瀚灏烨璐璇瑾瑜琪琦琳珞璞瓒祯祐禧菡莀蓥蕙薇藜諕昺昶暄暾朏杺楒槿歆毓泠浛淏淼湜溦滟澍濬炅烜燏爔犟"
)


def characters() -> set[int]:
    """The code points that the fonts keep."""
    kept = {code for first, last in RANGES for code in range(first, last + 1)}
    kept |= {ord(char) for char in SIGNS + NAMES}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                kept.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    products = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "tools")]
    for path in (po for product in products for po in product.rglob("locale/zh_CN/LC_MESSAGES/*.po")):
        kept |= {ord(char) for char in path.read_text(encoding="utf-8") if char >= " "}
    return kept


def reduce(source: bytes, kept: set[int]) -> bytes:
    """The font with these characters alone, without hinting, kerning and vertical metrics that a PDF does not use."""
    options = subset.Options(
        hinting=False, layout_features=[], glyph_names=False, notdef_outline=True, name_IDs=["*"],
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG", "STAT", "meta"],
        recalc_timestamp=False,
    )
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=kept)
    worker.subset(font)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def main(arguments: list[str]) -> int:
    """Fetch, reduce, write, lock, and say what each font weighs."""
    parser = argparse.ArgumentParser(description="Make the fonts of the PDF documents.")
    parser.add_argument("--archives", type=Path, help="directory with npm archives, for work without a network")
    options = parser.parse_args(arguments)
    FONTS.mkdir(parents=True, exist_ok=True)
    kept, rows = characters(), []
    with tempfile.TemporaryDirectory() as scratch:
        source = unpack(NOTO, Path(scratch), options.archives)
        (FONTS / "OFL.txt").write_bytes((source / "LICENSE_FONT").read_bytes())
        for name, origin in FACES.items():
            data = reduce((source / origin).read_bytes(), kept)
            (FONTS / name).write_bytes(data)
            rows.append({
                "file": name, "npm": f"{NOTO.name}@{NOTO.version}", "from": origin, "licence": "OFL-1.1",
                "licence_file": "OFL.txt", "integrity": integrity(data), "bytes": len(data),
            })
            print(f"{name:24} {len(data):>9} bytes")
    (FONTS / LOCK).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
