"""Lay JSON out for people."""

from collections.abc import Mapping

from json_lite.writer import dumps


def pretty(value: object, indent: int = 2, *, level: int = 0) -> str:
    """Write a value over several lines, `indent` spaces for each level."""
    pad, end = "\n" + " " * indent * (level + 1), "\n" + " " * indent * level
    if isinstance(value, Mapping) and value:
        rows = [f"{dumps(key)}: {pretty(value[key], indent, level=level + 1)}" for key in sorted(value)]
        return "{" + pad + f",{pad}".join(rows) + end + "}"
    if isinstance(value, list | tuple) and value:
        rows = [pretty(item, indent, level=level + 1) for item in value]
        return "[" + pad + f",{pad}".join(rows) + end + "]"
    return dumps(value)
