"""Makes .venv and keeps it at the pinned requirements; run by make with whatever Python the machine has.

Only the standard library, and nothing an old Python could not parse: it has to say that it is too old.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS, LOCK, DEV = "requirements.txt", "requirements.lock", "requirements-dev.txt"
WITHOUT = (
    "\nA hash that differs: somebody serves another file than the one that was locked. If that is meant"
    " (an index of your own that builds its packages): make LOCKED=false ..."
)
MINIMUM = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


def main() -> None:
    """Create the environment if it is missing or broken, and install what changed."""
    dev = "--dev" in sys.argv[1:]
    if VENV.is_symlink():
        return  # somebody shares an environment of their own: it is theirs to keep up to date
    if sys.version_info < MINIMUM:
        run_with_newer_python()
    if not works():
        create()
    install(dev)


def run_with_newer_python() -> None:
    """Start over with a newer Python of this machine, or say that there is none."""
    for name in NEWER:
        program = shutil.which(name)
        if program:
            os.execv(program, [program, *sys.argv])  # noqa: S606 - the same script, no shell wanted
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(f"error: Python 3.11 or newer is needed, {sys.executable} is {found}. "
             "Install one, or name it: make PYTHON=/path/to/python3.12 ...")  # fmt: skip


def works() -> bool:
    """True if .venv has a Python new enough that finds pip."""
    test = f"import sys, pip; sys.exit(sys.version_info < {MINIMUM})"
    try:
        return (
            subprocess.run([str(PYTHON), "-c", test], stderr=subprocess.DEVNULL, check=False).returncode == 0
        )
    except OSError:
        return False


def create() -> None:
    """Create .venv, or say which package of the system is missing for it."""
    print("creating .venv with " + sys.executable, flush=True)
    try:
        import ensurepip  # noqa: F401 - Debian ships Python without it
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(f"error: this Python cannot create virtual environments. On Debian and Ubuntu:\n"
                 f"  apt-get install python{version}-venv")  # fmt: skip
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install(dev: bool) -> None:
    """Install what is required unless exactly this is installed already."""
    steps = [["--require-hashes", "-r", LOCK] if is_locked() else ["-r", REQUIREMENTS]]
    steps += [["-r", DEV]] if dev else []
    files = [step[-1] for step in steps]
    stamp = VENV / (".installed-" + "-".join(files))
    read = [*files, REQUIREMENTS]
    wanted = hashlib.sha256(b"\0".join((CHECKOUT / name).read_bytes() for name in read)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("installing " + " and ".join(files) + " into .venv", flush=True)
    for step in steps:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *step]
        if subprocess.run(command, cwd=CHECKOUT, check=False).returncode != 0:
            why = WITHOUT if LOCK in step else ""
            sys.exit("error: pip could not install the requirements, see above." + why)
    stamp.write_text(wanted)


def is_locked() -> bool:
    """True if the lock knows all that is required, and nobody said LOCKED=false."""
    if os.environ.get("LOCKED") == "false" or not (CHECKOUT / LOCK).exists():
        return False
    missing = pins(REQUIREMENTS) - pins(LOCK)
    if missing:
        print("requirements.lock is older than requirements.txt (make lock): " + ", ".join(sorted(missing)))
    return not missing


def pins(name: str) -> "set[str]":
    """Return what a file names as `name==version`, the names as registries compare them."""
    found = re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", (CHECKOUT / name).read_text())
    return {re.sub(r"[-_.]+", "-", package).lower() + "==" + version for package, version in found}


if __name__ == "__main__":
    main()
