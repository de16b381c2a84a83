"""k-NN predictions, collapse gauges and NumPy files to compare with, from scikit-learn and NumPy.

    python tools/reference/knn.py

writes data/reference/knn.safetensors, gauges.safetensors and numpy-*.npy.
"""

import pathlib

import numpy as np
from safetensors.numpy import save_file
from sklearn.neighbors import KNeighborsClassifier

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "reference"
KS = [1, 2, 5, 20, 200, 1000]
TEMPERATURES = [0.07, 0.1, 0.5]


# k-NN

def unit(x):
    x = x.astype(np.float64)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)


def rule(bank, labels, queries, k, temperature, own=False):
    """The rule in full: neighbours by (similarity, lowest index), score by class, lowest class."""
    # Row by row with the same summation, so that equal vectors are equally similar to the last bit.
    similarities = (unit(queries)[:, None, :] * unit(bank)[None, :, :]).sum(-1)
    predictions, clear = [], []
    for row, s in enumerate(similarities):
        order = np.lexsort((np.arange(len(s)), -s))
        if own:
            order = order[order != row]
        near = order[:k]
        score = np.zeros(labels.max() + 1)
        for index in near:
            score[labels[index]] += np.exp((s[index] - 1) / temperature)
        predictions.append(np.argmax(score))
        # Where the k-th and the next are alike, scikit-learn takes either.
        clear.append(k >= len(order) or s[order[k - 1]] != s[order[k]])
    return np.array(predictions), np.array(clear)


def sklearn(bank, labels, queries, k, temperature):
    model = KNeighborsClassifier(min(k, len(bank)), metric="cosine", algorithm="brute",
                                 weights=lambda d: np.exp(-d / temperature))
    return model.fit(bank.astype(np.float64), labels).predict(queries.astype(np.float64))


def knn_cases(rng):
    centres = rng.standard_normal((7, 12))
    labels = rng.integers(0, 7, 230)
    bank = centres[labels] + 1.2 * rng.standard_normal((230, 12))
    queries = centres[rng.integers(0, 7, 90)] + 1.2 * rng.standard_normal((90, 12))
    yield "clusters", bank, labels, queries, False

    # Every vector several times, in powers of two, under different labels.
    some = rng.standard_normal((40, 5))
    repeated = rng.integers(0, 40, 160)
    bank = some[repeated] * 2.0 ** rng.integers(-3, 4, (160, 1))
    yield "ties", bank, rng.integers(0, 4, 160), np.concatenate([some, rng.standard_normal((40, 5))]), False
    yield "own", bank, rng.integers(0, 4, 160), bank, True

    few = rng.standard_normal((3, 4))
    yield "few", few, np.array([2, 0, 2]), rng.standard_normal((20, 4)), False

    # All similarities within 1e-6 of 1: what a nearly collapsed encoder gives, beyond a single-precision product.
    base = 1 + 3e-4 * rng.standard_normal((150, 64))
    yield "narrow", base, rng.integers(0, 5, 150), 1 + 3e-4 * rng.standard_normal((40, 64)), False

    zeros = rng.standard_normal((30, 6))
    zeros[[3, 4, 17]] = 0
    yield "zeros", zeros, rng.integers(0, 3, 30), np.concatenate([np.zeros((1, 6)), rng.standard_normal((9, 6))]), False


knn = {"ks": np.array(KS), "temperatures": np.array(TEMPERATURES)}
for name, bank, labels, queries, own in knn_cases(np.random.default_rng(1)):
    bank, queries = bank.astype(np.float32), queries.astype(np.float32)
    predictions = []
    for k in KS:
        for temperature in TEMPERATURES:
            expected, clear = rule(bank, labels, queries, k, temperature, own)
            if not own:
                other = sklearn(bank, labels, queries, k, temperature)
                assert (other == expected)[clear].all(), (name, k, temperature)
            predictions.append(expected)
    knn |= {f"{name}.bank": bank, f"{name}.labels": labels, f"{name}.queries": queries,
            f"{name}.predictions": np.stack(predictions)}
save_file({name: np.ascontiguousarray(array) for name, array in knn.items()}, FOLDER / "knn.safetensors")


# Gauges

def gauges(x):
    z = unit(x)
    n, d = z.shape
    mean = z.mean(0)
    sigma = np.linalg.svd(z - mean, compute_uv=False)
    share = sigma / sigma.sum()
    entropy = -(share[share > 0] * np.log(share[share > 0])).sum()
    cumulative = np.cumsum(sigma) / sigma.sum()
    spread = (z.std(0, ddof=1) * d**0.5).mean()
    centre = (mean**2).sum()
    residual = ((z - mean) ** 2).sum(1).mean()
    return sigma, np.array([spread, centre, residual, np.exp(entropy), cumulative.mean()])


def gauge_cases(rng):
    for rank in [1, 2, 8, 64]:
        x = rng.standard_normal((160, rank)) @ rng.standard_normal((rank, 64))
        yield f"rank{rank}", (x - x.mean(0)) / x.std(0)  # as behind a batch normalisation
    yield "relu", np.maximum(rng.standard_normal((100, 20)) @ rng.standard_normal((20, 48)) + 2, 0)
    yield "wide", rng.standard_normal((24, 90)) * np.linspace(0.1, 2, 90)
    yield "narrow", 1 + 0.01 * rng.standard_normal((60, 16))


values = {}
for name, x in gauge_cases(np.random.default_rng(2)):
    x = x.astype(np.float32)
    sigma, numbers = gauges(x)
    values |= {f"{name}.rows": x, f"{name}.singular": sigma, f"{name}.gauges": numbers}
    print(f"{name:9} spread, m_o, m_r, effective rank, area:", *numbers.round(4))
# The eigenvalues of symmetric matrices: random, of widely different sizes, with many equal ones, and block diagonal.
rng = np.random.default_rng(3)
a = rng.standard_normal((33, 33))
graded = np.diag(10.0 ** -np.arange(20.0)) + 1e-12 * (b := rng.standard_normal((20, 20))) + 1e-12 * b.T
q, _ = np.linalg.qr(rng.standard_normal((24, 24)))
repeated = q @ np.diag(np.repeat([-1.0, 0, 3], 8)) @ q.T
blocks = np.kron(np.eye(5), np.array([[2.0, 1, 0], [1, 2, 0], [0, 0, 7]]))
for name, matrix in {"random": a + a.T, "graded": graded, "repeated": repeated, "blocks": blocks}.items():
    matrix = (matrix + matrix.T) / 2
    values |= {f"eigen.{name}.matrix": matrix, f"eigen.{name}.values": np.linalg.eigvalsh(matrix)}
save_file({name: np.ascontiguousarray(array) for name, array in values.items()}, FOLDER / "gauges.safetensors")


# NumPy's files

matrix = np.arange(15, dtype=np.float32).reshape(5, 3) / 8 - 1
np.save(FOLDER / "numpy-v1.npy", matrix)
for version in [2, 3]:
    with open(FOLDER / f"numpy-v{version}.npy", "wb") as file:
        np.lib.format.write_array(file, matrix, version=(version, 0))
np.save(FOLDER / "numpy-fortran.npy", np.asfortranarray(matrix))
np.save(FOLDER / "numpy-double.npy", matrix.astype(np.float64))
np.save(FOLDER / "numpy-vector.npy", matrix.ravel())
