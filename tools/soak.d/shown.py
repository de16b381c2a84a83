"""How Siam prints names, implemented a second time, and what must never be printed raw."""

import re
import unicodedata

# Characters that a terminal obeys, that are invisible, or that change the writing direction.
RAW = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

# Invisible, and neither control nor format character: Default_Ignorable_Code_Point of the rest.
IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")

# Categories of characters that show nothing, or nothing known.
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")

# Bytes of names that are not UTF-8, as Python has them.
BYTES = re.compile("[\udc80-\udcff]")


def printable(name: str) -> str:
    """The name as in messages and lists."""
    return escaped(name, lambda letter: unicodedata.category(letter) in UNSEEN or IGNORABLE.match(letter))


def one_line(name: str) -> str:
    """The name as in exported tables, whose joiners stay."""
    return escaped(name, lambda letter: letter == "\n" or RAW.match(letter))


def escaped(name: str, is_raw) -> str:
    """Backslashes doubled; bytes that are not UTF-8, and the letters that `is_raw` says, by their numbers."""
    result = ""
    for letter in name:
        if letter == "\\":
            result += "\\\\"
        elif BYTES.match(letter):
            result += f"\\x{{{ord(letter) - 0xDC00:x}}}"
        else:
            result += f"\\u{{{ord(letter):x}}}" if is_raw(letter) else letter
    return result


def raw(text: str) -> str:
    """The first raw character in a text that must have none, or ""."""
    found = RAW.search(text)
    return "" if found is None else f"{found[0]!r} in {text[max(0, found.start() - 40):found.end() + 40]!r}"
