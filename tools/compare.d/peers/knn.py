"""The search that `siam-bench knn` times, in faiss or scikit-learn: random vectors, cosine, all neighbours in order.

    python knn.py --program faiss [--bank 50000] [--queries 10000] [--dimension 512] [--k 200] [--threads 2]

Prints one line of JSON: the seconds from raw vectors to neighbours, as `siam-bench knn` counts them, and those of the
search alone in a bank prepared beforehand (faiss-cpu==1.15.1, scikit-learn==1.9.1).
"""
import argparse
import json
import os
import time


def median(repetitions, search):
    search()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        search()
        times.append(time.perf_counter() - start)
    return sorted(times)[repetitions // 2]


def faiss_searches(bank, queries, k, threads):
    import faiss
    import numpy as np

    faiss.omp_set_num_threads(threads)

    def ready(x):
        unit = np.array(x)
        faiss.normalize_L2(unit)
        return unit

    def index():
        index = faiss.IndexFlatIP(bank.shape[1])
        index.add(ready(bank))
        return index

    made, unit = index(), ready(queries)
    return lambda: index().search(ready(queries), k), lambda: made.search(unit, k)


def sklearn_searches(bank, queries, k, threads):
    from sklearn.neighbors import NearestNeighbors
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)

    def ready():
        return NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(bank)

    made = ready()
    return lambda: ready().kneighbors(queries), lambda: made.kneighbors(queries)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", choices=["faiss", "sklearn"], required=True)
    parser.add_argument("--bank", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--k", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    import numpy as np  # after the number of threads

    rng = np.random.default_rng(1)
    bank, queries = (
        rng.uniform(-1, 1, (count, options.dimension)).astype(np.float32) for count in (options.bank, options.queries))
    searches = faiss_searches if options.program == "faiss" else sklearn_searches
    whole, alone = searches(bank, queries, options.k, options.threads)
    print(json.dumps({
        "seconds": median(options.repetitions, whole), "search_alone_seconds": median(options.repetitions, alone)}))


if __name__ == "__main__":
    main()
