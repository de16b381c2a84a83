"""What a comparison needs: the peers' virtual environment, Siam's release build, and the machine."""

import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from comparing import Failed, run, say

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REQUIREMENTS = HERE / "requirements.txt"


def prepared_python(venv: Path, requirements: Path = REQUIREMENTS) -> str:
    """The Python of a virtual environment with the packages that a file names; made if it is missing."""
    python = venv / "bin" / "python"
    stamp = venv / "requirements"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return str(python)
    say(f"making {venv} with what {requirements.name} names")
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    quiet = ["-q", "--disable-pip-version-check"]
    try:
        subprocess.run([str(python), "-m", "pip", "install", *quiet, "-r", str(requirements)], check=True)
    except subprocess.CalledProcessError:
        raise Failed(f"pip could not install {requirements}; its first lines say where torch is found") from None
    mend_torchvision(venv)
    stamp.write_text(wanted)
    return str(python)


def mend_torchvision(venv: Path) -> None:
    """torchvision's wheel from the general index is built for another torch: its `_meta_registrations` asks for
    operators that the CPU build lacks, and nothing compared here needs it."""
    for path in venv.glob("lib/python*/site-packages/torchvision/__init__.py"):
        text = path.read_text()
        path.write_text(text.replace("    _meta_registrations,\n", "").replace(", _meta_registrations,", ","))


def built() -> tuple[str, str]:
    """The release builds of `siam` and `siam-bench`, or those that SIAM_BINARY and SIAM_BENCH name."""
    given = os.environ.get("SIAM_BINARY"), os.environ.get("SIAM_BENCH")
    if all(given):
        return given
    say("building siam and siam-bench (release)")
    for product in ("siam", "siam-bench"):
        subprocess.run(
            ["swift", "build", "-c", "release", "--product", product], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    folder = shown.stdout.strip()
    return given[0] or f"{folder}/siam", given[1] or f"{folder}/siam-bench"


def first_line(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def field(path: str, name: str) -> str:
    try:
        for line in Path(path).read_text().splitlines():
            if line.replace("=", ":").partition(":")[0].strip() == name:
                return line.replace("=", ":").partition(":")[2].strip().strip('"')
    except OSError:
        pass
    return "unknown"


def machine(siam_bench: str) -> dict:
    """The processor, and its limits as `siam-bench peak` measures them."""
    lines = [json.loads(line) for line in run([siam_bench, "peak", "--json"]).output.splitlines()]
    peaks = {line["threads"]: line["GFLOP/s"] for line in lines if "GFLOP/s" in line}
    copies = {line["threads"]: line["GB/s"] for line in lines if "GB/s" in line}
    return {
        "processor": field("/proc/cpuinfo", "model name"), "cores": os.cpu_count(),
        "memory": field("/proc/meminfo", "MemTotal"), "system": field("/etc/os-release", "PRETTY_NAME"),
        "kernels": lines[0]["kernels"], "peak GFLOP/s by threads": peaks, "copy GB/s by threads": copies,
    }  # fmt: skip


def versions(python: str | None) -> dict:
    """Siam's own commit and compiler, and the version of every package that is compared with."""
    commit = first_line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    found = {"siam": commit, "swift": first_line("swift", "--version"), "python": platform.python_version()}
    if not python:
        return found
    names = [line.split("==")[0] for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
    ask = (
        "import importlib.metadata as m, json, sys\n"
        "print(json.dumps({n: m.version(n) for n in sys.argv[1:] if any(True for _ in m.distributions(name=n))}))"
    )
    return found | run([python, "-c", ask, *names]).json()
