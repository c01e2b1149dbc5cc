"""Fixed uuids and account ids, derived from names, so that answers are the same on every machine."""

from uuid import NAMESPACE_URL, uuid5


def fixed_uuid(kind: str, name: str) -> str:
    """Give the uuid, in Bitbucket's curly braces, of a named thing of one kind."""
    return "{" + str(uuid5(NAMESPACE_URL, f"bitdeps-sandbox:{kind}:{name}")) + "}"


def account_id(name: str) -> str:
    """Give an Atlassian account id for a user name."""
    return "557058:" + str(uuid5(NAMESPACE_URL, f"bitdeps-sandbox:account:{name}"))
