"""The table of the figures in Markdown, as in the README."""


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(figures: dict) -> str:
    text = number(figures["median"])
    if len(figures["figures"]) > 1:
        text += f" ({number(figures['low'])} to {number(figures['high'])})"
    return text


def verdict(row: dict) -> str:
    ratio = row["ratio"]
    state = "aim" if ratio >= row["aim"] else "must" if ratio >= row["must"] else "missed"
    return f"**{ratio:.2f}**, {state} ({row['must']:g}; {row['aim']:g})"


def cells(row: dict) -> list[str]:
    what = f"{row['what']}: {row['unit']}"
    if "reached" in row["siam"]:
        reached, theirs = row["siam"]["reached"], row["peer"]
        ours = f"{reached['seconds']:.0f} s, {reached['epoch']} epochs" if reached else "not reached"
        seconds = theirs.get("seconds") or theirs.get("seconds if it needs as many epochs")
        peer = f"{row['against']}: {seconds:.0f} s" if seconds else row["against"]
    else:
        ours = spread(row["siam"])
        best = row.get("best peer")
        peer = f"{row['against']}, {best}: {spread(row['peers'][best])}" if best else "none could be run"
    share = f"{row['% of peak']:.0f} %" if "% of peak" in row else ""
    return [what, ours, peer, verdict(row) if "ratio" in row else "", share, row.get("remark", "")]


def print_table(speed: dict) -> None:
    if not speed["rows"]:
        print("nothing was measured")
        return
    print("| what | Siam | peer, its best | ratio (must; aim) | of peak | remark |\n|---|---|---|---|---|---|")
    for row in speed["rows"].values():
        print("| " + " | ".join(cells(row)) + " |")
    last = list(speed["rows"].values())[-1]
    about, versions = last["machine"], last["versions"]
    print(f"\n{about['processor']}, {about['cores']} cores, {about['system']}, kernels {about['kernels']}; {last['date']}")
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
