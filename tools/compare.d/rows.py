"""What is compared: a row for each claim about speed. Each names Siam's program and the peers' with their variants."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from comparing import Contestant, Ended, last_line, run, say

PEERS = Path(__file__).resolve().parent / "peers"


@dataclass
class Context:
    """Where everything is, and how thorough to be."""

    siam: str
    siam_bench: str
    python: str
    scratch: Path
    cifar: str | None
    photos: str | None
    threads: int
    quick: bool
    full: bool

    def peer(self, name: str, script: str, *arguments, read) -> Contestant:
        return Contestant(name, [self.python, str(PEERS / script), *map(str, arguments)], read)

    def bench(self, name: str, *arguments, threads: int, figure: str) -> Contestant:
        """Siam's own benchmark; the last line has its figure. What the machine reached at the same time is noted."""

        def read(ended: Ended) -> tuple[float, dict]:
            *others, line = ended.objects()
            notes = {key: value for key, value in line.items() if key.startswith("% of peak")}
            for limit in others:
                if limit["name"].startswith("peak/"):
                    notes |= {f"{limit['name']}, {key}": limit[key] for key in ("GFLOP/s", "GB/s") if key in limit}
            return line[figure], notes

        command = [self.siam_bench, *map(str, arguments), "--threads", str(threads), "--json"]
        return Contestant(name, command, read)

    def sample(self) -> str:
        """A copy of the first 1,280 pictures of each class: enough for timing, since an epoch of all takes minutes."""
        folder = self.scratch / "sample"
        if not folder.exists():
            for label in sorted(path for path in Path(self.cifar).iterdir() if path.is_dir()):
                (folder / label.name).mkdir(parents=True)
                for path in sorted(label.iterdir())[:1280]:
                    shutil.copyfile(path, folder / label.name / path.name)
        return str(folder)

    def training(self, name: str, read, *, threads: int | None = None, epochs: int = 2) -> Contestant:
        """`siam train` on CIFAR-10's pictures, with the peers' network and recipe."""
        run_folder = self.scratch / "run"
        command = [
            self.siam, "train", self.sample(), "-o", str(run_folder), "--overwrite", "--preset", "small",
            "--method", "simsiam", "--size", "32", "--recipe", "cifar", "--batch", "128", "--epochs", str(epochs),
            "--knn-every", "1000", "--threads", str(threads or self.threads),
        ]  # fmt: skip
        return Contestant(name, command, lambda ended: read(ended, run_folder))


@dataclass
class Row:
    name: str
    what: str
    against: str
    unit: str
    #: Siam's program, then the peers'.
    programs: Callable[[Context], tuple[Contestant, list[Contestant]]]
    must: float
    aim: float
    more_is_better: bool = True
    #: Folders of pictures that the user must name.
    needs: list[str] = field(default_factory=list)
    #: Peers that stay in the running after the first round.
    best: int = 2
    remark: str = ""

    def ratio(self, ours: float, theirs: float) -> float:
        return ours / theirs if self.more_is_better else theirs / ours


def rate(ended: Ended) -> tuple[float, dict]:
    return ended.json()["pictures_per_second"], {}


def epoch_rate(ended: Ended, run_folder: Path) -> tuple[float, dict]:
    """Pictures a second in the last epoch: views, steps and the optimiser."""
    return last_line(run_folder / "metrics.jsonl")["pictures_per_second"], {}


def peak_memory(ended: Ended, *_) -> tuple[float, dict]:
    return ended.megabytes, {}


def layouts(name: str, *words: str) -> list[tuple[str, list[str]]]:
    return [(f"{name}, NCHW", list(words)), (f"{name}, channels last", [*words, "--channels-last"])]


def step(width: int) -> Callable:
    def programs(context: Context):
        ours = context.bench("Siam", "step", "--width", width, threads=context.threads, figure="pictures/s")
        steps = 3 if context.quick or width >= 64 else 10
        arguments = ["--width", width, "--threads", context.threads, "--steps", steps]
        peers = [
            context.peer(name, "torch_step.py", *arguments, *words, read=rate)
            for name, words in [*layouts("eager"), *layouts("compiled", "--compiled")]
        ]
        return ours, peers

    return programs


def folder_variants(context: Context, folder: str, read, workers=(0, 1, 2), *arguments) -> list[Contestant]:
    peers = []
    for count in workers:
        for name, words in layouts(f"{count} workers", "--workers", str(count)):
            all_arguments = [folder, "--threads", context.threads, *words, *arguments]
            peers.append(context.peer(name, "lightly_folder.py", *all_arguments, read=read))
    return peers


def end_to_end(context: Context):
    steps = 15 if context.quick else 60
    ours = context.training("Siam", epoch_rate, epochs=1 if context.quick else 2)
    return ours, folder_variants(context, context.sample(), rate, (0, 1, 2), "--steps", steps)


def memory(context: Context):
    # Without workers: each would be another process with memory of its own.
    return context.training("Siam", peak_memory, epochs=1), folder_variants(
        context, context.sample(), peak_memory, (0,), "--steps", 15 if context.quick else 100_000)


def step_by_threads(context: Context):
    ours = context.bench("2 threads", "step", "--width", 16, threads=2, figure="pictures/s")
    return ours, [context.bench("1 thread", "step", "--width", 16, threads=1, figure="pictures/s")]


def training_by_threads(context: Context):
    ours = context.training("2 threads", epoch_rate, threads=2, epochs=1)
    return ours, [context.training("1 thread", epoch_rate, threads=1, epochs=1)]


def trained_encoder(context: Context) -> str:
    """An encoder to extract features with; what it has learned does not affect the speed."""
    path = context.scratch / "run" / "encoder.safetensors"
    if not path.exists():
        say("  training an encoder to extract features with")
        run(context.training("", peak_memory, epochs=1).command)
    return str(path)


def exported(context: Context):
    """From the start of the program to the file of features, reading the pictures included."""
    encoder, output = trained_encoder(context), context.scratch / "features.npy"
    folder = context.sample()
    count = pictures_in(folder)

    def read(ended: Ended) -> tuple[float, dict]:
        return count / ended.seconds, {}

    command = [
        context.siam, "export", encoder, folder, "-o", str(output), "--read-out", "average", "--overwrite", "--threads",
        str(context.threads),
    ]  # fmt: skip
    peers = []
    for kind in ([], ["--compiled"]):
        for workers in ("0", "2"):
            name = f"{'compiled' if kind else 'eager'}, {workers} workers"
            for full_name, words in layouts(name, *kind, "--workers", workers):
                arguments = [folder, "--threads", context.threads, *words]
                peers.append(context.peer(full_name, "extract.py", *arguments, read=rate))
    return Contestant("Siam", command, read), peers


def neighbours(program: str, *sizes, figure: str = "seconds") -> Callable:
    """A search by Siam, from vectors to neighbours, and by another program; `figure` says which of the peer's times counts."""

    def programs(context: Context):
        ours = context.bench("Siam", "knn", *sizes, threads=context.threads, figure="ms")

        def read(ended: Ended) -> tuple[float, dict]:
            return 1e3 * ended.json()[figure], {}

        arguments = ["--program", program, "--threads", context.threads, *sizes]
        return ours, [context.peer(program, "knn.py", *arguments, read=read)]

    return programs


def views(program: str, pictures: str, recipe: str, size: int, *, cached: bool = False) -> Callable:
    """Pictures per second and core, decoded and made into two views; or over ten epochs, with the cache that the first makes."""

    def programs(context: Context):
        root = context.sample() if pictures == "cifar" else prepared(context, pictures)
        written = "crop(0.2,1)" if recipe == "crop" else recipe
        command = [context.siam_bench, "views", root, "--recipe", written, "--size", str(size), "--json"]
        if cached:
            command += ["--cache", str(context.scratch / "cache")]

        def read(ended: Ended) -> tuple[float, dict]:
            lines = ended.objects()
            if cached:
                later = {"pictures/s of a later epoch": lines[0]["pictures/s"], "making s": lines[0]["making s"]}
                return lines[0]["pictures/s of ten epochs"], later
            return next(line["pictures/s"] for line in lines if line["name"].endswith("decode and two views")), {}

        arguments = [root, "--program", program, "--recipe", recipe, "--size", size]
        arguments += ["--seconds", 1 if context.quick else 4]
        return Contestant("Siam", command, read), [context.peer(program, "views.py", *arguments, read=rate)]

    return programs


def prepared(context: Context, kind: str) -> str:
    """A folder of JPEG files to measure with, made from the photographs that the user gave."""
    folder = context.scratch / kind
    if not folder.exists():
        say(f"  preparing the {kind} pictures")
        run([context.python, str(PEERS / "views.py"), context.photos, "--prepare", kind, "--output", str(folder)])
    return str(folder)


def pictures_in(root: str) -> int:
    return sum(1 for path in Path(root).rglob("*") if path.suffix.lower() in (".png", ".jpg", ".jpeg"))


ROWS = [
    Row("step-16", "SimSiam step, width 16, batch 128, 32 px", "PyTorch", "pictures/s", step(16), 2, 3),
    Row("step-32", "SimSiam step, width 32, batch 128, 32 px", "PyTorch", "pictures/s", step(32), 2, 3),
    Row("step-64", "SimSiam step, width 64, batch 128, 32 px", "PyTorch", "pictures/s", step(64), 2, 3),
    Row(
        "end-to-end", "training from a CIFAR-10 folder, width 16", "lightly", "pictures/s", end_to_end, 3, 5,
        needs=["cifar"]),
    Row(
        "views-32-torchvision", "two views, cifar at 32 px, a core", "torchvision on Pillow", "pictures/s",
        views("torchvision", "cifar", "cifar", 32), 5, 10, needs=["cifar"], best=1),
    Row(
        "views-32-albumentations", "two views, cifar at 32 px, a core", "albumentations on OpenCV", "pictures/s",
        views("albumentations", "cifar", "cifar", 32), 2, 3, needs=["cifar"], best=1),
    Row(
        "views-224-torchvision", "two views, imagenet at 224 px of 500x375, a core", "torchvision on Pillow",
        "pictures/s", views("torchvision", "medium", "imagenet", 224), 5, 10, needs=["photos"], best=1),
    Row(
        "views-224-albumentations", "two views, imagenet at 224 px of 500x375, a core", "albumentations on OpenCV",
        "pictures/s", views("albumentations", "medium", "imagenet", 224), 2, 3, needs=["photos"], best=1),
    Row(
        "crops", "two crops to 224 px of a JPEG of 4 to 24 megapixels, a core", "torchvision on Pillow", "pictures/s",
        views("torchvision", "large", "crop", 224), 5, 10, needs=["photos"], best=1),
    Row(
        "crops-cached", "the same in ten epochs, with the cache that the first makes", "torchvision on Pillow",
        "pictures/s", views("torchvision", "large", "crop", 224, cached=True), 5, 10, needs=["photos"], best=1,
        remark="the peer decodes every time"),
    Row("extraction", "features of a folder, width 16", "PyTorch", "pictures/s", exported, 3, 5, needs=["cifar"]),
    Row(
        "knn-faiss", "k-NN, 50,000 x 512, 10,000 queries, k 200", "faiss IndexFlatIP", "ms", neighbours("faiss"), 1,
        1.5, more_is_better=False, best=1),
    Row(
        "knn-sklearn", "k-NN, 50,000 x 512, 10,000 queries, k 200", "scikit-learn brute", "ms", neighbours("sklearn"),
        5, 10, more_is_better=False, best=1),
    Row(
        "search-faiss", "one photo in 1,000,000 x 512, k 10", "faiss IndexFlatIP, its index made before", "ms",
        neighbours("faiss", "--bank", 1_000_000, "--queries", 1, "--k", 10, figure="search_alone_seconds"), 1, 1.5,
        more_is_better=False, best=1, remark="Siam from vectors to neighbours"),
    Row(
        "memory", "peak memory of a training run", "lightly without workers", "MB", memory, 2, 4,
        more_is_better=False, needs=["cifar"], best=1, remark="Siam's with the comparison that ends a run"),
    Row(
        "threads-step", "2 threads against 1, SimSiam step, width 16", "Siam", "pictures/s", step_by_threads, 1.85,
        1.95, best=1),
    Row(
        "threads-training", "2 threads against 1, training from a folder", "Siam", "pictures/s", training_by_threads,
        1.85, 1.95, needs=["cifar"], best=1),
]  # fmt: skip
