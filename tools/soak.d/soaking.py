"""What the rows of tools/soak have in common.

A row is a module beside this one with

    PROMISE = "what a user is promised"
    HOW = "how it is tried"
    def run(soak: Soak) -> dict: ...      # the figures by name, numbers; slices of a row are added up
    def figure(figures: dict) -> str: ... # the figures in words

`run` calls `soak.expect` for everything that must hold; a failure is counted and printed, and fails the
row, which goes on. Names of figures that begin with "most " or "least " are not added up over slices, but compared.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "data"
# The options of a training that takes well under a second.
SMALL = ["--preset", "tiny", "--width", "4", "--size", "16", "--dimension", "16", "--batch", "8", "--no-report"]


@dataclass
class Ended:
    """How a program ended: its exit code, 128 + n for a signal n, and what it printed."""

    code: int
    output: str
    errors: str


class Soak:
    """The binary, a scratch folder, and how much to do."""

    def __init__(self, siam: str, scratch: Path, quick: bool, seed: int, part: list[int]):
        self.siam, self.scratch, self.quick = siam, scratch, quick
        self.part = part
        self.broken: list[str] = []
        self.chance = random.Random(f"{seed} {part}")
        self._started: list[subprocess.Popen] = []
        # Whether it was built with the trait Vips.
        self.reads_all = "libvips" in subprocess.run([siam, "version"], capture_output=True, text=True).stdout

    def repetitions(self, quick: int, long: int) -> range:
        """The numbers of the repetitions to run: of the long form this slice's share."""
        if self.quick:
            return range(quick)
        index, count = self.part
        return range(long * (index - 1) // count, long * index // count)

    def expect(self, holds: bool, text: str) -> bool:
        """Counts and prints what does not hold."""
        if not holds:
            self.broken.append(text)
            if len(self.broken) <= 20:
                print(f"  broken: {text}", file=sys.stderr)
        return holds

    def start(self, words: list, env: dict | None = None, program: list | None = None, **options) -> subprocess.Popen:
        """Starts siam, or another program that takes siam's command line."""
        command = [*(program or []), self.siam, *map(str, words)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE), env={**os.environ, **(env or {})}, **options,
        )  # fmt: skip
        self._started.append(process)
        return process

    def end(self, process: subprocess.Popen, timeout: float = 120) -> Ended:
        """Waits for the end of a program that was started; one that hangs is killed, which breaks the promise."""
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            self.expect(False, f"did not end within {timeout} s: {process.args}")
        self._started.remove(process)
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        return Ended(code, (output or b"").decode(errors="replace"), (errors or b"").decode(errors="replace"))

    def run(self, words: list, env: dict | None = None, program: list | None = None, timeout: float = 120) -> Ended:
        """Runs siam to its end."""
        return self.end(self.start(words, env, program), timeout)

    def end_all(self) -> None:
        """Ends what a failed row has left running."""
        for process in list(self._started):
            process.kill()
            process.communicate()
        self._started.clear()

    def pictures(self, name: str, each: int, classes=("bag", "coat", "trouser"), part: str = "test", after: int = 0) -> Path:
        """A folder of the shipped pictures: a few of some classes, the first or those after some."""
        root = self.scratch / name
        for label in classes:
            (root / label).mkdir(parents=True)
            for path in sorted((DATA / "fashion-mini" / part / label).iterdir())[after : after + each]:
                shutil.copy(path, root / label / path.name)
        return root

    def compiled(self, source: str) -> Path:
        """A shared library made of a C file beside this one."""
        library = self.scratch / (Path(source).stem + ".so")
        compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), "cc")
        file = Path(__file__).resolve().parent / source
        subprocess.run([compiler, "-O1", "-Wall", "-shared", "-fPIC", "-o", library, file, "-ldl"], check=True)
        return library


def methods(soak: Soak) -> list[str]:
    """The methods that train a network, of those that the help names: "...; patches, simsiam, byol, simclr, or patches+ … [patches+simclr]"."""
    text = " ".join(soak.run(["help", "train"]).output.split())
    named = re.search(r"--method NAME (.*?) \[[\w+]+\]", text)
    found = named[1].split(";")[-1].split(", or ")[0].replace(",", " ").split() if named else []
    soak.expect("simsiam" in found, f"no methods in the help: {named and named[0]}")
    return [method for method in found if method != "patches"]


def require(program: str, package: str | None = None) -> None:
    """Installs a program that a row needs, from Debian's package of its or another name, as tools/requirements.sh does."""
    if not shutil.which(program):
        script = ". tools/requirements.sh && require_packages " + f"{program}={package or program}"
        subprocess.run(["bash", "-c", script, "tools/soak"], cwd=DATA.parent, check=True, stdout=sys.stderr)


def names(folder: Path) -> list[str]:
    """The names in a folder, hidden ones too; none if there is no folder."""
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def text(path: Path) -> str:
    """What a file holds; nothing where there is none yet."""
    return path.read_text() if path.exists() else ""


def same_file(path: Path, other: Path) -> bool:
    """Whether a file exists and equals another."""
    return path.exists() and path.read_bytes() == other.read_bytes()


def wait_until(condition, process: subprocess.Popen, timeout: float = 60) -> bool:
    """Waits for a condition while a program runs; whether it came true before the program ended."""
    limit = time.monotonic() + timeout
    while time.monotonic() < limit:
        if condition():
            return True
        if process.poll() is not None:
            return condition()
        time.sleep(0.001)
    return False


def interrupt(process: subprocess.Popen, number: int) -> None:
    """Sends a signal to a program that may have ended."""
    if process.poll() is None:
        process.send_signal(number)


def kill(process: subprocess.Popen) -> None:
    interrupt(process, signal.SIGKILL)
