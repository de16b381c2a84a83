"""kill -9 while features are being written."""

import shutil

from soaking import SMALL, Soak, kill, names, wait_until

PROMISE = "nothing half-written"
HOW = (
    "`kill -9` during `siam export`, at random moments and around or within each call that writes; into an empty folder and "
    "over earlier files, in all three formats"
)


def run(soak: Soak) -> dict:
    figures = {"kills": 0, "none": 0, "whole": 0, "half": 0, "stray": 0}
    root = soak.pictures("in", each=60)
    other = soak.pictures("other", each=7)
    trained = soak.scratch / "run"
    ended = soak.run(["train", other, "-o", trained, "--epochs", "1", *SMALL])
    soak.expect(ended.code == 0, f"no run: {ended.errors}")
    library, log = str(soak.compiled("interpose.c")), soak.scratch / "log"
    target = soak.scratch / "target"
    repetitions = list(soak.repetitions(12, 240))
    for format_ in ("npy", "csv", "safetensors"):
        kept = [f"f.{format_}", "f.paths.txt", "f.labels.txt"]
        new, old, nothing = soak.scratch / f"new-{format_}", soak.scratch / f"old-{format_}", soak.scratch / "nothing"
        for folder in (new, old, nothing):
            folder.mkdir(exist_ok=True)
        env = {"LD_PRELOAD": library, "SOAK_UNDER": str(new), "SOAK_LOG": str(log)}
        ended = soak.run(["export", trained, root, "-o", new / kept[0]], env)
        soak.expect(ended.code == 0, f"no export: {ended.errors}")
        calls = log.read_text().splitlines()
        log.unlink()
        soak.expect(soak.run(["export", trained, other, "-o", old / kept[0]]).code == 0, "no export")
        whole = {name: (new / name).read_bytes() for name in kept}
        for number in repetitions[{"npy": 0, "csv": 1, "safetensors": 2}[format_] :: 3]:
            before = old if number % 2 else nothing
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(before, target)
            words = ["export", trained, root, "-o", target / kept[0], "--overwrite", "--threads", "1"]
            env = {"LD_PRELOAD": library, "SOAK_UNDER": str(target)}
            if number % 3:
                call = soak.chance.randrange(1, len(calls) + 1)
                is_write = calls[call - 1].split()[1] == "write"
                when = soak.chance.choice(["before", "half", "after"] if is_write else ["before", "after"])
                ended = soak.run(words, {**env, "SOAK_KILL": f"{call} {when}"})
            else:
                process = soak.start(words)
                wait_until(lambda: False, process, soak.chance.uniform(0, 0.12))
                kill(process)
                ended = soak.end(process)
            if ended.code != 137:
                continue
            figures["kills"] += 1
            what = f"{format_} over {before.name}, number {number}"
            state = [stands(target / name, whole[name], before / name) for name in kept]
            half = state.count("half")
            figures["half"] += half
            soak.expect(half == 0, f"{what}: {dict(zip(kept, state))}")
            if state[0] == "new":
                soak.expect(state == ["new"] * 3, f"{what}: new features beside {state[1:]}")
            elif state[0] == "old":
                soak.expect(state == ["old"] * 3, f"{what}: earlier features beside {state[1:]}")
            figures["whole" if state[0] == "new" else "none"] += 1
            ended = soak.run(words)
            left = [name for name in names(target) if name not in kept]
            figures["stray"] += len(left)
            soak.expect(ended.code == 0 and not left, f"{what}: the next export: exit {ended.code}, left {left}")
            same = all((target / name).read_bytes() == whole[name] for name in kept)
            soak.expect(same, f"{what}: the next export wrote other features")
    return figures


def stands(path, new: bytes, before) -> str:
    """What is at a path: "new", "old", "none" or "half"."""
    if not path.exists():
        return "none"
    content = path.read_bytes()
    if content == new:
        return "new"
    return "old" if before.exists() and content == before.read_bytes() else "half"


def figure(f: dict) -> str:
    return (
        f"{f['kills']} kills: {f['whole']} times all of the new files, {f['none']} times none or the earlier ones, "
        f"{f['half']} files half-written, {f['stray']} stray files after the next export; features never beside paths or "
        "labels of others"
    )
