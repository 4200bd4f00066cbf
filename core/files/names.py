"""Names of files: what is kept of one, and which endings belong to which content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from core.files import sniff

LONGEST = 255
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f\"\\/:*?<>|]+")

#: The content that a name with this ending promises.
ENDINGS: Mapping[str, frozenset[str]] = {
    "pdf": frozenset({sniff.PDF}), "png": frozenset({sniff.PNG}), "jpg": frozenset({sniff.JPEG}),
    "jpeg": frozenset({sniff.JPEG}), "webp": frozenset({sniff.WEBP}), "heic": frozenset({sniff.HEIC}),
    "heif": frozenset({sniff.HEIC}), "gif": frozenset({sniff.GIF}), "xlsx": frozenset({sniff.XLSX}),
    "docx": frozenset({sniff.DOCX}), "pptx": frozenset({sniff.PPTX}), "ofd": frozenset({sniff.OFD}),
    "zip": frozenset({sniff.ZIP}), "csv": frozenset({sniff.CSV}), "txt": frozenset({sniff.TEXT}),
    "xml": frozenset({sniff.XML}),
    "doc": frozenset({sniff.OLE}), "xls": frozenset({sniff.OLE}), "ppt": frozenset({sniff.OLE}),
}  # fmt: skip
#: Endings a double click would run, or a browser would show as a page.
RUNNING = frozenset({
    "exe", "com", "bat", "cmd", "scr", "pif", "msi", "msp", "ps1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "hta",
    "lnk", "jar", "sh", "app", "apk", "dll", "reg", "cpl", "html", "htm", "xhtml", "mht", "svg", "svgz", "url",
    "desktop", "xlsm", "docm", "pptm", "xlsb", "xltm", "dotm", "php", "py",
})  # fmt: skip


def safe(name: str) -> str:
    """A name that can be shown and offered for saving: no path, no control or direction marks, at most 255 characters.
    """
    bare = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(one for one in bare if unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn"))
    cleaned = _UNSAFE.sub(" ", plain).strip(" .")
    if len(cleaned) > LONGEST:
        stem, dot, ending = cleaned.rpartition(".")
        cleaned = (stem or cleaned)[: 250 - len(ending)] + dot + ending if len(ending) < 10 else cleaned[:LONGEST]
    return cleaned or "file"


def choosable(accept: Collection[str]) -> str:
    """What an input of files offers to choose from: the endings of these media types, as HTML has them."""
    return ",".join(f".{one}" for one, promised in ENDINGS.items() if promised & set(accept))


def ending(name: str) -> str:
    """The ending of a name in small letters, or nothing."""
    stem, dot, found = safe(name).rpartition(".")
    return found.lower() if dot and stem else ""
