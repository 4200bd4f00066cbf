"""Write the exact versions of this environment to requirements.txt and requirements-dev.txt.

`python -m tools.lock` reads what setup.cfg asks for, follows it through the metadata of the installed
packages and writes the closure. Install the wanted versions first, run the tests, then lock.
`python -m tools.lock --check` only says whether the files still agree with setup.cfg.
"""

from __future__ import annotations

import configparser
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
HEADERS = {
    "requirements.txt": "# Exact versions of the running product. Written by `python -m tools.lock`.\n",
    "requirements-dev.txt": (
        "# Exact versions of what the checks and tests need beside requirements.txt."
        " Written by `python -m tools.lock`.\n-r requirements.txt\n"
    ),
}


def wanted() -> tuple[list[Requirement], list[Requirement]]:
    """The requirements of setup.cfg: of the product, and of what tests need beside it, `dev` and every other extra."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")

    def lines(section: str, key: str) -> list[Requirement]:
        return [Requirement(line) for line in config[section][key].splitlines() if line.strip()]

    extras = [line for name in config["options.extras_require"] for line in lines("options.extras_require", name)]
    return lines("options", "install_requires"), extras


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Canonical name -> "Name==version" of everything `requirements` lead to in this environment.

    Raises LookupError when a package is missing here or its version is outside the asked range.
    """
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    queue = list(requirements)
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        mark = (name, frozenset(requirement.extras))
        if mark in seen:
            continue
        seen.add(mark)
        try:
            dist = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError as error:
            raise LookupError(f"{requirement} is not installed here") from error
        if not requirement.specifier.contains(dist.version, prereleases=True):
            raise LookupError(f"{requirement} is asked for, {dist.version} is installed here")
        found[name] = f"{dist.metadata['Name']}=={dist.version}"
        for line in dist.requires or []:
            needed = Requirement(line)
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in {*extras, ""}):
                queue.append(needed)
    return found


def render() -> dict[str, str]:
    """File name -> text of the two locks, from this environment."""
    product, dev = wanted()
    run = closure(product)
    beside = {name: line for name, line in closure(dev).items() if name not in run}
    return {
        file: HEADERS[file] + "".join(f"{line}\n" for _, line in sorted(lines.items()))
        for file, lines in (("requirements.txt", run), ("requirements-dev.txt", beside))
    }


def locked(file: str) -> dict[str, str]:
    """Canonical name -> version pinned in a lock file."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def disagreements() -> list[str]:
    """Where the locks do not meet what setup.cfg asks for; empty when they do. Needs no installed package."""
    product, dev = wanted()
    run = locked("requirements.txt")
    every = run | locked("requirements-dev.txt")
    problems = []
    both = ((product, run, "requirements.txt"), (dev, every, "requirements-dev.txt"))
    for requirements, pins, file in both:
        for requirement in requirements:
            version = pins.get(canonicalize_name(requirement.name))
            if version is None:
                problems.append(f"{file} has no line for {requirement}")
            elif not requirement.specifier.contains(version, prereleases=True):
                problems.append(f"{file} pins {requirement.name} {version}, setup.cfg asks for {requirement}")
    return problems


def main(arguments: list[str]) -> int:
    """Write the locks, or with --check compare them; 0 when they agree."""
    if arguments == ["--check"]:
        problems = disagreements()
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return 1 if problems else 0
    for file, text in render().items():
        (ROOT / file).write_text(text, encoding="utf-8")
        print(f"{file}: {text.count('==')} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
