"""Fits scikit-learn's classifiers to the rows that `siam eval` used, and compares; see tools/probes."""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "restore.d"))
from siam_chance import draws  # noqa: E402  (found through the path above)

PENALTIES = [10, 3.16, 1, 0.316, 0.1, 0.0316, 0.01, 0.00316]
SHOT_PENALTY = 0.1
LIMIT = 0.002


def chosen(count: int, total: int, *names: int) -> list[int]:
    """`chosen` of Sources/Tensors/CounterGenerator.swift."""
    everything = list(range(total))
    for index, draw in enumerate(draws(count, *names)):
        other = index + (int(draw) * (total - index) >> 64)
        everything[index], everything[other] = everything[other], everything[index]
    return everything[:count]


def normalization(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation by channel: "normalize(grey)", or "normalize(0.5,0.5,0.5;0.5,0.5,0.5)"."""
    inner = text.removeprefix("normalize(").removesuffix(")")
    if inner == "grey":
        return np.full(3, 0.286), np.full(3, 0.353)
    mean, deviation = (np.array([float(number) for number in part.split(",")]) for part in inner.split(";"))
    return mean, deviation


def raw_pixels(root: Path, paths: list[str], size: int, normalized: str) -> np.ndarray:
    """Raw pixels, normalised as siam eval chose on the bank."""
    rows, (mean, deviation) = [], normalization(normalized)
    for path in paths:
        picture = Image.open(root / path).convert("RGB")
        side = min(picture.size)
        left, top = ((length - side) // 2 for length in picture.size)
        square = picture.crop((left, top, left + side, top + side)).resize((size, size), Image.BILINEAR)
        rows.append(((np.asarray(square, np.float64) / 255 - mean) / deviation).ravel())
    return np.array(rows)


def directions(vectors: np.ndarray, bank: list[int]) -> np.ndarray:
    unit = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    centred = unit - unit[bank].mean(axis=0)
    return centred / np.sqrt((centred[bank] ** 2).mean())


def accuracy(x, labels, fitted_to, asked, penalty) -> float:
    model = LogisticRegression(C=1 / (penalty * len(fitted_to)), tol=1e-6, max_iter=5000)
    return model.fit(x[fitted_to], labels[fitted_to]).score(x[asked], labels[asked])


def main() -> int:
    scratch, root, quick = Path(sys.argv[1]), Path(sys.argv[2]), "--quick" in sys.argv
    judged = json.loads((scratch / "eval.json").read_text())
    names = (scratch / "trained.labels.txt").read_text().splitlines()
    paths = (scratch / "trained.paths.txt").read_text().splitlines()
    labels = np.unique(names, return_inverse=True)[1]
    total = len(labels)
    order = chosen(total, total, 0, 0x68656C64)
    held = max(1, round(0.2 * total))
    queries, bank = sorted(order[:held]), sorted(order[held:])
    problems, compared = [], []
    for row in judged["rows"]:
        if row["features"] == "raw pixels" and not quick:
            vectors = raw_pixels(root, paths, int(row["read_out"].split("x")[0]), judged["normalization"])
        elif row["features"] in ("trained encoder", "untrained encoder") and row["read_out"] == "components":
            vectors = np.load(scratch / f"{row['features'].split()[0]}.npy")
        else:
            continue
        x = directions(vectors, bank)
        inner = chosen(len(bank), len(bank), 0x70726F62)
        held_out = sorted(bank[place] for place in inner[: len(bank) // 5])
        rest = sorted(bank[place] for place in inner[len(bank) // 5 :])
        penalty = row["probe"]["penalty"]
        if row["features"] == "trained encoder" and not quick:
            on_held_out = {penalty: accuracy(x, labels, rest, held_out, penalty) for penalty in PENALTIES}
            if on_held_out[penalty] < max(on_held_out.values()) - 0.01:
                problems.append(f"L2 {penalty} gives {on_held_out[penalty]}, another clearly more: {on_held_out}")
        pairs = [("probe", row["probe"]["accuracy"]["value"], accuracy(x, labels, bank, queries, penalty))]
        for few in row["shots"]:
            shots, found = few["shots"], []
            for draw in range(10):
                rows = []
                for label in range(labels.max() + 1):
                    members = [place for place in bank if labels[place] == label]
                    count = min(shots, len(members))
                    rows += [members[index] for index in chosen(count, len(members), 0x73686F74, shots, draw, label)]
                found.append(accuracy(x, labels, rows, queries, SHOT_PENALTY))
            pairs.append((f"{shots} shots", few["mean"], float(np.mean(found))))
        for what, ours, theirs in pairs:
            compared.append(abs(ours - theirs))
            line = f"{row['features']}, {what}: siam {100 * ours:.2f}, scikit-learn {100 * theirs:.2f}"
            print(line, flush=True)
            if abs(ours - theirs) > LIMIT:
                problems.append(line)
    expected = 8 if quick else 12
    if len(compared) != expected:
        problems.append(f"{len(compared)} accuracies compared, expected {expected}")
    for problem in problems:
        print(f"tools/probes: {problem}")
    print(f"{len(compared)} accuracies, at most {100 * max(compared, default=0):.2f} points from scikit-learn's")
    return 1 if problems else 0


sys.exit(main())
