"""kill -9 while a training runs, again and again; each start resumes where the last was killed."""

import json
import shutil
import struct

from soaking import SMALL, Soak, kill, names, same_file, text, wait_until

PROMISE = "a kill loses at most the time since the last checkpoint"
HOW = (
    "`kill -9` at random moments and inside saves (before, within and after a random call that writes, synchronises or "
    "renames), each start resuming the run; at the end its files are compared with those of a run that was never killed; the "
    "same for starts with `--overwrite`, killed around each of their first calls"
)

# The files of a training that depend on nothing but its choices.
RESULTS = ["checkpoint.safetensors", "encoder.safetensors"]


def saved_step(run_folder) -> int | None:
    """The step of the checkpoint as its header says; None without a checkpoint. The resume checks the rest."""
    path = run_folder / "checkpoint.safetensors"
    if not path.exists():
        return None
    bytes_ = path.read_bytes()
    (length,) = struct.unpack("<Q", bytes_[:8])
    return int(json.loads(bytes_[8 : 8 + length])["__metadata__"]["step"])


def run(soak: Soak) -> dict:
    figures = {"kills": 0, "inside a save": 0, "unreadable": 0, "stray": 0, "lost": 0, "runs": 0, "replacements": 0}
    root = soak.pictures("in", each=16)
    choices = ["--epochs", "20" if soak.quick else "40", "--save-every", "0", "--threads", "1", *SMALL]
    whole = soak.scratch / "whole"
    ended = soak.run(["train", root, "-o", whole, *choices])
    soak.expect(ended.code == 0, f"a run without kills: exit {ended.code}: {ended.errors}")
    library = str(soak.compiled("interpose.c"))
    log = soak.scratch / "log"
    kills = list(soak.repetitions(9, 200))
    while kills:
        chain(soak, root, choices, whole, library, log, kills, figures)
    replace(soak, root, library, figures)
    return figures


def chain(soak: Soak, root, choices, whole, library, log, kills: list, figures: dict) -> None:
    """One run that is killed up to seven times, resumed in between, and then finished."""
    run_folder = soak.scratch / f"run{figures['runs']}"
    figures["runs"] += 1
    strays: set[str] = set()
    for start in range(8):
        is_new = not (run_folder / "config.json").exists()
        step = saved_step(run_folder)
        words = ["train", root, "-o", run_folder, *([] if step is None and is_new else ["--resume"]), *choices]
        inside = bool(kills) and kills[0] % 3 == 0
        env = {"LD_PRELOAD": library, "SOAK_UNDER": str(run_folder), "SOAK_LOG": str(log)}
        log.unlink(missing_ok=True)
        if start == 7 or not kills:
            ended = soak.end(soak.start(words))
        elif inside:
            call, when = soak.chance.randrange(1, 120), soak.chance.choice(["before", "half", "after"])
            ended = soak.end(soak.start(words, {**env, "SOAK_KILL": f"{call} {when}"}))
        else:
            process = soak.start(words, env)
            # The first part of the time is spent reading the pictures, which need not be hit every time.
            seconds = soak.chance.uniform(0, 0.7)
            wait_until(lambda: False, process, timeout=seconds)
            kill(process)
            ended = soak.end(process)
        now = set(names(run_folder))
        if ended.code == 137:
            kills.pop(0)
            figures["kills"] += 1
            figures["inside a save"] += in_save(log)
        else:
            unreadable = ended.code == 65 or "checksum" in ended.errors
            figures["unreadable"] += unreadable
            soak.expect(ended.code == 0, f"start {start} after kills: exit {ended.code}: {ended.errors}")
        if "resuming after step" in ended.output and step is not None:
            resumed = int(ended.output.split("resuming after step ")[1].split()[0])
            figures["lost"] += max(0, step - resumed)
            soak.expect(resumed == step, f"a checkpoint of step {step} was resumed at step {resumed}")
        # A start that came as far as making files has tidied up what the one before left.
        if ended.code == 0 or ".tmp" in text(log):
            left = strays & now
            figures["stray"] += len(left)
            soak.expect(not left, f"left over after the next start: {left}")
        strays |= {name for name in now if name.startswith(".siam-")}
        if ended.code == 0:
            break
    for name in RESULTS:
        soak.expect(same_file(run_folder / name, whole / name), f"{name} differs from that of a run without kills")
    lines = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    expected = [json.loads(line) for line in (whole / "metrics.jsonl").read_text().splitlines()]
    key = [(line["epoch"], line.get("loss"), line.get("knn")) for line in lines]
    soak.expect(key == [(line["epoch"], line.get("loss"), line.get("knn")) for line in expected], "other metrics")
    soak.expect(not [name for name in names(run_folder) if name.startswith(".")], f"stray: {names(run_folder)}")


def replace(soak: Soak, root, library, figures: dict) -> None:
    """A run killed while it replaces another: what is left resumes as the earlier run or as the new one."""
    words = lambda seed, folder: ["train", root, "-o", folder, "--seed", seed, "--epochs", 2, *SMALL]
    wholes = [soak.scratch / f"seed{seed}" for seed in (1, 2)]
    for seed, whole in zip((1, 2), wholes):
        soak.run(words(seed, whole))
    folder = soak.scratch / "replaced"
    for number in soak.repetitions(12, 60):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(wholes[0], folder)
        kill_at = f"{number // 2 + 1} {('before', 'after')[number % 2]}"
        env = {"LD_PRELOAD": library, "SOAK_UNDER": str(folder), "SOAK_KILL": kill_at}
        ended = soak.run([*words(2, folder), "--overwrite"], env)
        soak.expect(ended.code == 137, f"--overwrite, {kill_at}: exit {ended.code}: {ended.errors}")
        ended = soak.run(["train", root, "-o", folder, "--resume"])
        soak.expect(ended.code == 0, f"a resume after --overwrite, {kill_at}: exit {ended.code}: {ended.errors}")
        same = any(all(same_file(folder / name, whole / name) for name in RESULTS) for whole in wholes)
        soak.expect(same, f"after --overwrite, {kill_at}: neither the earlier run nor the new one")
        figures["replacements"] += 1


def in_save(log) -> bool:
    """Whether the last call was within a save: between the making of a file and its folder's fsync."""
    for line in reversed(text(log).splitlines()):
        _, name, _, path = line.split(" ", 3)
        if name == "fsync" and ".siam-" not in path and not path.endswith("metrics.jsonl"):
            return False
        if ".siam-" in path and name == "open":
            return True
    return False


def figure(f: dict) -> str:
    return (
        f"{f['kills']} kills in {f['runs']} runs, {f['inside a save']} of them inside a save: {f['unreadable']} unreadable "
        f"checkpoints, {f['stray']} stray files after the next start, {f['lost']} saved steps lost; every run ended with "
        f"the bytes of one that was never killed; {f['replacements']} starts that replaced a run killed: each time the earlier "
        "or the new one could be resumed to its end"
    )
