"""The sources of Debian packages, from wherever this machine's apt has its packages."""

import os
import re
import shutil
import subprocess
import tarfile
import time
from pathlib import Path


class Unavailable(Exception):
    """Why the sources cannot be had here."""


def source_lists() -> str:
    """apt's own entries, those of binary packages asked for their sources instead; as one deb822 or one-line text each."""
    stanzas = []
    apt = Path("/etc/apt")
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]:
        if not path.is_file():
            continue
        text = path.read_text(errors="replace")
        if path.suffix == ".sources":
            stanzas += [re.sub(r"(?mi)^Types:.*$", "Types: deb-src", part) for part in re.split(r"\n\s*\n", text)]
        elif path.suffix == ".list":
            for line in re.findall(r"(?m)^\s*deb\s+(.*)$", text):
                stanzas.append(one_line(line))
    return "\n\n".join(part.strip() for part in stanzas if re.search(r"(?mi)^URIs:", part)) + "\n"


def one_line(line: str) -> str:
    """`[option=value] uri suite components` as a stanza."""
    options, rest = re.match(r"(?:\[([^\]]*)\])?\s*(.*)", line.split("#")[0]).groups()
    uri, suite, *components = rest.split() + ["", ""]
    stanza = f"Types: deb-src\nURIs: {uri}\nSuites: {suite}\nComponents: {' '.join(components)}"
    signed = re.search(r"signed-by=(\S+)", options or "")
    return stanza + (f"\nSigned-By: {signed[1]}" if signed else "")


def fetch(packages: list[str], folder: Path, patience: float) -> dict[str, Path]:
    """The upstream archives of the packages; apt has checked each against the signed lists.

    The lists are kept in the folder, and the system's own stay as they are.
    """
    if not shutil.which("apt-get"):
        raise Unavailable("there is no apt-get")
    until = time.monotonic() + patience
    for name in ("lists/partial", "archives/partial", "sources"):
        (folder / name).mkdir(parents=True)
    (folder / "list.sources").write_text(source_lists())
    options = {
        "Dir::Etc::sourcelist": folder / "list.sources", "Dir::Etc::sourceparts": "-", "Dir::State::lists": folder / "lists",
        "Dir::Cache::archives": folder / "archives", "Dir::Cache::pkgcache": "", "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root", "Acquire::Retries": 1, "Acquire::http::Timeout": 10, "Acquire::https::Timeout": 10,
        "Acquire::Languages": "none",
    }  # fmt: skip
    command = ["apt-get", "-qq", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]
    said = apt(["update"], command, folder, until)
    if not any((folder / "lists").glob("*Sources*")):
        raise Unavailable(f"apt could fetch no list of sources: {said.strip().partition(chr(10))[0][:200]}")
    archives = {}
    for package in packages:
        # Only the upstream archive: a mirror may have dropped Debian's part of an old version.
        said = apt(["source", "--download-only", "--tar-only", package], command, folder / "sources", until)
        found = [path for path in (folder / "sources").glob(f"{package}_*.orig.tar.*") if path.suffix != ".asc"]
        if not found:
            raise Unavailable(f"apt has no source of {package}: {said.strip()[-200:]}")
        archives[package] = found[0]
    return archives


def apt(words: list[str], command: list[str], folder: Path, until: float) -> str:
    """apt's output. Whether it succeeded shows in the files that are there afterwards."""
    left = until - time.monotonic()
    try:
        ended = subprocess.run(
            [*command, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=max(left, 0.1), env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unavailable("apt could not fetch them in time") from None
    # Addresses say nothing here.
    return re.sub(r"\S*://\S*", "...", ended.stdout.decode(errors="replace"))


def unpack(archive: Path, folder: Path, endings: tuple[str, ...]) -> int:
    """Takes the files with one of the endings out of an archive, under the paths that they have there; how many."""
    count = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = Path(member.name).parts
            if not member.isfile() or not member.name.lower().endswith(endings) or ".." in parts or parts[0] == "/":
                continue
            place = folder / member.name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(tar.extractfile(member).read())
            count += 1
    return count
