"""JSON of accounts and workspaces."""

from typing import Any

from bitdeps.sandbox.identity import account_id, fixed_uuid
from bitdeps.sandbox.links import links
from bitdeps.sandbox.objects import Signature
from bitdeps.sandbox.world import User, World

Document = dict[str, Any]
# When everything began; the sandbox knows no real dates of accounts.
EPOCH = "2020-01-01T00:00:00+00:00"


def account(base: str, user: User) -> Document:
    """Give the short form of a user, as embedded elsewhere."""
    return {
        "username": user.name,
        "display_name": user.display_name,
        "account_id": account_id(user.name),
        "nickname": user.name,
        "links": links(
            self=f"{base}/2.0/users/{user.name}",
            html=f"{base}/{user.name}/",
            avatar=f"{base}/account/{user.name}/avatar/32/",
        ),
        "type": "user",
        "uuid": fixed_uuid("user", user.name),
    }


def user_document(base: str, user: User) -> Document:
    """Give the full form of a user."""
    document = account(base, user)
    api = f"{base}/2.0/users/{user.name}"
    document["links"] |= links(
        hooks=f"{api}/hooks",
        repositories=f"{base}/2.0/repositories/{user.name}",
        followers=f"{api}/followers",
        following=f"{api}/following",
        snippets=f"{base}/2.0/snippets/{user.name}",
    )
    more = {"created_on": EPOCH, "is_staff": False, "location": None, "website": None, "account_status": "active"}
    return document | more


def app_user(base: str, name: str) -> Document:
    """Give the account that a token without a person acts as."""
    return {
        "type": "app_user",
        "account_id": account_id(name),
        "account_status": "active",
        "created_on": EPOCH,
        "display_name": name,
        "kind": "repository_access_token",
        "links": links(self=f"{base}/2.0/users/{fixed_uuid('user', name)}", avatar=f"{base}/account/{name}/avatar/32/"),
        "username": name,
        "uuid": fixed_uuid("user", name),
    }


def author(base: str, world: World, signature: Signature, *, typed: bool = True) -> Document:
    """Give an author; `user` only when the mail address is one of a known user."""
    document: Document = {"raw": signature.raw}
    if typed:
        document["type"] = "author"
    user = world.user_by_email(signature.raw.rpartition("<")[2].rstrip(">"))
    if user:
        document["user"] = account(base, user)
    return document


def workspace_document(base: str, world: World, slug: str) -> Document:
    """Give the full form of a workspace."""
    api = f"{base}/2.0/workspaces/{slug}"
    return {
        "type": "workspace",
        "uuid": fixed_uuid("workspace", slug),
        "name": world.workspace(slug).name,
        "slug": slug,
        "is_private": False,
        "is_privacy_enforced": False,
        "forking_mode": "allow_forks",
        "created_on": EPOCH,
        "links": links(
            avatar=f"{base}/workspaces/{slug}/avatar/",
            html=f"{base}/{slug}/",
            members=f"{api}/members",
            owners=f"{api}/members?q=permission%3D%22owner%22",
            projects=f"{api}/projects",
            repositories=f"{base}/2.0/repositories/{slug}",
            self=api,
            snippets=f"{base}/2.0/snippets/{slug}",
        ),
    }


def workspace_access(base: str, slug: str, *, administrator: bool) -> Document:
    """Give one entry of the list of a user's workspaces."""
    return {
        "type": "workspace_access",
        "administrator": administrator,
        "workspace": {
            "type": "workspace_base",
            "uuid": fixed_uuid("workspace", slug),
            "slug": slug,
            "links": links(avatar=f"{base}/workspaces/{slug}/avatar/", self=f"{base}/2.0/workspaces/{slug}"),
        },
    }


def owner(base: str, world: World, slug: str) -> Document:
    """Give the account that owns a repository."""
    return {
        "username": slug,
        "display_name": world.workspace(slug).name,
        "type": "team",
        "uuid": fixed_uuid("workspace", slug),
        "links": links(
            self=f"{base}/2.0/teams/{slug}", html=f"{base}/{slug}/", avatar=f"{base}/account/{slug}/avatar/32/"
        ),
    }
