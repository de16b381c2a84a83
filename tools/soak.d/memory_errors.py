"""The readers under libFuzzer, and the tests under the sanitizers."""

import re
import subprocess
from pathlib import Path

from soaking import Soak

PROMISE = "no memory error"
HOW = (
    "`tools/fuzz/run`: the readers of PNG, JPEG, checkpoints, records, `.npy` and recipes under libFuzzer, ASan and UBSan; "
    "`tools/sanitizers`: the tests under ASan and UBSan, those of kernels, threads and trainer under ThreadSanitizer"
)
PROJECT = Path(__file__).resolve().parent.parent.parent
TARGETS = ["png", "jpeg", "checkpoint", "record", "npy", "recipe"]
RUNS = 1_000_000


def run(soak: Soak) -> dict:
    figures = {f"runs of {target}": 0 for target in TARGETS} | {"reports": 0, "tests": 0}
    if soak.quick:
        fuzz(soak, figures, TARGETS, ["--quick", "--seconds", "60"])
        return figures
    # A slice takes its share of the targets and sanitizers, since one alone can take many minutes.
    jobs = [*TARGETS, "address", "thread"]
    for index in soak.repetitions(0, len(jobs)):
        if jobs[index] in TARGETS:
            fuzz(soak, figures, [jobs[index]], ["--runs", str(RUNS)])
            continue
        ended = tool(["tools/sanitizers", jobs[index]])
        found = re.search(r"^\w+\t(\d+) tests\t(\d+) reports$", ended.stdout, re.MULTILINE)
        figures["tests"] += int(found[1]) if found else 0
        figures["reports"] += int(found[2]) if found else 1
        soak.expect(ended.returncode == 0, f"tools/sanitizers {jobs[index]}: {ended.stderr[-2000:]}")
    return figures


def fuzz(soak: Soak, figures: dict, targets: list[str], words: list[str]) -> None:
    ended = tool(["tools/fuzz/run", *words, *targets])
    found = re.findall(r"^(\w+)\t(\d+) runs\t(\d+) reports$", ended.stdout, re.MULTILINE)
    soak.expect([name for name, *_ in found] == targets, f"tools/fuzz/run: {ended.stdout[-500:]}")
    soak.expect(ended.returncode == 0, f"tools/fuzz/run: {ended.stderr[-2000:]}")
    for name, runs, reports in found:
        figures[f"runs of {name}"] += int(runs)
        figures["reports"] += int(reports)
        soak.expect(int(runs) >= (1000 if soak.quick else RUNS), f"{name}: {runs} runs only")


def tool(command: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(["nice", *command], cwd=PROJECT, capture_output=True, text=True)


def figure(f: dict) -> str:
    runs = ", ".join(f"{target} {f[f'runs of {target}']:,}" for target in TARGETS)
    tests = f"; {f['tests']} tests under sanitizers" if f["tests"] else ""
    return f"{f['reports']} reports; runs: {runs}{tests}"
