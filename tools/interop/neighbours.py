"""Makes a faiss index and a scikit-learn pipeline of exported features; both must count as `siam eval` does."""

import json
import shutil
import subprocess
from pathlib import Path

import faiss
import numpy
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

ROOT = Path(__file__).resolve().parents[2]
SIDES = {"train": 40, "test": 25}  # pictures of each class
KS = (1, 20)
TEMPERATURE = 0.07


def votes_of_faiss(bank, labels, queries, k: int) -> "numpy.ndarray":
    index = faiss.IndexFlatIP(bank.shape[1])
    index.add(bank)
    similarities, near = index.search(queries, k)
    weights = numpy.exp((similarities.astype(numpy.float64) - 1) / TEMPERATURE)
    classes, numbers = numpy.unique(labels, return_inverse=True)
    scores = numpy.zeros((len(queries), len(classes)))
    for row in range(len(queries)):
        numpy.add.at(scores[row], numbers[near[row]], weights[row])
    return classes[scores.argmax(1)]


def pipeline(k: int):
    # Of vectors of length 1, cosine s and distance d: s - 1 = -d^2 / 2.
    vote = KNeighborsClassifier(k, algorithm="brute", weights=lambda d: numpy.exp(-(d**2) / 2 / TEMPERATURE))
    return make_pipeline(Normalizer(), vote)


def check_all(siam: str, folder: Path) -> None:
    for side, count in SIDES.items():
        for source in sorted((ROOT / "data" / "fashion-mini" / side).iterdir()):
            (folder / side / source.name).mkdir(parents=True)
            for path in sorted(source.iterdir())[:count]:
                shutil.copy(path, folder / side / source.name)

    def call(*words) -> str:
        return subprocess.run([siam, *map(str, words)], check=True, stdout=subprocess.PIPE, text=True).stdout

    run = folder / "run"
    call("train", folder / "train", "-o", run, "--method", "patches", "--size", 16, "--atoms", 64, "--rank", 16,
         "--embedding", 32, "--components", 24, "--no-report")  # fmt: skip
    judged = json.loads(call("eval", run, "--train", folder / "train", "--test", folder / "test", "--k", ",".join(map(str, KS)), "--json"))
    row = next(row for row in judged["rows"] if row["features"] == "trained encoder")
    tables = {}
    for side in SIDES:
        call("export", run, folder / side, "-o", folder / f"{side}.npy")
        call("export", run, folder / side, "-o", folder / f"{side}-short.npy", "--normalize")
        labels = numpy.array((folder / f"{side}.labels.txt").read_text().splitlines())
        tables[side] = numpy.load(folder / f"{side}.npy"), numpy.load(folder / f"{side}-short.npy"), labels
    (bank, unit, labels), (queries, unit_queries, truth) = tables["train"], tables["test"]
    for k, score in zip(KS, row["scores"]):
        ours = score["accuracy"]["right"], score["accuracy"]["total"]
        theirs = {
            "a faiss index": (votes_of_faiss(unit, labels, unit_queries, k) == truth).sum(),
            "a scikit-learn pipeline": (pipeline(k).fit(bank, labels).predict(queries) == truth).sum(),
        }
        for name, right in theirs.items():
            assert (right, len(truth)) == ours, f"{name} has {right} of {len(truth)} right by {k}, siam eval {ours}"
            print(f"k-NN of {k} by {name}: {right} of {len(truth)} right, as siam eval counts")
