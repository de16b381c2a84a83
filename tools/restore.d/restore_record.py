"""What data/reference/restore.json keeps of the files that tools/restore-compare made."""

import json
import pathlib
import statistics

from scipy.stats import t


def load(path: pathlib.Path):
    return json.loads(path.read_text())


def thinned(course: list, every: int) -> dict:
    """The averaged picture's PSNR every so many iterations."""
    return {mark["iteration"]: round(mark["averagedPSNR"], 3) for mark in course if mark["iteration"] % every == 0}


def fit(path: pathlib.Path, every: int = 500) -> dict:
    found = load(path)
    names = ("psnr", "written", "options", "iterations", "kept", "isStopped", "returns")
    return {name: found[name] for name in names if name in found} | {"course": thinned(found["course"], every)}


def qualities(out: pathlib.Path) -> dict:
    result = {}
    for folder in sorted(path for path in out.glob("quality*") if path.is_dir()):
        for path in sorted(folder.glob("*.opencv.json")):
            name, damage, _ = path.name.split(".", 2)
            found = result.setdefault(damage, {}).setdefault(name, {})
            found["opencv"] = load(path)
            bm3d = path.with_name(f"{name}.{damage}.bm3d.json")
            if bm3d.exists():
                found["bm3d"] = load(bm3d)
        for path in sorted(folder.glob("*.siam.json")):
            name, damage, _ = path.name.split(".", 2)
            way = "siam" if folder.name == "quality" else "siam " + folder.name.removeprefix("quality-")
            result.setdefault(damage, {}).setdefault(name, {})[way] = fit(path)
    return result


def differences(folder: pathlib.Path) -> dict:
    """Siam less each peer in dB, by photograph and on average, with an interval by Student's t over the photographs."""
    result = {}
    for path in sorted(folder.glob("*.siam.json")):
        name, damage, _ = path.name.split(".", 2)
        ours, opencv = load(path), load(path.with_name(f"{name}.{damage}.opencv.json"))
        bm3d = path.with_name(f"{name}.{damage}.bm3d.json")
        row = {
            "damaged": opencv["damaged"],
            "opencv": max(way["psnr"] for way in opencv["ways"].values()),
            **({"bm3d": load(bm3d)["psnr"]} if bm3d.exists() else {}),
            "siam": ours["written"],
        }
        row = {way: round(value, 3) for way, value in row.items()}
        found = result.setdefault(damage, {"photographs": {}, "stopped": 0})
        found["photographs"][name] = row
        found["stopped"] += ours["isStopped"]
    for found in result.values():
        rows = list(found["photographs"].values())
        for way in rows[0].keys() - {"siam"}:
            found[f"siam - {way}"] = summary([row["siam"] - row[way] for row in rows])
    return result


def summary(values: list) -> dict:
    mean = statistics.mean(values)
    half = float(t.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / len(values) ** 0.5
    return {
        "mean": round(mean, 3), "low": round(mean - half, 3), "high": round(mean + half, 3),
        "smallest": round(min(values), 3), "largest": round(max(values), 3), "ahead": sum(value > 0 for value in values), "of": len(values),
    }


def equal_starts(folder: pathlib.Path) -> dict:
    """PSNR by photograph, damage and seed; the differences' means."""
    result = {}
    for path in sorted(folder.glob("*.torch.json")):
        name, damage, seed, _ = path.name.split(".", 3)
        ours, theirs = load(path.with_name(f"{name}.{damage}.{seed}.siam.json")), load(path)
        found = result.setdefault(f"{name} {damage}", {"iterations": ours["iterations"], "siam": {}, "torch": {}, "returns": {}})
        found["siam"][seed], found["torch"][seed] = round(ours["psnr"], 3), round(theirs["psnr"], 3)
        found["returns"][seed] = [ours["returns"], theirs["returns"]]
    for found in result.values():
        differences = [found["siam"][seed] - found["torch"][seed] for seed in found["siam"]]
        found["mean difference"] = round(statistics.mean(differences), 3)
        if len(differences) > 1:
            error = statistics.stdev(differences) / len(differences) ** 0.5
            found["standard error"] = round(error, 3)
    return result


def stops(folder: pathlib.Path) -> dict:
    """Where the rule would have ended each fit, with several patiences, against the best picture on the way."""
    result = {}
    for path in sorted(folder.glob("*.siam.json")):
        found = load(path)
        course = found["course"]
        best = max(course, key=lambda mark: mark["averagedPSNR"])
        result[path.name.removesuffix(".siam.json")] = {
            "options": found["options"],
            "best": {"iteration": best["iteration"], "psnr": best["averagedPSNR"]},
            "last": {"iteration": course[-1]["iteration"], "psnr": course[-1]["averagedPSNR"]},
            "course": thinned(course, 500),
            "by patience": {patience: stop(course, patience) for patience in (500, 1000, 2000, 3000)},
        }
    return result


def stop(course: list, patience: int) -> dict | None:
    """What the rule keeps, seen every few iterations."""
    least = None
    for mark in course:
        if mark.get("variance") is None:
            continue
        if least is None or mark["variance"] < least["variance"]:
            least = mark
        elif mark["iteration"] - least["iteration"] >= patience:
            return {"ends": mark["iteration"], "keeps": least["iteration"], "psnr": least["averagedPSNR"]}
    return None


def merged(old: dict, new: dict) -> dict:
    """What was measured before, with what OUT has in its place."""
    return old | {
        key: merged(old[key], value) if isinstance(value, dict) and isinstance(old.get(key), dict) else value
        for key, value in new.items()
    }


def record(out: pathlib.Path) -> dict:
    result = {
        "commands": [
            "tools/photographs PHOTOS; tools/photographs SMALL 128; tools/photographs TWENTY clothing",
            "tools/restore-compare quality TWENTY OUT --folder twenty --damages denoise,inpaint",
            "tools/restore-compare quality PHOTOS OUT --threads 1",
            "tools/restore-compare quality PHOTOS OUT --threads 1 --only friends.superres,seeding.superres -- --iterations 2000",
            "tools/restore-compare quality PHOTOS OUT --threads 1 --only mountains.inpaint --folder quality-6000 -- --iterations 6000",
            "tools/restore-compare pytorch SMALL OUT --threads 1",
            "tools/restore-compare stopping SMALL OUT --threads 1 --iterations 3500 (5000 for dragonfly)",
            "tools/restore-compare speed PHOTOS OUT",
            "tools/restore-compare write OUT data/reference/restore.json",
        ],
        "setting": {"side": 256, "SMALL's side": 128, "sigma": 25, "missing": 0.5, "factor": 4, "seed": 0},
        "psnr": qualities(out),
        "twenty photographs": differences(out / "twenty"),
        "the same start in PyTorch": equal_starts(out / "pytorch"),
        "stopping": stops(out / "stopping"),
    }
    timing = out / "speed.json"
    return result | ({"milliseconds an iteration": load(timing)} if timing.exists() else {})
