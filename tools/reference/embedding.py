"""t-SNE and clusters to compare with, from scikit-learn, on pictures of data/fashion-mini.

    python tools/reference/embedding.py

writes data/reference/embedding.safetensors.
"""

import pathlib

import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

DATA = pathlib.Path(__file__).resolve().parents[2] / "data"
EACH, NEIGHBOURS, CLUSTERS = 40, 12, 10

# The first pictures of each class of the test set, as unit vectors of grey levels.
rows = []
for folder in sorted((DATA / "fashion-mini" / "test").iterdir()):
    for path in sorted(folder.glob("*.png"))[:EACH]:
        rows.append(np.asarray(Image.open(path).convert("L"), dtype=np.float64).ravel())
x = np.stack(rows)
x /= np.linalg.norm(x, axis=1, keepdims=True)

tsne = [TSNE(init="pca", random_state=seed, method=method).fit_transform(x)
        for method in ["barnes_hut", "exact"] for seed in range(2)]
pca = PCA(2, svd_solver="full").fit_transform(x)
trust = [trustworthiness(x, y, n_neighbors=NEIGHBOURS) for y in tsne]
print("trustworthiness of t-SNE:", *np.round(trust, 4), "of PCA:", round(trustworthiness(x, pca, n_neighbors=NEIGHBOURS), 4))

# Spherical k-means by hand from scikit-learn's starts, the best of many: what a good clustering reaches.
best = -1
for seed in range(10):
    centres = KMeans(CLUSTERS, n_init=1, random_state=seed).fit(x).cluster_centers_
    for _ in range(100):
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        label = (x @ centres.T).argmax(1)
        centres = np.stack([x[label == c].mean(0) if (label == c).any() else centres[c] for c in range(CLUSTERS)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    best = max(best, (x @ centres.T).max(1).mean())
print("mean similarity to the centre:", round(best, 5))

values = {"tsne": tsne[0].astype(np.float32), "trustworthiness": np.array(trust), "pca": pca, "cohesion": np.array([best])}
save_file({name: np.ascontiguousarray(array) for name, array in values.items()}, DATA / "reference" / "embedding.safetensors")
