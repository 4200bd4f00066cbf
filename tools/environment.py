"""Make the virtual environment: `python tools/environment.py .venv requirements.txt`.

Runs before anything is installed, so it uses the standard library alone. Which package index is asked is
pip's own business: its configuration and environment are passed on as they are.
"""

from __future__ import annotations

import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def usable(environment: Path) -> bool:
    """Whether the environment exists, has pip, and is of a Python that can run the product."""
    python = python_of(environment)
    if not python.exists():
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", probe], check=False, capture_output=True).returncode == 0


def count(requirements: Path) -> int:
    """How many packages a lock file pins, files it includes counted too."""
    total = 0
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            total += count(requirements.parent / line[3:].strip())
        elif "==" in line and not line.startswith("#"):
            total += 1
    return total


def step(label: str, command: list[str | Path]) -> None:
    """Run one step, say what it is and how long it took; its own output is shown only when it fails."""
    started = time.monotonic()
    print(f"  {label} ...", end="", flush=True)
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    assert process.stdout is not None
    output: list[str] = []
    for line in process.stdout:
        output.append(line)
        if line.startswith(("Collecting", "Installing collected")):
            print(".", end="", flush=True)
    if process.wait() != 0:
        print(" failed\n" + "".join(output[-40:]), flush=True)
        raise SystemExit(1)
    print(f" {time.monotonic() - started:.0f} s", flush=True)


def main(arguments: list[str]) -> int:
    """Create the environment if it is missing, install the locked packages and the product itself."""
    environment, requirements = Path(arguments[0]), ROOT / arguments[1]
    print(f"Preparing {environment} with Python {sys.version.split()[0]}", flush=True)
    if not usable(environment):
        started = time.monotonic()
        print("  creating the environment ...", end="", flush=True)
        try:
            venv.create(environment, with_pip=True, clear=environment.exists())
        except (subprocess.CalledProcessError, ImportError):
            print(" failed\nThis Python cannot make environments; on Debian: apt-get install python3-venv")
            return 1
        print(f" {time.monotonic() - started:.0f} s", flush=True)
    python = python_of(environment).absolute()
    pip: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    step(f"installing {count(requirements)} packages", [*pip, "-r", requirements])
    step("installing Remit", [*pip, "--no-deps", "-e", "."])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
