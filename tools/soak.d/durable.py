"""Files are on the disk before they take their names: the order of the system calls of every save."""

import re

from soaking import SMALL, Soak, require

PROMISE = "a checkpoint is durable"
HOW = "the system calls of a training that saves after every step, by strace: write, fsync, rename, fsync of the folder"

# A line of strace -y: 'write(4</runs/a/.siam-1-2.tmp>, "..."..., 100) = 100'.
CALL = re.compile(r"(?P<name>\w+)\((?:AT_FDCWD[^,]*, )?(?:\d+<(?P<open>[^>]*)>|\"(?P<path>[^\"]*)\")(?P<rest>.*)= (?P<result>-?\d+)")


def traced(text: str) -> list[tuple[str, str, str]]:
    """(call, file, file that it is renamed to) for the calls that succeeded."""
    calls = []
    for line in text.splitlines():
        match = CALL.search(line)
        if not match or int(match["result"]) < 0:
            continue
        to = re.search(r'"([^"]*)"[^"]*$', match["rest"]) if match["name"].startswith("rename") else None
        calls.append((match["name"], match["open"] or match["path"], to[1] if to else ""))
    return calls


def logged(text: str, under: str) -> list[tuple[str, str, str]]:
    """The same from the log of interpose.c, which names a rename by its target only."""
    calls, temporary = [], ""
    for line in text.splitlines():
        _, name, _, path = line.split(" ", 3)
        if ".siam-" in path:
            temporary = path
        calls.append((name, temporary, path) if name == "rename" else (name, path, ""))
    return calls


def run(soak: Soak) -> dict:
    figures = {"files": 0, "checkpoints": 0}
    root = soak.pictures("in", each=8)
    for repetition in soak.repetitions(1, 8):
        run_folder = soak.scratch / f"run{repetition}"
        words = ["train", root, "-o", run_folder, "--save-every", "0", "--epochs", "4" if soak.quick else "40", *SMALL]
        if soak.quick:
            log = soak.scratch / "calls"
            ended = soak.run(
                words,
                {"LD_PRELOAD": str(soak.compiled("interpose.c")), "SOAK_UNDER": str(run_folder), "SOAK_LOG": str(log)},
            )
            calls = logged(log.read_text(), str(run_folder))
        else:
            require("strace")
            log = soak.scratch / "trace"
            trace = "trace=openat,open,write,writev,pwrite64,fsync,fdatasync,rename,renameat,renameat2"
            ended = soak.run(words, program=["strace", "-f", "-y", "-s", "8", "-o", log, "-e", trace])
            calls = traced(log.read_text())
        soak.expect(ended.code == 0, f"exit {ended.code}: {ended.errors}")
        check(soak, calls, str(run_folder), figures)
    soak.expect(figures["checkpoints"] > 0, "no checkpoint was seen")
    return figures


def check(soak: Soak, calls: list, folder: str, figures: dict) -> None:
    """Each rename stands after an fsync that no write follows, and before an fsync of the folder."""
    clean: dict[str, bool] = {}
    waiting = ""  # what was renamed and whose folder is not yet on the disk
    for name, path, to in calls:
        if name in ("write", "writev", "pwrite64"):
            clean[path] = False
        elif name in ("fsync", "fdatasync"):
            clean[path] = True
            if path == folder:
                waiting = ""
        elif name.startswith("rename"):
            soak.expect(not waiting, f"{waiting}: another rename before the folder was synchronised")
            soak.expect(clean.pop(path, False), f"{to}: renamed before it was synchronised")
            waiting = to
            figures["files"] += 1
            figures["checkpoints"] += to.endswith("/checkpoint.safetensors")
    soak.expect(not waiting, f"{waiting}: the folder was never synchronised")


def figure(f: dict) -> str:
    return f"every time: {f['files']} files, of them {f['checkpoints']} checkpoints, 0 out of order"
