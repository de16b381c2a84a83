"""The time to an accuracy: Siam's training, and an estimate of the peer's."""

import json
from dataclasses import dataclass, field

from comparing import Failed, run, say
from rows import Context, folder_variants, pictures_in, rate


@dataclass
class TimeToAccuracy:
    """Seconds until the k-NN accuracy (k = 20) of held-out training pictures reaches 60 %.

    Siam trains with its defaults, so by SimCLR. PyTorch's time for the same recipe is Siam's number of epochs times the
    seconds that lightly's SimCLR takes for an epoch in its best variant, assuming that it needs as many; with --full it
    is trained as well.
    """

    name: str = "time-to-60"
    must: float = 3
    aim: float = 5
    goal: float = 0.6
    needs: list[str] = field(default_factory=lambda: ["cifar"])

    def measure(self, context: Context, epochs: int, best: str | None) -> dict:
        """`best` is lightly's best variant if SimSiam's row has found it; otherwise all are tried."""
        run_folder = context.scratch / "long"
        command = [
            context.siam, "train", str(context.cifar), "-o", str(run_folder), "--overwrite", "--preset", "small",
            "--size", "32", "--recipe", "cifar", "--epochs", str(epochs), "--knn-every", "1",
            "--threads", str(context.threads),
        ]  # fmt: skip
        say(f"  {epochs} epochs of Siam")
        run(command)
        curve, seconds = [], 0.0
        for line in (run_folder / "metrics.jsonl").read_text().splitlines():
            entry = json.loads(line)
            seconds += entry.get("seconds") or 0.0
            if entry.get("knn"):
                curve.append({"epoch": entry["epoch"], "seconds": seconds, "knn": entry["knn"]["value"]})
        reached = next((point for point in curve if point["knn"] >= self.goal), None)
        ours = {"command": " ".join(command), "curve": curve, "reached": reached}
        steps = ["--steps", 15 if context.quick else 60]
        variants = folder_variants(context, str(context.cifar), rate, (0, 1, 2), "--method", "simclr", *steps)
        variants = [variant for variant in variants if best in (None, variant.name)]
        rates = {variant.name: variant.read(run(variant.command))[0] for variant in variants}
        name, per_second = max(rates.items(), key=lambda item: item[1])
        count = pictures_in(context.cifar)
        theirs = {"variant": name, "pictures_per_second": per_second, "seconds_an_epoch": count / per_second}
        if reached:
            theirs["seconds if it needs as many epochs"] = reached["epoch"] * count / per_second
        if context.full:
            theirs |= self.peer_in_full(context, epochs, name)
        return {"siam": ours, "peer": theirs}

    def peer_in_full(self, context: Context, epochs: int, variant: str) -> dict:
        extra = ["--method", "simclr", "--epochs", epochs, "--until", self.goal]
        chosen = [p for p in folder_variants(context, str(context.cifar), rate, (0, 1, 2), *extra) if p.name == variant]
        if not chosen:
            raise Failed(f"no variant {variant}")
        say(f"  up to {epochs} epochs of lightly, {variant}")
        ended = run(chosen[0].command).json()
        return {"command": " ".join(chosen[0].command), "seconds": ended["seconds"], "curve": ended["curve"]}


TIME_TO_ACCURACY = TimeToAccuracy()
