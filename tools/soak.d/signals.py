"""Ctrl-C, SIGTERM and SIGHUP at every stage of a training, an evaluation and an export."""

import os
import re
import shutil
import signal
import time

from kills import saved_step
from soaking import SMALL, Soak, interrupt, names, wait_until

PROMISE = "signals"
HOW = "SIGINT, SIGTERM and SIGHUP while pictures are scanned, in a step, an evaluation, a save and an export; a second one in a long step"
SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
KEPT = ["f.npy", "f.paths.txt", "f.labels.txt"]


class Trial:
    """What the stages share: folders of pictures, and a place for one run."""

    def __init__(self, soak: Soak):
        self.soak = soak
        self.few = soak.pictures("few", each=16)
        self.many = soak.scratch / "many"
        shipped = soak.pictures("shipped", each=400, part="train")
        # Links to the same files: a folder that takes a while to read.
        for copy in range(4 if soak.quick else 12):
            for label in sorted(os.listdir(shipped)):
                (self.many / label).mkdir(parents=True, exist_ok=True)
                for file in (shipped / label).iterdir():
                    os.link(file, self.many / label / f"{copy}-{file.name}")
        self.library = str(soak.compiled("interpose.c"))
        self.folder = soak.scratch / "run"
        self.slowest = 0.0

    def signalled(self, words, number, condition, delay, env=None):
        """Runs siam, sends the signal some time after a condition holds, and measures how long it takes to end."""
        process = self.soak.start(words, env)
        wait_until(condition, process)
        wait_until(lambda: False, process, self.soak.chance.uniform(0, delay))
        started = time.monotonic()
        was_running = process.poll() is None
        interrupt(process, number)
        ended = self.soak.end(process)
        if was_running:
            self.slowest = max(self.slowest, time.monotonic() - started)
        return ended

    def train(self, root, *more):
        return ["train", root, "-o", self.folder, *more, *SMALL]

    def exists(self, name):
        return (self.folder / name).exists()


def scan(trial: Trial, number: int) -> bool:
    """Before there is a run folder there is nothing to save."""
    ended = trial.signalled(trial.train(trial.many), number, lambda: True, 0.15)
    if trial.folder.exists():
        return False  # the scan was over; the signal hit a later stage
    return trial.soak.expect(ended.code == SIGNALS[number], f"scan: exit {ended.code}: {ended.errors}")


def checkpointed(trial: Trial, ended, number: int, stage: str) -> bool:
    """The exit code, the line, and a checkpoint of the very step that the line names."""
    soak = trial.soak
    soak.expect(ended.code == SIGNALS[number], f"{stage}: exit {ended.code}: {ended.errors}")
    match = re.search(r"after step (\d+) of \d+; to resume: siam train ", ended.errors)
    # A training may have warned of what goes wrong with it.
    lines = [line for line in ended.errors.splitlines() if not line.startswith("epoch ")]
    if not soak.expect(match is not None and len(lines) == 1, f"{stage}: said {ended.errors!r}"):
        return False
    step = saved_step(trial.folder)
    soak.expect(step == int(match[1]), f"{stage}: the checkpoint is of step {step}, not {match[1]}")
    left = [name for name in names(trial.folder) if name.startswith(".")]
    return soak.expect(not left, f"{stage}: left {left}")


def step(trial: Trial, number: int) -> bool:
    words = trial.train(trial.few, "--epochs", "100000", "--knn-every", "100000")
    ended = trial.signalled(words, number, lambda: trial.exists("metrics.jsonl"), 0.1)
    return checkpointed(trial, ended, number, "step")


def evaluation(trial: Trial, number: int) -> bool:
    """The k-NN before the training: the first checkpoint is there, the first line of metrics is not."""
    words = trial.train(trial.many, "--epochs", "1000")
    ended = trial.signalled(words, number, lambda: trial.exists("encoder.safetensors"), 0.03)
    return checkpointed(trial, ended, number, "evaluation")


def save(trial: Trial, number: int) -> bool:
    """The signal arrives during a call of a save: the interposed library raises it."""
    env = {
        "LD_PRELOAD": trial.library, "SOAK_UNDER": str(trial.folder),
        "SOAK_RAISE": f"{trial.soak.chance.randrange(40, 200)} {int(number)}",
    }  # fmt: skip
    words = trial.train(trial.few, "--epochs", "100000", "--save-every", "0")
    return checkpointed(trial, trial.soak.run(words, env), number, "save")


def export(trial: Trial, number: int) -> bool:
    """All files or none: a signal that comes while they are written is too late."""
    soak, target = trial.soak, trial.soak.scratch / "target"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    words = ["export", soak.scratch / "trained", trial.many, "-o", target / KEPT[0]]
    if soak.chance.random() < 0.5:
        ended = trial.signalled(words, number, lambda: True, 0.25)
    else:
        env = {
            "LD_PRELOAD": trial.library, "SOAK_UNDER": str(target),
            "SOAK_RAISE": f"{soak.chance.randrange(1, 20)} {int(number)}",
        }  # fmt: skip
        ended = soak.run(words, env)
    if ended.code == 0:
        return soak.expect(names(target) == sorted(KEPT), f"export: exit 0 with {names(target)}")
    soak.expect(ended.code == SIGNALS[number], f"export: exit {ended.code}: {ended.errors}")
    return soak.expect(names(target) == [], f"export: interrupted with {names(target)}")


def second(trial: Trial, number: int) -> bool:
    """In a step that takes seconds the first signal waits, the second does not."""
    soak = trial.soak
    words = ["train", trial.many, "-o", trial.folder, "--size", "64", "--batch", "1024", "--threads", "1", "--epochs", "9"]
    process = soak.start(words)
    # Nothing is checked between the first checkpoint's encoder and the end of the first batch of the k-NN.
    wait_until(lambda: trial.exists("encoder.safetensors"), process)
    interrupt(process, number)
    time.sleep(0.02)
    if process.poll() is not None:
        soak.end(process)
        return False
    started = time.monotonic()
    other = soak.chance.choice([signal.SIGINT, signal.SIGTERM])  # SIGHUP is never the second
    interrupt(process, other)
    ended = soak.end(process)
    trial.quickest = max(getattr(trial, "quickest", 0.0), time.monotonic() - started)
    return soak.expect(ended.code == SIGNALS[other], f"second signal: exit {ended.code}: {ended.errors}")


STAGES = [scan, step, evaluation, save, export, second]


def run(soak: Soak) -> dict:
    trial = Trial(soak)
    figures = {f"{stage.__name__} {signal.Signals(number).name}": 0 for stage in STAGES for number in SIGNALS}
    ended = soak.run(["train", trial.few, "-o", soak.scratch / "trained", "--epochs", "1", *SMALL])
    soak.expect(ended.code == 0, f"no run: {ended.errors}")
    wanted = len(soak.repetitions(1, 50))
    for stage in STAGES:
        for number in SIGNALS:
            name = f"{stage.__name__} {signal.Signals(number).name}"
            tries = 0
            while figures[name] < wanted and tries < 10 * wanted:
                tries += 1
                shutil.rmtree(trial.folder, ignore_errors=True)
                broken = len(soak.broken)
                figures[name] += stage(trial, number)
                if len(soak.broken) > broken:
                    break
            soak.expect(figures[name] >= wanted, f"{name}: {figures[name]} of {wanted} signals met their stage")
    figures["most seconds"] = round(trial.slowest, 2)
    figures["most seconds to quit"] = round(getattr(trial, "quickest", 0.0), 3)
    return figures


def figure(f: dict) -> str:
    counts = ", ".join(
        f"{stage.__name__} " + " + ".join(str(f[f"{stage.__name__} {number.name}"]) for number in SIGNALS) for stage in STAGES
    )
    return (
        f"SIGINT + SIGTERM + SIGHUP: {counts}; exit 130, 143 and 129, the checkpoint of the step that was finished; at most "
        f"{f['most seconds']} s to end, {f['most seconds to quit']} s after a second signal"
    )
