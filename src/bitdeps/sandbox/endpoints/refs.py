"""Tags and branches."""

from bitdeps.sandbox.bbql import parse_query, sort_documents
from bitdeps.sandbox.call import Answer, Call, json_answer
from bitdeps.sandbox.documents import ref_document
from bitdeps.sandbox.paging import paged
from bitdeps.sandbox.people import Document
from bitdeps.sandbox.problems import not_found
from bitdeps.sandbox.refs import Ref, RefKind
from bitdeps.sandbox.revisions import find_ref, find_repository
from bitdeps.sandbox.store import Repository

# The tag's own date can be neither sorted nor filtered (BCLOUD-21802).
_REFUSED = frozenset({"date", "tagger", "message"})


def _render(call: Call, repository: Repository, ref: Ref) -> Document:
    commit = call.state.store.objects.commit(repository.path, ref.commit)
    if commit is None:
        raise not_found(f"Commit not found: {ref.commit}", data={"shas": [ref.commit]})
    return ref_document(call, repository, ref, commit)


def _listing(call: Call, kinds: tuple[RefKind, ...]) -> Answer:
    repository = find_repository(call)
    table = call.state.store.table(repository)
    shown = [find_ref(call, repository, kind, name) for kind in kinds for name in table.of(kind)]
    refs = [ref for ref in shown if ref]
    call.state.store.objects.read(repository.path, [ref.commit for ref in refs])
    query, order = call.argument("q"), call.argument("sort")
    if not query and not order:
        return json_answer(paged(call, refs, lambda ref: _render(call, repository, ref)))
    refused = _REFUSED if "tag" in kinds else frozenset()
    documents = [_render(call, repository, ref) for ref in refs]
    if query:
        documents = list(filter(parse_query(query, refused=refused), documents))
    if order:
        documents = sort_documents(documents, order, refused=refused)
    return json_answer(paged(call, documents, lambda document: document))


def list_refs(call: Call) -> Answer:
    """Answer branches and tags."""
    return _listing(call, ("branch", "tag"))


def list_tags(call: Call) -> Answer:
    """Answer the tags."""
    return _listing(call, ("tag",))


def list_branches(call: Call) -> Answer:
    """Answer the branches."""
    return _listing(call, ("branch",))


def _single(call: Call, kind: RefKind) -> Answer:
    repository = find_repository(call)
    name = call.params["name"]
    ref = find_ref(call, repository, kind, name)
    if ref is None:
        raise not_found(f'{kind.capitalize()} "{name}" does not exist.')
    return json_answer(_render(call, repository, ref))


def get_tag(call: Call) -> Answer:
    """Answer one tag."""
    return _single(call, "tag")


def get_branch(call: Call) -> Answer:
    """Answer one branch."""
    return _single(call, "branch")
