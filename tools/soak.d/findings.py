"""Kills and full disks while pages, sheets, tables and indices of features are written."""

import errno
import shutil

from soaking import SMALL, Soak, names

PROMISE = "pages, sheets and tables are whole"
HOW = (
    "search, duplicates, odd, label and report with `kill -9` before, within and after calls that write, and with calls made to "
    "fail by ENOSPC, EIO and EDQUOT; into an empty folder and over an earlier file"
)
ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT)
EARLIER = b"earlier"


def commands(run, root, target, photo, labels) -> dict:
    """Every command that writes what it found, by the name of its file."""
    return {
        "sheet.png": ["search", run, photo, "--in", root, "-o", target / "sheet.png"],
        "groups.html": ["duplicates", root, "-o", target / "groups.html"],
        "odd.html": ["odd", root, run, "-o", target / "odd.html"],
        "labels.csv": ["label", run, root, "--from", labels, "-o", target / "labels.csv"],
        "report.html": ["report", run, "-o", target / "report.html"],
    }


def run(soak: Soak) -> dict:
    figures = {"kills": 0, "failures": 0, "half": 0, "stray": 0}
    root = soak.pictures("in", each=8)
    twin = sorted((root / "bag").iterdir())[0]
    shutil.copy(twin, root / "bag" / "twin.png")
    trained, target, log = soak.scratch / "run", soak.scratch / "target", soak.scratch / "log"
    ended = soak.run(["train", root, "-o", trained, "--epochs", "1", *SMALL])
    soak.expect(ended.code == 0, f"no run: {ended.errors}")
    labels = soak.scratch / "known.csv"
    known = [path.relative_to(root) for label in root.iterdir() for path in sorted(label.iterdir())[:4]]
    labels.write_text("".join(f"{path},{path.parts[0]}\n" for path in known))
    library = str(soak.compiled("interpose.c"))
    words = commands(target / "run", root, target, twin, labels)

    def begun(name: str, over: bool, env: dict):
        """Runs a command in a folder with the run, where its index is kept, and perhaps an earlier file."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(trained, target / "run")
        if over:
            (target / name).write_bytes(EARLIER)
        log.unlink(missing_ok=True)
        env = {"LD_PRELOAD": library, "SOAK_UNDER": str(target), "SOAK_LOG": str(log), **env}
        return soak.run([*words[name], "--overwrite"], env)

    number = 0
    for name in words:
        ended = begun(name, False, {})
        soak.expect(ended.code == 0, f"{name} without a failure: exit {ended.code}: {ended.errors}")
        whole, said, left = (target / name).read_bytes(), ended.output, names(target) + names(target / "run")
        calls = log.read_text().splitlines()
        for _ in soak.repetitions(6, 120):
            number += 1
            call, over = soak.chance.randrange(1, len(calls) + 1), number % 2 == 1
            what = f"{name}, call {call} ({calls[call - 1]})"
            if number % 3:
                is_write = calls[call - 1].split()[1] == "write"
                when = soak.chance.choice(["before", "half", "after"] if is_write else ["before", "after"])
                ended = begun(name, over, {"SOAK_KILL": f"{call} {when}"})
                figures["kills"] += soak.expect(ended.code == 137, f"{what}: exit {ended.code}, not killed {when}")
            else:
                error = soak.chance.choice(ERRORS)
                on = " on" if error == errno.ENOSPC else ""
                ended = begun(name, over, {"SOAK_FAIL": f"{call} {error}{on}"})
                figures["failures"] += 1
                # An index that cannot be kept costs time and nothing else: it is told in a line of its own.
                errors = [line for line in ended.errors.splitlines() if not line.endswith("will be computed again")]
                told = ended.code in (73, 74) and len(errors) == 1 and errors[0].startswith("siam ")
                done = ended.code == 0 and ended.output == said
                soak.expect(told or done, f"{what} with {error}: exit {ended.code}: {ended.errors!r}")
                strays = [file for file in names(target) + names(target / "run") if file.startswith(".siam-")]
                soak.expect(not strays or " unlink " in calls[call - 1], f"{what} with {error}: left {strays}")
            there = (target / name).read_bytes() if (target / name).exists() else None
            state = there in (whole, EARLIER if over else None) and (ended.code != 0 or there == whole)
            figures["half"] += not soak.expect(state, f"{what}: exit {ended.code}, and the file is neither whole nor as before")
            again = soak.run([*words[name], "--overwrite"])
            same = again.code == 0 and again.output == said and (target / name).read_bytes() == whole
            soak.expect(same, f"{what}: the next one: exit {again.code}: {again.errors!r}")
            stray = sorted(set(names(target) + names(target / "run")) - set(left))
            figures["stray"] += len(stray)
            soak.expect(not stray, f"{what}: the next one left {stray}")
    return figures


def figure(f: dict) -> str:
    return (
        f"{f['kills']} kills and {f['failures']} failures: {f['half']} files half-written, one line and exit 73 or 74, or the "
        f"whole result where only the index could not be kept; the next one writes the same, {f['stray']} stray files"
    )
