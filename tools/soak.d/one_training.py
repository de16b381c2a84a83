"""Many trainings that start in one folder at the same moment."""

import signal
import time
from pathlib import Path

from soaking import SMALL, Soak, kill, names, text, wait_until

PROMISE = "one training a run folder"
HOW = "simultaneous starts in a new folder, in a run that is to be resumed and in one whose owner was killed"


def run(soak: Soak) -> dict:
    figures = {"rounds": 0, "starts": 0, "winners": 0, "most at once": 0}
    root = soak.pictures("in", each=8)
    crowd = 12 if soak.quick else 100
    figures["most at once"] = crowd
    for repetition in soak.repetitions(1, 4):
        folder = soak.scratch / f"run{repetition}"
        # Long enough that no start can come after the winner's end.
        words = ["train", root, "-o", folder, "--epochs", "1000000", "--threads", "1", *SMALL]
        for options in ([], ["--resume"], ["--overwrite"]):
            processes = [soak.start([*words, *options]) for _ in range(crowd)]
            running = lambda: [process for process in processes if process.poll() is None]
            limit = time.monotonic() + 150
            while len(running()) > 1 and time.monotonic() < limit:
                time.sleep(0.01)
            winners = running()
            soak.expect(len(winners) == 1, f"{len(winners)} trainings at work after {options or 'a first start'}")
            for winner in winners:
                owns = wait_until(lambda: owner(folder) == str(winner.pid), winner, 20)
                soak.expect(owns, f"the lock names process {owner(folder)!r}, not {winner.pid}")
                wait_until(lambda: (folder / "checkpoint.safetensors").exists(), winner)
                # Killed, so that the next round finds a lock whose owner is gone.
                kill(winner)
            figures["rounds"] += 1
            figures["starts"] += crowd
            figures["winners"] += len(winners)
            for process in processes:
                ended = soak.end(process)
                if process in winners:
                    continue
                told = "another training is using it" in ended.errors or (
                    not options and "already holds a run" in ended.errors
                )
                soak.expect(ended.code == 73 and told, f"a loser: exit {ended.code}: {ended.errors!r}")
        # A stale lock does not block, and its next owner removes it.
        last = soak.start([*words, "--resume"])
        owns = wait_until(lambda: owner(folder) == str(last.pid), last, 20)
        soak.expect(owns, f"a lock whose owner was killed stayed with {owner(folder)!r}")
        soak.expect(wait_until(lambda: text(folder / "metrics.jsonl").count("\n") > 2, last), "no epochs")
        last.send_signal(signal.SIGINT)
        ended = soak.end(last)
        soak.expect(ended.code == 130, f"exit {ended.code}: {ended.errors}")
        soak.expect(not [n for n in names(folder) if n.startswith(".")], f"left over: {names(folder)}")
    return figures


def owner(folder: Path) -> str:
    return text(folder / ".siam.lock").strip()


def figure(f: dict) -> str:
    return (
        f"{f['starts']} starts in {f['rounds']} rounds of {f['most at once']} at once: exactly 1 won in each "
        f"({f['winners']} winners), the others exit 73; locks of killed owners cleared themselves"
    )
