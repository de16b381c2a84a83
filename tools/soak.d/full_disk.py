"""Every call that writes a run's files made to fail, one after the other, as a full or broken disk would."""

import errno
import shutil

from soaking import SMALL, Soak, names, same_file

PROMISE = "a full disk keeps the old one"
HOW = (
    "each open, write, fsync, close, rename, unlink and mkdir of a training and of an export made to fail in turn by an "
    "interposed library: with ENOSPC from there on, writes ending halfway first, and once with EIO and EDQUOT"
)
MODES = [(errno.ENOSPC, " on"), (errno.EIO, ""), (errno.EDQUOT, "")]
# What a command returns when a file cannot be made, or writing fails on the way.
CODES = (73, 74)


def run(soak: Soak) -> dict:
    figures = {"failures": 0, "fsyncs of a folder": 0, "unseen": 0}
    root = soak.pictures("in", each=8)
    library = str(soak.compiled("interpose.c"))
    half, whole = soak.scratch / "half", soak.scratch / "whole"
    words = ["train", root, "-o", half, "--save-every", "0", "--epochs", "3", *SMALL]
    stopped = soak.run(words, {"LD_PRELOAD": library, "SOAK_UNDER": str(half), "SOAK_KILL": "60 before"})
    soak.expect(stopped.code == 137, f"the run to resume was not stopped: {stopped}")
    # One clean start tidies up what the kill left, so that every attempt has the same calls.
    log = soak.scratch / "log"
    copy = soak.scratch / "copy"
    shutil.copytree(half, copy)
    soak.run(["train", root, "-o", copy, "--resume"])
    shutil.rmtree(copy)
    whole_words = ["train", root, "-o", whole, "--epochs", "1", *SMALL]
    soak.expect(soak.run(whole_words).code == 0, "no run to export from")

    def resume(folder):
        return ["train", root, "-o", folder, "--resume", "--save-every", "0"]

    def export(folder):
        return ["export", whole, root, "-o", folder / "f.npy", "--overwrite"]

    before = soak.scratch / "exported"
    before.mkdir()
    for suffix in ("npy", "paths.txt", "labels.txt"):
        (before / f"f.{suffix}").write_text("earlier")
    for words_of, origin in ((resume, half), (export, before)):
        target = soak.scratch / "target"

        def attempt(env):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(origin, target, symlinks=True)
            log.unlink(missing_ok=True)
            env = {"LD_PRELOAD": library, "SOAK_UNDER": str(target), "SOAK_LOG": str(log), **env}
            return soak.run(words_of(target), env)

        ended = attempt({})
        soak.expect(ended.code == 0, f"without a failure: exit {ended.code}: {ended.errors}")
        calls = log.read_text().splitlines()
        cases = [(number, mode) for number in range(1, len(calls) + 1) for mode in MODES]
        if soak.quick:
            cases = soak.chance.sample(cases, min(12, len(cases)))
        else:
            index, count = soak.part
            cases = cases[index - 1 :: count]
        for number, (error, on) in cases:
            ended = attempt({"SOAK_FAIL": f"{number} {error}{on}"})
            check(soak, ended, log, origin, target, figures, f"call {number} ({calls[number - 1]}) with {error}{on}")
    return figures


def check(soak: Soak, ended, log, origin, target, figures, what) -> None:
    lines = [line.split(" ", 3) for line in log.read_text().splitlines()]
    failed = [line for line in lines if line[2] in ("failed", "half")]
    figures["failures"] += len(failed) > 0
    if not failed:
        soak.expect(False, f"{what}: the call was never made")
        return
    name, path = failed[0][1], failed[0][3]
    renamed = [line[3] for line in lines if line[1] == "rename" and line[2] == "done"]
    # Removing a temporary file or a lock is tidying up, the lock's text serves a message only, closing what is on the disk
    # already changes nothing, and the folder was there before: no need to report these. Anything else must be reported.
    tidying = (name == "unlink" and ".siam" in path) or (name == "close" and not path.endswith(".tmp"))
    quiet = tidying or (name == "mkdir" and path == str(target))
    told = ended.code in CODES and ended.errors.count("\n") == 1 and ended.errors.startswith("siam ")
    figures["unseen"] += quiet
    soak.expect(told or (quiet and ended.code == 0), f"{what}: exit {ended.code}: {ended.errors!r}")
    on_folder = name == "fsync" and path == str(target)
    figures["fsyncs of a folder"] += on_folder
    for file in ("checkpoint.safetensors", "encoder.safetensors", "f.npy", "f.paths.txt", "f.labels.txt"):
        if not (origin / file).exists():
            continue
        # A file that took its name before the failure is whole and new; any other is unchanged.
        if str(target / file) in renamed:
            continue
        gone = any(line[1] == "unlink" and line[2] == "done" and line[3] == str(target / file) for line in lines)
        if gone:
            soak.expect(not (target / file).exists(), f"{what}: {file} was removed and is there")
        else:
            soak.expect(same_file(target / file, origin / file), f"{what}: {file} is not what it was")
    if (target / "checkpoint.safetensors").exists():
        after = soak.run(["export", target / "checkpoint.safetensors", soak.scratch / "in", "-o", soak.scratch / "x.npy", "--overwrite"])
        soak.expect(after.code == 0, f"{what}: the checkpoint cannot be read: {after.errors}")
    strays = [file for file in names(target) if file.startswith(".siam-")]
    soak.expect(not strays or name == "unlink", f"{what}: left {strays}")


def figure(f: dict) -> str:
    return (
        f"{f['failures']} failures: what was there before unchanged or replaced whole, one line, exit 73 or 74; where only "
        f"the folder's fsync failed ({f['fsyncs of a folder']}), the new file stands; {f['unseen']} failures to remove a "
        "temporary file, to close what is on the disk or to make the folder that is there end nothing"
    )
