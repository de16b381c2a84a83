"""Memory and descriptors while very many pictures are read, a tenth of them bad."""

import os
import signal
import threading
import time

from soaking import DATA, Soak, interrupt

PROMISE = "memory and descriptors stay flat"
HOW = (
    "100,000 pictures, 10 % of them bad (empty, text, cut off, damaged), read and trained "
    "on for an epoch with `--memory 8`, so that nearly all are read again; resident memory and open descriptors from /proc, "
    "fifty times a second, slopes by least squares after the first fifth"
)
LIMIT = 1.0  # MB for 10,000 pictures


def run(soak: Soak) -> dict:
    total = 6_000 if soak.quick else 100_000
    root = soak.scratch / "many"
    sources = sorted((DATA / "fashion-mini" / "train").glob("*/*.png"))
    bad = {
        "empty": b"", "text": b"no picture at all\n" * 9, "cut": sources[0].read_bytes()[:200],
        "flipped": bytes(byte ^ (40 < place < 60) for place, byte in enumerate(sources[1].read_bytes())),
    }  # fmt: skip
    copies = soak.scratch / "sources"
    copies.mkdir()
    goods = []
    for number, source in enumerate(sources[:: 40 if soak.quick else 1]):
        goods.append(copies / f"{number}.png")
        goods[-1].write_bytes(source.read_bytes())
    bads = []
    for name, content in bad.items():
        bads.append(copies / f"{name}.png")
        bads[-1].write_bytes(content)
    for number in range(total):
        label = root / f"class-{number % 10}"
        if number < 10:
            label.mkdir(parents=True)
        # The tenth that is bad is spread over all.
        source = bads[number // 10 % len(bads)] if number % 10 == number // 10 % 10 else goods[number % len(goods)]
        os.link(source, label / f"{number:06}.png")
    run_folder = soak.scratch / "run"
    words = ["train", root, "-o", run_folder, "--epochs", 1, "--preset", "tiny", "--width", 4, "--size", 16,
             "--dimension", 16, "--batch", 128, "--memory", 8, "--max-bad", 0.2, "--knn-every", 100, "--save-every", 1]  # fmt: skip
    process = soak.start(words)
    samples: list[tuple[str, float, float, int]] = []
    watching = threading.Thread(target=watch, args=(process, run_folder, samples))
    watching.start()
    ended = soak.end(process, timeout=900)
    watching.join()
    soak.expect(ended.code in (0, 130), f"exit {ended.code}: {ended.errors[-300:]}")
    soak.expect(f"skipped {total // 10} bad pictures" in ended.errors, f"said {ended.errors[:200]}")
    figures = {"least pictures": total, "most MB": max((megabytes for _, _, megabytes, _ in samples), default=0)}
    for phase in ("scan", "train"):
        mine = [sample for sample in samples if sample[0] == phase]
        # The first fifth of the time: the listing of the folder, buffers that grow to their size.
        begin = mine[0][1] + (mine[-1][1] - mine[0][1]) / 5 if mine else 0
        mine = [sample for sample in mine if sample[1] >= begin]
        soak.expect(soak.quick or len(mine) >= 20, f"only {len(mine)} samples while it was at {phase}")
        if len(mine) < 3:
            continue
        # All pictures pass at an even pace while a phase lasts.
        span = mine[-1][1] - mine[0][1]
        slope = least_squares([(time_, megabytes) for _, time_, megabytes, _ in mine]) * span / (0.8 * total / 10_000)
        descriptors = [count for _, _, _, count in mine]
        figures[f"most {phase} slope"] = round(slope, 3)
        figures[f"most {phase} descriptors"] = max(descriptors)
        figures[f"least {phase} descriptors"] = min(descriptors)
        # A few samples of a short phase say nothing about a slope.
        soak.expect(soak.quick or slope < LIMIT, f"{phase}: {slope:.2f} MB for 10,000 pictures")
        soak.expect(max(descriptors) < 32, f"{phase}: {max(descriptors)} descriptors open")
    return figures


def watch(process, run_folder, samples: list) -> None:
    """Notes (phase, time, MB, descriptors) until the training ends; the comparison after it is not included."""
    checkpoint, metrics = run_folder / "encoder.safetensors", run_folder / "metrics.jsonl"
    while process.poll() is None:
        phase = "scan" if not run_folder.exists() else "before"
        if metrics.exists():
            lines = metrics.read_bytes().count(b"\n")
            phase = "train"
            if lines > 1:
                interrupt(process, signal.SIGINT)
                return
        elif checkpoint.exists():
            phase = "before"
        try:
            with open(f"/proc/{process.pid}/statm") as file:
                pages = int(file.read().split()[1])
            descriptors = len(os.listdir(f"/proc/{process.pid}/fd"))
        except (OSError, IndexError):
            break
        samples.append((phase, time.monotonic(), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, descriptors))
        time.sleep(0.02)


def least_squares(points: list[tuple[float, float]]) -> float:
    """The slope of a line through the points."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    below = sum((x - mean_x) ** 2 for x, _ in points)
    return above / below if below else 0.0


def figure(f: dict) -> str:
    def phase(name: str) -> str:
        if f"most {name} slope" not in f:
            return f"{name}: too short to tell"
        low, high = f[f"least {name} descriptors"], f[f"most {name} descriptors"]
        return f"{name}: {f[f'most {name} slope']:.2f} MB for 10,000 pictures, {low} to {high} descriptors"

    return f"{f['least pictures']} pictures: {phase('scan')}; {phase('train')}; at most {f['most MB']:.0f} MB in all"
