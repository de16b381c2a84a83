"""Runs programs in turn and summarises their figures. Needs Python's standard library only."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class Failed(Exception):
    """A program failed, or printed no figure."""


@dataclass
class Ended:
    """What a program printed on standard output, how long it took, and its peak memory."""

    output: str
    seconds: float
    megabytes: float

    def objects(self) -> list[dict]:
        """The lines of the output that are JSON objects; at least one."""
        lines = [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]
        if not lines:
            raise Failed("it printed no JSON")
        return lines

    def json(self) -> dict:
        """The last of these lines."""
        return self.objects()[-1]


@dataclass
class Contestant:
    """A program with its arguments, and how its output is read: the figure, and what else is worth keeping."""

    name: str
    command: list[str]
    read: Callable[[Ended], tuple[float, dict]]


@dataclass
class Figures:
    """All figures of one contestant, in the order of the rounds; `reason` says why there are none."""

    contestant: Contestant
    values: list[float] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    reason: str | None = None

    def median(self) -> float:
        return statistics.median(self.values)

    def record(self) -> dict:
        kept = {"command": " ".join(self.contestant.command), "figures": self.values}
        if self.values:
            kept |= {"median": self.median(), "low": min(self.values), "high": max(self.values)}
        if any(self.notes):
            kept["notes"] = self.notes
        return kept | ({"failed": self.reason} if self.reason else {})


def run(command: list[str], cwd: str | None = None) -> Ended:
    """Runs a program to its end; its standard error is shown only if it fails."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise Failed(f"exit code {process.returncode}: {last[0] if last else 'no message'}")
        return Ended(output.read().decode(errors="replace"), seconds, usage.ru_maxrss / 1024)


def take_turns(ours: Contestant, peers: list[Contestant], rounds: int, best: int, more_is_better: bool):
    """Runs our program and the peers in turn.

    Every peer runs in the first round; afterwards only the `best` of them go on. Returns our figures, and the
    peers' with the best first; a peer that failed stands at the end with its reason.
    """
    mine, others = Figures(ours), [Figures(peer) for peer in peers]
    going = others
    for number in range(rounds):
        for figures in [mine, *going]:
            if figures.reason:
                continue
            try:
                value, notes = figures.contestant.read(run(figures.contestant.command))
                figures.values.append(value)
                figures.notes.append(notes)
                say(f"  round {number + 1}: {figures.contestant.name}: {value:.4g}")
            except (Failed, OSError, ValueError, KeyError) as error:
                figures.reason = f"{type(error).__name__}: {error}"
                say(f"  {figures.contestant.name}: {figures.reason}")
        if mine.reason:
            raise Failed(f"{ours.name}: {mine.reason}")
        going = ranked(others, more_is_better)[:best]
    return mine, ranked(others, more_is_better)


def ranked(all_figures: list[Figures], more_is_better: bool) -> list[Figures]:
    """The most often measured first; among those, the best."""
    def order(figures):
        sign = -1 if more_is_better else 1
        return (-len(figures.values), sign * figures.median() if figures.values else 0)

    # A variant dropped after the first round has lost to those that went on.
    return sorted(all_figures, key=order)


def last_line(path: Path) -> dict:
    """The last line of a JSON Lines file."""
    return json.loads(path.read_text().splitlines()[-1])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
