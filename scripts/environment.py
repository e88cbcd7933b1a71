"""Make `.venv` from a hashed lock, and see that the browser test has a browser.

`make` calls this with whatever `python3` the machine has, so it keeps to what Python 3.6 reads:
an old one must get a plain answer, not a syntax error; its annotations are quoted for that.
Standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: "list[str]") -> int:
    """Do the one task that is named: site, test, slow or browser."""
    if arguments in (["site"], ["test"], ["slow"]):
        return install(arguments[0])
    if arguments == ["browser"]:
        return find_or_install_browser()
    print("usage: environment.py site | test | slow | browser", file=sys.stderr)
    return 2


def what_is_missing(version: "tuple[int, ...]", has_venv: bool, name: str) -> str:
    """What this Python lacks and how to get it, or nothing."""
    spoken = ".".join(map(str, version[:3]))
    if version[:2] < OLDEST:
        return (
            f"Python 3.11 or newer is needed; {name} is {spoken}.\n"
            "Install a newer one and name it, for example: make site PYTHON=python3.12"
        )
    if not has_venv:
        return (
            f"{name} ({spoken}) cannot make a virtual environment: it lacks venv or ensurepip.\n"
            "Debian and Ubuntu keep them in a package of their own: apt-get install python3-venv"
        )
    return ""


def install(lock: str) -> int:
    """Bring .venv to what the lock pins; each holds all of the smaller one, pin for pin."""
    has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    missing = what_is_missing(sys.version_info[:3], has_venv, Path(sys.executable).name)
    if missing:
        print(missing, file=sys.stderr)
        return 2
    if not works(PYTHON, "-c", "import pip"):
        print("making .venv", flush=True)
        run(sys.executable, "-m", "venv", "--clear", str(VENV))
    print(f"installing what requirements/{lock}.txt pins; minutes, the first time", flush=True)
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq")
    run(*pip, "--require-hashes", "-r", str(ROOT / "requirements" / f"{lock}.txt"))
    # Hashes cannot cover a folder: the package itself comes after, from here, fetching nothing.
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    return 0


def find_or_install_browser() -> int:
    """Leave a browser that is there alone; else Debian's through apt-get, else playwright's own."""
    if any(shutil.which(name) for name in BROWSERS):
        return 0
    apt = apt_get()
    if apt:
        print("installing chromium for the browser test", flush=True)
        run(*apt, "-qq", "update", must=False)
        run(*apt, "-qq", "install", "-y", "--no-install-recommends", "chromium", must=False)
        if shutil.which("chromium"):
            return 0
    print("installing playwright's own chromium for the browser test", flush=True)
    run(str(PYTHON), "-m", "playwright", "install", "chromium")
    return 0


def apt_get() -> "tuple[str, ...]":
    """How apt-get may be called here without a question asked; empty where it may not."""
    if not shutil.which("apt-get"):
        return ()
    quiet = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get")
    if os.geteuid() == 0:
        return quiet
    return ("sudo", "-n", *quiet) if works("sudo", "-n", "true") else ()


def works(*command: "str | Path") -> bool:
    """True where the command exists and succeeds."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str, must: bool = True) -> None:
    """Run a command; where it must succeed and does not, its own words and exit code are ours."""
    code = subprocess.run(command, check=False).returncode
    if must and code:
        print("failed: " + " ".join(command), file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
