"""Reads event files and projector folders with TensorBoard's own readers."""

import io
import json
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import numpy
from PIL import Image
from tensorboard import program
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

TRAINING = ["--method", "simsiam", "--preset", "tiny", "--size", "16", "--batch", "8", "--no-report"]


def scalars(events: Path) -> dict[str, list[tuple[int, float]]]:
    """What TensorBoard's reader in Python keeps of a folder, by tag."""
    accumulator = EventAccumulator(str(events), size_guidance={"scalars": 0, "tensors": 0}).Reload()
    return {tag: [(event.step, event.value) for event in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}


def check_events(siam: str, folder: Path, near) -> None:
    """A training that was killed, resumed and prolonged has each of its steps and epochs once."""
    run, events, epochs = folder / "run", folder / "events", 60
    words = [siam, "train", folder / "in", "-o", run]
    killed = subprocess.Popen([*words, *TRAINING, "--epochs", str(epochs), "--tensorboard", events, "--save-every", "3600"],
                              stdout=subprocess.DEVNULL)  # fmt: skip
    while killed.poll() is None and sum(path.stat().st_size for path in events.glob("*.siam")) < 2000:
        time.sleep(0.002)
    killed.send_signal(signal.SIGKILL)
    if killed.wait() == 0:
        print("TensorBoard: the training ended before it was killed")
    subprocess.run([*words, "--resume"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*words, "--resume", "--epochs", str(epochs + 1)], check=True, stdout=subprocess.DEVNULL)
    found = scalars(events)
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    steps = lines[-1]["step"]
    for tag in ("step/loss", "step/rate"):
        if [step for step, _ in found[tag]] != list(range(1, steps + 1)):
            sys.exit(f"tools/interop/check: TensorBoard: {tag} has steps {[step for step, _ in found[tag]]}")
    for name in ("loss", "rate", "std", "rank", "centre", "knn", "raw_knn", "pictures_per_second", "seconds", "cpu_seconds", "waiting"):
        ours = [(line["step"], line[name]["value"] if "knn" in name else line[name]) for line in lines if line.get(name) is not None]
        if not ours or [step for step, _ in found[f"epoch/{name}"]] != [step for step, _ in ours]:
            sys.exit(f"tools/interop/check: TensorBoard: epoch/{name} is {found[f'epoch/{name}']}, not {ours}")
        near(f"TensorBoard, epoch/{name}", *(numpy.array([value for _, value in side]) for side in (ours, found[f"epoch/{name}"])), 1e-6)


def check_projector(siam: str, folder: Path, near) -> None:
    out = folder / "events"  # a folder may hold both
    subprocess.run([siam, "export", folder / "run", folder / "in", "-o", folder / "p.npy", "--projector", out],
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    board = program.TensorBoard()
    board.configure(argv=["", "--logdir", str(out), "--port", "0"])
    url = board.launch()

    def get(route: str, **query) -> bytes:
        with urllib.request.urlopen(f"{url}data/plugin/{route}?{urllib.parse.urlencode(query)}") as answer:
            return answer.read()

    deadline = time.monotonic() + 60
    while "." not in json.loads(get("projector/runs")) or "." not in json.loads(get("scalars/tags")):
        if time.monotonic() > deadline:
            sys.exit("tools/interop/check: TensorBoard does not find the runs")
        time.sleep(0.2)
    # The server's reader of events is another than that in Python.
    found = json.loads(get("scalars/scalars", run=".", tag="epoch/loss"))
    theirs = numpy.array([value for _, _, value in found])
    near("TensorBoard's server, epoch/loss", theirs, numpy.array([value for _, value in scalars(folder / "events")["epoch/loss"]]), 1e-6)

    info = json.loads(get("projector/info", run="."))["embeddings"][0]
    vectors = numpy.load(folder / "p.npy")
    served = numpy.frombuffer(get("projector/tensor", run=".", name="siam"), dtype=numpy.float32)
    near("TensorBoard's projector, vectors", vectors, served.reshape(vectors.shape), 0)
    lines = get("projector/metadata", run=".", name="siam").decode().splitlines()
    names = zip((folder / "p.paths.txt").read_text().splitlines(), (folder / "p.labels.txt").read_text().splitlines())
    assert lines == ["path\tlabel", *("\t".join(pair) for pair in names)], lines
    sheet = Image.open(io.BytesIO(get("projector/sprite_image", run=".", name="siam")))
    width, height = info["sprite"]["singleImageDim"]
    columns = sheet.width // width
    assert columns * (sheet.height // height) >= len(vectors) and max(sheet.size) <= 8192, sheet.size
    for row, line in enumerate(lines[1:]):
        left, top = row % columns * width, row // columns * height
        own = Image.open(folder / "in" / line.split("\t")[0]).convert("RGB")
        middle = sheet.convert("RGB").getpixel((left + width // 2, top + height // 2))
        assert middle == own.getpixel((own.width // 2, own.height // 2)), (line, middle)


def check_all(siam: str, folder: Path, near, pictures) -> None:
    pictures(folder / "in", 24)
    check_events(siam, folder, near)
    check_projector(siam, folder, near)
