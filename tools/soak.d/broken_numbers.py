"""Numbers that go wrong: trainings driven apart, and checkpoints with a poisoned layer."""

import math
import re
import shutil

from checkpoints import Checkpoint
from soaking import SMALL, Soak

PROMISE = "numbers that go wrong are seen"
HOW = (
    "trainings at absurd rates, with and without batch normalisation, and resumes of a checkpoint in which one layer's "
    "weights, statistics or momentum were made NaN, infinite or huge, a layer at a time"
)
SAID = re.compile(
    r"step (\d+): (?:the loss|a gradient|a weight|a feature in the evaluation) is NaN or infinite, first in the layer (\S+|of the loss); .* "
    r"the last checkpoint is that of step (\d+) of \d+\n"
)


def run(soak: Soak) -> dict:
    figures = {"driven apart": 0, "of them stopped": 0, "poisoned": 0, "named": 0, "behind": 0}
    root = soak.pictures("in", each=16)
    rates = soak.repetitions(3, 60)
    for number in rates:
        driven(soak, root, number, figures)
    start = soak.scratch / "start"
    ended = soak.run(["train", root, "-o", start, "--epochs", "3", "--save-every", "0", *SMALL],
                     {"LD_PRELOAD": str(soak.compiled("interpose.c")), "SOAK_UNDER": str(start), "SOAK_RAISE": "60 2"})  # fmt: skip
    soak.expect(ended.code == 130, f"no run to poison: {ended.errors}")
    arrays = Checkpoint(start / "checkpoint.safetensors").names()
    values = [math.nan, math.inf, 3e38]
    cases = [(name, value) for name in arrays for value in values]
    if soak.quick:
        cases = soak.chance.sample(cases, 4)
    else:
        cases = cases[soak.part[0] - 1 :: soak.part[1]]
    for name, value in cases:
        poisoned(soak, root, start, name, value, figures)
    return figures


def last_good(soak: Soak, folder, ended, what: str) -> re.Match | None:
    """What every divergence must leave: the exit code, the line, and a finite checkpoint of the step that the line names."""
    said = SAID.search(ended.errors)
    soak.expect(ended.code == 65 and said is not None, f"{what}: exit {ended.code}: {ended.errors!r}")
    if said:
        checkpoint = Checkpoint(folder / "checkpoint.safetensors")
        soak.expect(checkpoint.step == int(said[3]), f"{what}: a checkpoint of step {checkpoint.step}, said {said[3]}")
    return said


def driven(soak: Soak, root, number: int, figures: dict) -> None:
    folder = soak.scratch / f"run{number}"
    rate = f"{10 ** soak.chance.uniform(1, 3):.3g}"
    options = ["--lr", rate, "--weight-decay", soak.chance.choice(["0", "0.1", "1"])]
    options += soak.chance.choice([[], ["--no-norm"], ["--init", "orthogonal"], ["--momentum", "0.999"]])
    # Saved after every step: the checkpoint that a divergence leaves is the one just before it.
    words = ["train", root, "-o", folder, "--epochs", 10 if soak.quick else 60, "--save-every", "0", "--knn-every", "7", *options, *SMALL]
    ended = soak.run(words)
    what = " ".join(options)
    figures["driven apart"] += 1
    if ended.code != 0:
        figures["of them stopped"] += 1
        said = last_good(soak, folder, ended, what)
        if said:
            soak.expect(int(said[1]) - int(said[3]) in (0, 1), f"{what}: {said[0]}")
    for name in ("checkpoint.safetensors", "encoder.safetensors"):
        broken = Checkpoint(folder / name).broken()
        soak.expect(not broken, f"{what}: {name} holds what is no number in {broken}")


def poisoned(soak: Soak, root, start, name: str, value: float, figures: dict) -> None:
    folder = soak.scratch / "poisoned"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)
    path = folder / "checkpoint.safetensors"
    checkpoint = Checkpoint(path)
    places = len(checkpoint.values(name))
    if math.isfinite(value):
        for place in range(places):
            checkpoint.set(name, place, value if place % 2 or name.endswith("running_var") else -value)
    else:
        checkpoint.set(name, soak.chance.randrange(places), value)
    checkpoint.write(path)
    before = path.read_bytes()
    ended = soak.run(["train", root, "-o", folder, "--resume", "--save-every", "0"])
    what = f"{name} made {value}"
    figures["poisoned"] += 1
    after = Checkpoint(path)
    if path.read_bytes() != before:
        soak.expect(not after.broken(), f"{what}: a checkpoint was saved with what is no number in {after.broken()}")
    if math.isfinite(value) and ended.code == 0:
        return  # a normalisation made it finite again
    said = last_good(soak, folder, ended, what)
    if said is None:
        return
    layer = name.removeprefix("momentum.").rsplit(".", 1)[0]
    same = said[2] == layer
    figures["named" if same else "behind"] += 1
    # A value that is not finite is named itself; one that is merely huge breaks its own layer or a later one.
    soak.expect(same or math.isfinite(value), f"{what}: said {said[2]}")


def figure(f: dict) -> str:
    return (
        f"{f['driven apart']} trainings driven apart, {f['of them stopped']} of which left the numbers and stopped with "
        f"step, layer and the last good checkpoint; {f['poisoned']} poisoned arrays, {f['named'] + f['behind']} of which "
        f"stopped the training, {f['named']} naming the very layer and {f['behind']} one that huge values broke behind "
        "it; no checkpoint with a number that is none"
    )
