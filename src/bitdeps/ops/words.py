"""Numbers and durations in words; imports nothing, since the path with nothing to do says one line too."""

from collections.abc import Iterable


def count(number: int, noun: str) -> str:
    """Write a number with its noun, in the plural where it is not one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def took(seconds: float) -> str:
    """Write a duration as `84 ms` or `1.3 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def summary(verbs: Iterable[tuple[str, int]], seconds: float) -> str:
    """Write one summary line such as `Installed 3, kept 9 in 41 ms`."""
    said = [f"{verb} {number:,}" for verb, number in verbs if number]
    text = ", ".join(said) if said else "nothing to do"
    return f"{text[0].upper()}{text[1:]} in {took(seconds)}"
