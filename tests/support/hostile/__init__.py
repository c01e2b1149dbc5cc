"""Every hostile archive of SECURITY.md 1.5 that the reader meets, by name: NUMBER-DESCRIPTION."""

from collections.abc import Callable

from support.hostile import extended, headers, links, names, wrapping

CASES: dict[str, Callable[[], bytes]] = {
    **names.CASES,
    **links.CASES,
    **headers.CASES,
    **extended.CASES,
    **wrapping.CASES,
}
