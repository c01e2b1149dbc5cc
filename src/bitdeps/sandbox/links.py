"""Addresses in answers, percent-encoded as the service's own links are."""

from urllib.parse import quote

from bitdeps.sandbox.store import Repository

Links = dict[str, dict[str, str]]
# `/` and these stay raw in the service's own links (fixtures of the Jenkins plugin and go-scm).
_RAW = "/$;&=@!,+:*'()~"


def quoted(text: str) -> str:
    """Percent-encode a ref name or a path."""
    return quote(text.encode("utf-8", "surrogateescape"), safe=_RAW)


def links(**addresses: str) -> Links:
    """Wrap addresses as Bitbucket does."""
    return {name: {"href": address} for name, address in addresses.items()}


def repository_api(base: str, repository: Repository) -> str:
    """Give the API address of a repository."""
    return f"{base}/2.0/repositories/{repository.full_name}"


def repository_page(base: str, repository: Repository) -> str:
    """Give the browser address of a repository."""
    return f"{base}/{repository.full_name}"


def avatar(base: str, uuid: str) -> str:
    """Give the address of an avatar."""
    return f"{base}/ravatar/{quote(uuid)}?ts=default"
