"""Every call that looks at, reads or writes a file made to fail, one after the other, with an error that nothing expects."""

import errno
import os
import shutil

from soaking import SMALL, Soak

PROMISE = "the reason told is the system's own"
HOW = (
    "each stat, open, read, write, fsync, close, rename, unlink, mkdir, opendir, readdir, realpath and flock of every command "
    "made to fail in turn by an interposed library with EREMOTEIO; every later call leaves another number in errno"
)
REASON, WRONG = os.strerror(errno.EREMOTEIO), os.strerror(errno.EXDEV)


def run(soak: Soak) -> dict:
    figures = {"failures": 0, "told": 0, "unseen": 0}
    library = str(soak.compiled("interpose.c"))
    base = soak.scratch / "base"
    base.mkdir()
    each = 3 if soak.quick else 5
    shutil.move(soak.pictures("pictures", each), base / "p")
    shutil.move(soak.pictures("others", each, after=each), base / "q")
    (base / "p" / "bag" / "link.png").symlink_to("../coat")
    for name in ("half", "whole"):
        words = ["train", base / "p", "-o", base / name, "--epochs", "2", *SMALL]
        soak.expect(soak.run(words).code == 0, f"no run {name}")
    # A run that is to be resumed: its last epoch's files are those of the first.
    stopped = ["train", base / "p", "-o", base / "half", "--overwrite", "--save-every", "0", "--epochs", "3", *SMALL]
    ended = soak.run(stopped, {"LD_PRELOAD": library, "SOAK_UNDER": str(base / "half"), "SOAK_KILL": "60 before"})
    soak.expect(ended.code == 137, f"the run to resume was not stopped: {ended}")
    photo = next((base / "p" / "coat").iterdir()).name
    commands = {
        "train": ["train", "p", "-o", "new/run", "--epochs", "1", "--test", "q", "--cache", "cache", *SMALL],
        "resume": ["train", "p", "-o", "half", "--resume"],
        "overwrite": ["train", "p", "-o", "whole", "--overwrite", "--epochs", "1", *SMALL],
        "eval": ["eval", "whole", "--train", "p", "--test", "q"],
        "export": ["export", "whole", "p", "-o", "f.npy", "--overwrite"],
        "check": ["check", "p"],
        "preview": ["preview", "p", "-o", "sheet.png", "--rows", "2", "--views", "1"],
        "restore": ["restore", "denoise", f"p/coat/{photo}", "-o", "out.png", "--depth", "2", "--width", "16",
                    "--iterations", "2", "--previews", "previews"],
    }  # fmt: skip
    paths = {"p", "q", "new/run", "half", "whole", "cache", "f.npy", "sheet.png", "out.png", "previews", f"p/coat/{photo}"}
    for name, words in commands.items():
        target = soak.scratch / "target"
        log = soak.scratch / "looks"

        def attempt(env):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(base, target, symlinks=True)
            log.unlink(missing_ok=True)
            full = [str(target / word) if word in paths else word for word in words]
            if name in ("train", "resume", "overwrite", "eval", "export", "check", "restore"):
                full += ["--threads", "1"]
            return soak.run(full, {"LD_PRELOAD": library, "SOAK_UNDER": str(target), "SOAK_LOOK": str(log), **env})

        clean = attempt({})
        soak.expect(clean.code == 0, f"{name} without a failure: exit {clean.code}: {clean.errors}")
        calls = [line.split(" ", 3) for line in log.read_text().splitlines()]
        if name == "train":
            number = next(number for number, call, _, path in calls if call == "flock" and path.endswith("/.siam.lock"))
            ended = attempt({"SOAK_REFUSE": f"{number} {errno.ENOLCK}"})
            soak.expect(ended.code == 73 and "No locks available; its file system gives no locks: use a folder on a local disk"
                        in ended.errors, f"without locks: exit {ended.code}: {ended.errors!r}")  # fmt: skip
        numbers = list(range(1, len(calls) + 1))
        if soak.quick:
            # One of each kind of call on each kind of file, and a few more.
            kinds = {}
            for number, call, _, path in calls:
                kinds.setdefault((call, "tmp" if ".tmp" in path else os.path.splitext(path)[1]), int(number))
            numbers = sorted(soak.chance.sample(list(kinds.values()), min(8, len(kinds))))
        else:
            index, count = soak.part
            numbers = numbers[index - 1 :: count]
        for number in numbers:
            ended = attempt({"SOAK_REFUSE": f"{number} {errno.EREMOTEIO}"})
            check(soak, name, number, clean, ended, log, figures)
    return figures


def check(soak: Soak, name: str, number: int, clean, ended, log, figures: dict) -> None:
    lines = [line.split(" ", 3) for line in log.read_text().splitlines()]
    refused = [line for line in lines if line[2] == "refused"]
    if not soak.expect(len(refused) == 1, f"{name}: call {number} was never made"):
        return
    _, call, _, path = refused[0]
    what = f"{name}: {call} of {path} (call {number}): exit {ended.code}: {ended.errors[-400:]!r}"
    figures["failures"] += 1
    soak.expect(WRONG not in ended.output + ended.errors, what)
    if REASON in ended.output + ended.errors:
        figures["told"] += 1
        soak.expect(ended.code in (0, 64, 65, 66, 73, 74), what)
    else:
        # Tidying up, for example, or a folder that is there already: then nothing at all may be different.
        figures["unseen"] += 1
        soak.expect(ended.code == 0 and told(ended) == told(clean), what)


def told(ended) -> list[str]:
    """What was said, but for the cache: it is made again for a picture that seems to have changed."""
    return [line for line in ended.errors.splitlines() if ".cache: " not in line]


def figure(f: dict) -> str:
    return (
        f"{f['failures']} calls made to fail: {f['told']} times told with the system's own words, {f['unseen']} times of no "
        "consequence; never another reason"
    )
