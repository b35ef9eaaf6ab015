"""The steps of the Dockerfile, run in a folder of this machine as far as one without Docker can.

What stands under / of the image stands in the folder. The user is made there, too, if this machine has a
useradd that can; packages are not installed but looked up among those of this environment, which has to have
exactly the same.
"""

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from botbackend.tests.checkout import CHECKOUT

PLACES = re.compile(r"(?<![\w./-])/(tmp|app)(?=[/\s]|$)")
PIP = f'#!/bin/sh\nexec {sys.executable} -m pip "$@" --dry-run --no-index\n'
USERADD = '#!/bin/sh\nexec {useradd} --prefix {root} "$@"\n'
NOTHING_TO_DO = "#!/bin/sh\nexit 0\n"
ACCOUNTS = {"passwd": "root:x:0:0::/root:/bin/sh\n", "group": "root:x:0:\n", "shadow": "root:*:::::::\n"}


def instructions() -> Iterator[tuple[str, str]]:
    """Name and rest of each line of the Dockerfile, continued lines as one."""
    text = re.sub(r"^\s*#.*\n", "", (CHECKOUT / "Dockerfile").read_text(), flags=re.M)
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name, rest.strip()


@dataclass
class Image:
    """What the steps have made, so far."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    place: str = "/"
    user: str = "root"
    base: str = ""
    stop_signal: str = ""
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where its programs start."""
        return self.root / self.place.lstrip("/")

    def build(self) -> "Image":
        """Run every step in its order. Raises AssertionError with what a failed one wrote."""
        self._furnish()
        for name, rest in instructions():
            getattr(self, f"_{name.lower()}")(rest)
        return self

    def run(self, words: list[str], variables: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start a program of the image in its folder, with nothing of this environment but its packages."""
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return subprocess.Popen(
            words,
            cwd=self.folder,
            env={"PATH": path, **self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _furnish(self) -> None:
        for name in ("tmp", "programs", "etc"):
            (self.root / name).mkdir()
        for name, line in ACCOUNTS.items():
            (self.root / "etc" / name).write_text(line)
        useradd = shutil.which("useradd", path="/usr/sbin:/usr/bin")
        can = useradd is not None and os.getuid() == 0
        self._program("useradd", USERADD.format(useradd=useradd, root=self.root) if can else NOTHING_TO_DO)
        if not can:
            self.passed_over.append("useradd")
        self._program("pip", PIP)

    def _program(self, name: str, text: str) -> None:
        path = self.root / "programs" / name
        path.write_text(text)
        path.chmod(0o755)

    def _from(self, rest: str) -> None:
        self.base = rest

    def _env(self, rest: str) -> None:
        self.environment |= dict(word.split("=", 1) for word in shlex.split(rest))

    def _workdir(self, rest: str) -> None:
        self.place = rest
        self.folder.mkdir(parents=True, exist_ok=True)

    def _user(self, rest: str) -> None:
        self.user = rest

    def _run(self, rest: str) -> None:
        if "apt-get" in rest:  # it would change this machine
            self.passed_over.append(rest)
            return
        done = subprocess.run(
            ["/bin/sh", "-c", PLACES.sub(rf"{self.root}/\1", rest)],
            cwd=self.folder,
            env={"PATH": f"{self.root}/programs:{os.environ['PATH']}", **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"

    def _copy(self, rest: str) -> None:
        *sources, target = (word for word in rest.split() if not word.startswith("--"))
        to = self.folder / target
        for source in sources:
            if source == ".":
                shutil.copytree(CHECKOUT, to, dirs_exist_ok=True, ignore=_ignored, symlinks=True)
            else:
                shutil.copy(CHECKOUT / source, to)

    def _expose(self, rest: str) -> None:
        """Only a word to the reader."""

    def _stopsignal(self, rest: str) -> None:
        self.stop_signal = rest

    def _healthcheck(self, rest: str) -> None:
        self.health = json.loads(rest.partition("CMD")[2])

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)


def _ignored(folder: str, names: list[str]) -> set[str]:
    """What .dockerignore keeps out of the image."""
    patterns = (CHECKOUT / ".dockerignore").read_text().split()
    here = Path(folder).relative_to(CHECKOUT)
    return {name for name in names if any(_matches(str(here / name), pattern) for pattern in patterns)}


def _matches(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatch(path.rpartition("/")[2], pattern[3:])
    return path.count("/") == pattern.count("/") and fnmatch.fnmatch(path, pattern)
