"""What the system refuses: threads, memory, large files, an open terminal, processors."""

import os
import re
import resource
import shutil
import signal
import subprocess
import struct
import zlib
from pathlib import Path

from kills import saved_step
from soaking import SMALL, Soak, interrupt, names, wait_until

PROMISE = "what the system refuses is one line, never a crash"
HOW = (
    "limits on threads, memory (in steps, on small pictures and on large photographs), the size of files and the processors; "
    "standard streams that are closed; SIGHUP, and SIGHUP under nohup"
)
REFUSED = re.compile(r"siam \w+: the system refuses \d+ bytes of memory for .+")


def run(soak: Soak) -> dict:
    figures = {"refused memory": 0, "in spite of it": 0, "others": 0}
    root = soak.pictures("in", each=12)
    run_folder = soak.scratch / "run"
    train = ["train", root, "-o", run_folder, "--epochs", "1", "--overwrite", *SMALL]
    soak.expect(soak.run(train).code == 0, "no run")
    for part in (threads, file_size, hangup, processors, streams):
        part(soak, root, run_folder)
        figures["others"] += 1
    large, photo = photographs(soak), soak.scratch / "photo.png"
    photo.write_bytes(striped_png(900, 700, 1))
    commands = [
        [*train, "--threads", "2"], ["check", root], ["check", large, "--threads", "2"],
        ["train", large, "-o", soak.scratch / "large", "--overwrite", "--epochs", "1", "--threads", "2", *SMALL],
        ["export", run_folder, large, "-o", soak.scratch / "f.npy", "--overwrite"],
        ["restore", "denoise", photo, "-o", soak.scratch / "out.png", "--overwrite", "--iterations", "1"],
    ]  # fmt: skip
    for words in commands[:4] if soak.quick else commands:
        for kilobytes in soak.chance.sample(range(30_000, 160_000, 1000), 4) if soak.quick else range(26_000, 900_000, 9_000):
            refuse(soak, words, kilobytes, figures)
    return figures


def limited(soak: Soak, words: list, limits: dict, prefix: list | None = None, **options):
    """Runs siam under limits of its own."""

    def apply():
        for kind, value in limits.items():
            resource.setrlimit(kind, (value, value))

    return soak.end(soak.start(words, {"SWIFT_BACKTRACE": "enable=no"}, prefix, preexec_fn=apply, **options))


def refuse(soak: Soak, words: list, kilobytes: int, figures: dict) -> None:
    ended = limited(soak, words, {resource.RLIMIT_AS: kilobytes << 10})
    what = f"{words[0]} with {kilobytes} kB: exit {ended.code}: {ended.errors[-300:]!r}"
    last = (ended.errors.splitlines() or [""])[-1]
    if "error while loading shared libraries" in ended.errors:
        return
    if ended.code == 70:
        figures["refused memory"] += 1
        soak.expect(REFUSED.match(last) is not None, what)
    elif ended.code == 0:
        figures["in spite of it"] += 1
    else:
        soak.expect(False, what)


def photographs(soak: Soak) -> Path:
    """Large pictures, whose rows are so alike that the files are small."""
    root = soak.scratch / "large pictures"
    for number in range(4):
        folder = root / "ab"[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number // 2}.png").write_bytes(striped_png(6000, 4000, number))
    return root


def striped_png(width: int, height: int, seed: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes((x * (seed + 3) >> 4) & 255 for x in range(3 * width))
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def threads(soak: Soak, root: Path, run_folder: Path) -> None:
    """At a limit of threads the training goes on with those that there are, and says so."""
    words = ["check", root, "--threads", "8"]
    ended = limited(soak, words, {resource.RLIMIT_AS: 40_000 << 10})
    said = re.search(r"of 8 threads the system starts only (\d) \(Resource temporarily unavailable\)", ended.errors)
    soak.expect(ended.code in (0, 70) and said is not None, f"threads: exit {ended.code}: {ended.errors[-300:]!r}")
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return
    os.chmod(soak.scratch, 0o755)
    shutil.copytree(root, soak.scratch / "theirs")
    folder = soak.scratch / "nobody"
    folder.mkdir()
    os.chmod(folder, 0o777)
    words = ["train", soak.scratch / "theirs", "-o", folder / "run", "--epochs", "1", "--threads", "8", *SMALL]
    prefix = ["setpriv", "--reuid", "65534", "--clear-groups", "bash", "-c", 'ulimit -u 1; exec "$@"', "bash"]
    ended = soak.run(words, {"SWIFT_BACKTRACE": "enable=no"}, prefix)
    soak.expect(ended.code == 0 and "of 8 threads the system starts only" in ended.errors and "1 thread (" in ended.output,
                f"threads of a user: exit {ended.code}: {ended.errors[-300:]!r}")  # fmt: skip


def file_size(soak: Soak, root: Path, run_folder: Path) -> None:
    """As on a full disk, and what was there stays."""
    before = (run_folder / "encoder.safetensors").read_bytes()
    for words in (
        ["train", root, "-o", soak.scratch / "limited", "--epochs", "1", "--preset", "tiny"],
        ["export", run_folder, root, "-o", run_folder.parent / "limited.npy"],
        ["preview", root, "-o", soak.scratch / "sheet.png", "--rows", "8", "--views", "8"],
        ["restore", "denoise", next((root / "bag").iterdir()), "-o", soak.scratch / "clean.png", "--depth", "2", "--iterations", "1"],
    ):  # fmt: skip
        ended = limited(soak, words, {resource.RLIMIT_FSIZE: 200})
        soak.expect(ended.code == 74 and ended.errors.splitlines()[-1].endswith("File too large"),
                    f"{words[0]} with a limit on files: exit {ended.code}: {ended.errors[-300:]!r}")  # fmt: skip
    soak.expect((run_folder / "encoder.safetensors").read_bytes() == before, "the encoder changed")
    left = [name for name in names(soak.scratch) if name.startswith(".siam")]
    soak.expect(not left, f"left {left}")


def hangup(soak: Soak, root: Path, run_folder: Path) -> None:
    """A closed terminal leaves a checkpoint; under nohup the training goes on."""
    for is_kept in (False, True):
        folder = soak.scratch / f"hangup {is_kept}"
        words = ["train", root, "-o", folder, "--epochs", "100000", "--knn-every", "100000", *SMALL]
        keep = (lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) if is_kept else None
        process = soak.start(words, preexec_fn=keep)
        wait_until(lambda: (folder / "metrics.jsonl").exists(), process)
        for _ in range(2):  # the shell's and the system's
            interrupt(process, signal.SIGHUP)
        if is_kept:
            wait_until(lambda: False, process, 0.3)
            soak.expect(process.poll() is None, "an ignored SIGHUP ended the training")
            interrupt(process, signal.SIGTERM)
        ended = soak.end(process)
        match = re.search(r"after step (\d+) of \d+; to resume: siam train ", ended.errors)
        soak.expect(ended.code == (143 if is_kept else 129) and match is not None
                    and saved_step(folder) == int(match[1]), f"SIGHUP: exit {ended.code}: {ended.errors!r}")  # fmt: skip


def processors(soak: Soak, root: Path, run_folder: Path) -> None:
    """The affinity bounds the threads, and the first lines say so."""
    if len(os.sched_getaffinity(0)) < 2 or not shutil.which("taskset"):
        return
    words = ["train", root, "-o", soak.scratch / "bound", "--epochs", "1", *SMALL]
    ended = soak.run(words, program=["taskset", "-c", str(min(os.sched_getaffinity(0)))])
    soak.expect("1 thread (" in ended.output and "processors the CPU affinity allows 1" in ended.output, ended.output[:600])


def streams(soak: Soak, root: Path, run_folder: Path) -> None:
    """With its streams closed the program does not print into the files that it opens."""
    output = soak.scratch / "closed.npy"
    for closed in ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"):
        output.unlink(missing_ok=True)
        command = f'exec "$@" {closed}'
        words = [soak.siam, "export", run_folder, root, "-o", output, "--overwrite"]
        code = subprocess.run(["bash", "-c", command, "bash", *map(str, words)], capture_output=True).returncode
        soak.expect(code == (74 if "1>" in closed else 0), f"{closed}: exit {code}")
        soak.expect(output.read_bytes()[:6] == b"\x93NUMPY", f"{closed}: {output.read_bytes()[:40]!r}")


def figure(f: dict) -> str:
    return (
        f"{f['refused memory']} commands refused memory: one line with the bytes and what for, exit 70; {f['in spite of it']} "
        "ended well; fewer threads, a limit on files (exit 74), SIGHUP (exit 129, checkpoint), affinity and closed streams as "
        "they should be"
    )
