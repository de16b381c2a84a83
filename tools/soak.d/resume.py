"""Trainings of every method stopped at a random step and resumed, against trainings that never stopped."""

import json

from soaking import SMALL, Soak, methods, same_file, text

PROMISE = "resume is bit-identical"
HOW = (
    "every method, stopped after a random step on one number of threads and resumed on the other, against a training that "
    "never stopped, half of them begun with the network of another run: all bytes of checkpoint (weights, momentum, the "
    "method's own state, step), encoder (with BN statistics) and the encoders kept on the way, and every loss"
)
RESULTS = ["checkpoint.safetensors", "encoder.safetensors", "encoder-epoch-0002.safetensors", "encoder-epoch-0004.safetensors"]
EPOCHS = 6


def run(soak: Soak) -> dict:
    figures = {"resumes": 0, "methods": 0}
    root = soak.pictures("in", each=16)
    library = str(soak.compiled("interpose.c"))
    log = soak.scratch / "log"
    begun = soak.scratch / "begun"
    ended = soak.run(["train", root, "-o", begun, "--epochs", "1", *SMALL])
    soak.expect(ended.code == 0, f"no run to begin with: {ended.errors}")
    for index, method in enumerate(methods(soak)):
        words = ["--method", method, "--epochs", EPOCHS, *SMALL, "--knn-every", "1000", "--keep-every", "2"]
        # Every other one begins with the network of another run.
        words += ["--from", begun] if index % 2 == 0 else []
        whole = soak.scratch / f"{method}-whole"
        # Two threads at once here, one there: the bits do not depend on it.
        ended = soak.run(["train", root, "-o", whole, *words, "--threads", "2"])
        soak.expect(ended.code == 0, f"{method}: exit {ended.code}: {ended.errors}")
        expected = losses(whole)
        probe = soak.scratch / f"{method}-probe"
        calls = saves(soak, ["train", root, "-o", probe, *words], probe, library, log)
        figures["methods"] = figures["methods"] + 1 if soak.part[0] == 1 else 0
        for number in soak.repetitions(1, 20):
            for threads in (soak.chance.choice((1, 2)),) if soak.quick else (1, 2):
                folder = soak.scratch / f"{method}-{number}-{threads}"
                step = soak.chance.randrange(1, 6 * EPOCHS)
                part = ["train", root, "-o", folder, *words, "--threads", threads, "--save-every", "0"]
                # The signal arrives as the step's checkpoint is about to take its name, and is handled after that.
                env = {"LD_PRELOAD": library, "SOAK_UNDER": str(folder), "SOAK_RAISE": f"{calls[step]} 2"}
                ended = soak.run(part, env)
                stopped = ended.code == 130 and f"after step {step} of" in ended.errors
                soak.expect(stopped, f"{method}, step {step}: exit {ended.code}: {ended.errors}")
                ended = soak.run(["train", root, "-o", folder, "--resume", "--threads", 3 - threads])
                what = f"{method}, {threads} threads, step {step}"
                soak.expect(ended.code == 0, f"{what}: exit {ended.code}: {ended.errors}")
                soak.expect(f"resuming after step {step} of" in ended.output, f"{what}: {ended.output}")
                for name in RESULTS:
                    soak.expect(same_file(folder / name, whole / name), f"{what}: {name} differs")
                soak.expect(losses(folder) == expected, f"{what}: other losses")
                figures["resumes"] += 1
    return figures


def saves(soak: Soak, words: list, folder, library: str, log) -> list[int]:
    """The numbers of the calls that give the checkpoints their names, in a training that saves after every step; the
    first is that before the training."""
    log.unlink(missing_ok=True)
    soak.run([*words, "--save-every", "0"], {"LD_PRELOAD": library, "SOAK_UNDER": str(folder), "SOAK_LOG": str(log)})
    lines = [line.split(" ", 3) for line in log.read_text().splitlines()]
    return [int(line[0]) for line in lines if line[1] == "rename" and line[3].endswith("/checkpoint.safetensors")]


def losses(folder) -> list:
    lines = text(folder / "metrics.jsonl").splitlines()
    return [(line["epoch"], line["step"], line.get("loss"), line.get("knn")) for line in map(json.loads, lines)]


def figure(f: dict) -> str:
    return f"{f['resumes']} resumes of {f['methods']} methods: equal byte for byte"
