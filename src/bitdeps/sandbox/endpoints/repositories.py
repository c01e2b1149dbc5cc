"""Repositories, workspaces, the signed-in user, and endpoints that are gone."""

from bitdeps.sandbox.bbql import parse_query, sort_documents
from bitdeps.sandbox.call import Answer, Call, json_answer
from bitdeps.sandbox.documents import repository_document
from bitdeps.sandbox.paging import paged
from bitdeps.sandbox.people import app_user, user_document, workspace_access, workspace_document
from bitdeps.sandbox.problems import NO_WORKSPACE, ApiError, not_found, removed, unauthorized
from bitdeps.sandbox.revisions import find_repository


def get_repository(call: Call) -> Answer:
    """Answer one repository."""
    return json_answer(repository_document(call, find_repository(call)))


def list_repositories(call: Call) -> Answer:
    """Answer the repositories of a workspace that the caller may see."""
    slug = call.state.store.workspace(call.params["workspace"])
    if slug is None:
        raise not_found(f"No workspace with identifier '{call.params['workspace']}'.")
    visible = [held for held in call.state.store.repositories(slug) if call.principal.may_read(held)]
    query, order = call.argument("q"), call.argument("sort")
    if not query and not order:
        return json_answer(paged(call, visible, lambda held: repository_document(call, held)))
    documents = [repository_document(call, held) for held in visible]
    if query:
        documents = list(filter(parse_query(query), documents))
    if order:
        documents = sort_documents(documents, order)
    return json_answer(paged(call, documents, lambda document: document))


def get_workspace(call: Call) -> Answer:
    """Answer one workspace; members only."""
    slug = call.state.store.workspace(call.params["workspace"])
    if slug is None:
        raise not_found(f"No workspace with identifier '{call.params['workspace']}'.")
    if not call.principal.is_known:
        raise unauthorized()
    if not any(name.split("/")[0] == slug for name in call.principal.access):
        raise ApiError(403, NO_WORKSPACE)
    return json_answer(workspace_document(call.base, call.state.world, slug))


def get_user(call: Call) -> Answer:
    """Answer the account that the credential acts as."""
    if not call.principal.is_known:
        raise unauthorized()
    if call.principal.user:
        return json_answer(user_document(call.base, call.principal.user))
    return json_answer(app_user(call.base, call.principal.name))


def list_user_workspaces(call: Call) -> Answer:
    """Answer the workspaces of the caller (CHANGE-3022)."""
    if not call.principal.is_known:
        raise unauthorized()
    roles = {name.split("/")[0]: role for name, role in sorted(call.principal.access.items())}
    documents = [
        workspace_access(call.base, slug, administrator=role == "admin") for slug, role in sorted(roles.items())
    ]
    return json_answer(paged(call, documents, lambda document: document))


def list_downloads(call: Call) -> Answer:
    """Answer the uploaded files, of which there are none; a workspace on the Free plan cannot have any."""
    repository = find_repository(call)
    if call.state.world.workspace(repository.workspace).plan == "free":
        raise ApiError(402, "Downloads are not available on the Free plan.")
    return json_answer(paged(call, [], lambda document: document))


def gone(call: Call) -> Answer:  # noqa: ARG001 (every endpoint takes the call)
    """Refuse an endpoint that CHANGE-2770 removed."""
    raise removed()
