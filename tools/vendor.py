"""Bring the browser's third-party files into the repository; run by maintainers, the result is committed.

``python -m tools.vendor`` takes exact versions from npm with ``npm pack`` (nothing is installed, no script of a
package runs), writes the files, their licence texts and a lock with subresource-integrity digests. People who install
Remit need neither Node nor npm. ``tests/browser/test_vendor.py`` recomputes every digest.

The icon sprite holds only the names in ``tools/icons.txt``. A plugin that wants other icons ships a sprite of its own.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "core" / "web" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"
ICONS = ROOT / "tools" / "icons.txt"
LOCK = "vendor.lock.json"
SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*?(\*/)?\n?$")
NO_DRAWING = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


@dataclass(frozen=True)
class Package:
    """An npm package of one exact version and its licence by SPDX name.

    ``declared`` is how the archive writes the licence where that is no SPDX name.
    """

    name: str
    version: str
    licence: str
    declared: str = ""

    @property
    def short(self) -> str:
        return self.name.lstrip("@").replace("/", "-")


HTMX = Package("htmx.org", "4.0.1", "0BSD", "BSD-0-Clause")
INTER = Package("@fontsource-variable/inter", "5.3.0", "OFL-1.1")
TABLER = Package("@tabler/icons", "3.51.0", "MIT")
AXE = Package("axe-core", "4.14.1", "MPL-2.0")


def unpack(package: Package, into: Path, archives: Path | None) -> Path:
    """The directory of an unpacked npm archive, taken from `archives` when it lies there, else from the registry."""
    file = f"{package.short}-{package.version}.tgz"
    archive = archives / file if archives else into / file
    if not archive.is_file():
        subprocess.run(  # noqa: S603 - fixed argument list, the names stand above
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607
            cwd=into, check=True, stdout=subprocess.DEVNULL,
        )
        archive = into / file
    target = into / package.short
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


class Shelf:
    """One directory of vendored files with its licences and its lock."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.rows: list[dict[str, object]] = []
        (directory / "licences").mkdir(parents=True, exist_ok=True)

    def put(self, package: Package, source: Path, origin: str, name: str, data: bytes) -> None:
        """Write a file and its licence text, and note both for the lock."""
        meta = json.loads((source / "package.json").read_text("utf-8"))
        if (meta["version"], meta.get("license")) != (package.version, package.declared or package.licence):
            raise SystemExit(f"{package.name}: archive says {meta['version']} under {meta.get('license')}")
        (self.directory / name).write_bytes(data)
        (self.directory / "licences" / f"{package.short}.txt").write_bytes((source / "LICENSE").read_bytes())
        self.rows.append({
            "file": name, "npm": f"{package.name}@{package.version}", "from": origin,
            "licence": package.licence, "licence_file": f"licences/{package.short}.txt",
            "integrity": integrity(data), "bytes": len(data), "gzip": len(gzip.compress(data, 9, mtime=0)),
        })

    def copy(self, package: Package, source: Path, origin: str, name: str) -> None:
        """Take one file of a package as it is, without its pointer to a source map."""
        self.put(package, source, origin, name, SOURCE_MAP.sub(b"", (source / origin).read_bytes()))

    def close(self) -> None:
        """Write the lock and remove files that it no longer names."""
        text = json.dumps(sorted(self.rows, key=lambda row: str(row["file"])), indent=1)
        (self.directory / LOCK).write_text(text + "\n", "utf-8")
        known = {LOCK} | {str(row[key]) for row in self.rows for key in ("file", "licence_file")}
        for path in self.directory.rglob("*"):
            if path.is_file() and path.relative_to(self.directory).as_posix() not in known:
                path.unlink()


def integrity(data: bytes) -> str:
    """The subresource-integrity digest of a file."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode("ascii")


def sprite(outline: Path, names: list[str]) -> bytes:
    """One SVG with a symbol for each named icon; an unknown name stops the run."""
    missing = [name for name in names if not (outline / f"{name}.svg").is_file()]
    if missing:
        raise SystemExit(f"no such icons: {' '.join(missing)}")
    symbols = []
    for name in sorted(set(names)):
        text = re.sub(r"<!--.*?-->", "", (outline / f"{name}.svg").read_text("utf-8"), flags=re.S)
        found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S)
        if found is None:
            raise SystemExit(f"{name}.svg holds no drawing")
        drawing = re.sub(r"\s+", " ", NO_DRAWING.sub("", found.group(1))).strip().replace("> <", "><")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n").encode("utf-8")


def main(arguments: list[str]) -> int:
    """Fetch, write, lock, and say what each file weighs."""
    parser = argparse.ArgumentParser(description="Vendor third-party browser files.")
    parser.add_argument("--archives", type=Path, help="directory with npm archives, for work without a network")
    options = parser.parse_args(arguments)
    shipped, for_tests = Shelf(SHIPPED), Shelf(FOR_TESTS)
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        source = {package: unpack(package, room, options.archives) for package in (HTMX, INTER, TABLER, AXE)}
        shipped.copy(HTMX, source[HTMX], "dist/htmx.min.js", "htmx-4.0.1.min.js")
        font = "files/inter-latin-wght-normal.woff2"
        shipped.put(INTER, source[INTER], font, "inter-latin-5.3.0.woff2", (source[INTER] / font).read_bytes())
        icons = sprite(source[TABLER] / "icons" / "outline", ICONS.read_text("utf-8").split())
        shipped.put(TABLER, source[TABLER], "icons/outline, names in tools/icons.txt", "icons.svg", icons)
        for_tests.copy(AXE, source[AXE], "axe.min.js", "axe.min.js")
    for shelf in (shipped, for_tests):
        shelf.close()
        for row in shelf.rows:
            print(f"{row['file']:28} {row['npm']:36} {row['bytes']:>8} bytes {row['gzip']:>7} gz")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
