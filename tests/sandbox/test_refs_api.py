"""Tags and branches: single and listed, pages, `q`, `sort`, `fields`, names with everything in them."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from support.repos import Repo
from support.sandbox import Sandbox

ODD = [
    "release/2024#1",
    "100%-ok",
    "v1.0+b.2",
    "grün/1",
    "rev1",
    "@scope/pkg@1.0.3",
    'special-";><&#_=@!%|.,/test',
    "a/b/c/d",
]


@pytest.fixture
def kit(sandbox: Sandbox) -> Repo:
    repo = sandbox.repository("kit", {"a": "1\n"})
    for name in ("v1.1", "v1.2", "v1.10", "v2.0"):
        repo.tag(name, repo.commit({"a": name}))
    repo.tag("noted", repo.git("rev-parse", "v1.2"), message="A note\n")
    repo.branch("feature/x", repo.git("rev-parse", "v1.1"))
    return repo


def listed(http: httpx.Client, repo: Repo, **query: str) -> Any:  # noqa: ANN401 (JSON)
    return http.get(f"/2.0/repositories/{repo.full_name}/refs/tags", params=query).json()


def names(http: httpx.Client, repo: Repo, **query: str) -> list[str]:
    return [row["name"] for row in listed(http, repo, **query)["values"]]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_odd_names(http: httpx.Client, kit: Repo, name: str, slash: str) -> None:
    """Both spellings of a slash work below refs/, and the API's own link to itself leads back."""
    commit = kit.git("rev-parse", "v1.1")
    kit.tag(name, commit)
    path = f"/2.0/repositories/{kit.full_name}/refs/tags/{quote(name, safe='').replace('%2F', slash)}"
    tag = http.get(path).json()
    assert (tag["name"], tag["target"]["hash"]) == (name, commit)
    assert http.get(tag["links"]["self"]["href"]).json() == tag
    assert "%2F" not in tag["links"]["self"]["href"]


@pytest.mark.parametrize(
    "where", ["commit/feature/x", "commit/feature%2Fx", "src/feature%2Fx/a", "commits/feature%2Fx"]
)
def test_slash_names_are_no_revisions(http: httpx.Client, kit: Repo, where: str) -> None:
    """Outside refs/ they are not found, however they are written (BCLOUD-20223)."""
    assert http.get(f"/2.0/repositories/{kit.full_name}/{where}").status_code == 404
    assert http.get(f"/2.0/repositories/{kit.full_name}/refs/branches/feature%2Fx").status_code == 200


def test_annotated_and_lightweight(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """Both name the commit; a lightweight tag has nothing else."""
    api = f"/2.0/repositories/{kit.full_name}/refs/tags"
    noted, light = http.get(f"{api}/noted").json(), http.get(f"{api}/v1.2").json()
    assert noted["target"]["hash"] == light["target"]["hash"] == kit.git("rev-parse", "noted^{commit}")
    assert kit.git("rev-parse", "noted") not in str(noted)
    assert (noted["message"], noted["date"]) == ("A note\n", "2024-01-01T00:00:00+00:00")
    assert noted["tagger"]["raw"] == "Sandbox <sandbox@example.com>"
    assert (light["message"], light["date"], light["tagger"]) == (None, None, None)
    sandbox.switch(lightweight_fields="absent")
    assert {"message", "date", "tagger"} & set(http.get(f"{api}/v1.2").json()) == set()


def test_a_tag_of_a_tag_and_a_tag_of_a_tree(http: httpx.Client, kit: Repo) -> None:
    """The first is peeled to its commit; the second is no tag of a commit and is not shown."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    kit.git(*identity, "tag", "-a", "-m", "outer", "outer", "noted")
    kit.git("tag", "tree", "v1.1^{tree}")
    outer = http.get(f"/2.0/repositories/{kit.full_name}/refs/tags/outer").json()
    assert (outer["target"]["hash"], outer["message"]) == (kit.git("rev-parse", "v1.2"), "outer\n")
    assert http.get(f"/2.0/repositories/{kit.full_name}/refs/tags/tree").status_code == 404


def test_default_order_and_natural_order(http: httpx.Client, kit: Repo) -> None:
    """As `git tag --list` by default; `sort=name` takes numbers as numbers."""
    assert names(http, kit) == kit.git("tag", "--list").splitlines() == ["noted", "v1.1", "v1.10", "v1.2", "v2.0"]
    assert names(http, kit, sort="name") == ["noted", "v1.1", "v1.2", "v1.10", "v2.0"]
    assert names(http, kit, sort="-name") == ["v2.0", "v1.10", "v1.2", "v1.1", "noted"]
    assert names(http, kit, sort="-target.date")[:2] == ["v2.0", "v1.10"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('name = "v1.1"', ["v1.1"]),
        ('name ~ "V1.1"', ["v1.1", "v1.10"]),
        ('name !~ "v1"', ["noted", "v2.0"]),
        ('name IN ("v1.1", "v2.0")', ["v1.1", "v2.0"]),
        ('name NOT IN ("v1.1", "v2.0") AND name != "noted"', ["v1.10", "v1.2"]),
        ('(name = "v1.1" OR name = "v2.0") AND name ~ "2"', ["v2.0"]),
        ('name = "v1.1" or name = "v2.0" and name ~ "nothing"', ["v1.1"]),
        ("target.date > 2024-01-03", ["v1.10", "v2.0"]),
        ("target.date <= 2024-01-03T00:00:00+00:00", ["noted", "v1.1", "v1.2"]),
        ("target.parents = null", []),
        ('target.message = "Change\\n" AND type = "tag"', []),
    ],
)
def test_queries(http: httpx.Client, kit: Repo, query: str, expected: list[str]) -> None:
    assert names(http, kit, q=query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "name",
        'name = "x',
        "name = ",
        'name ~ "a" extra',
        "name IN 3",
        'name NOT "a"',
        "date > 2024-01-01",
        '(name = "a"',
        "name > null",
        "target.date > 2024-99-99",
        "name IN ()",
        "name ~ 3",
    ],
)
def test_what_is_no_query(http: httpx.Client, kit: Repo, query: str) -> None:
    """Among them the tag's own date, which cannot be asked for (BCLOUD-21802)."""
    response = http.get(f"/2.0/repositories/{kit.full_name}/refs/tags", params={"q": query})
    assert (response.status_code, response.json()) == (400, {"type": "error", "error": {"message": "Invalid query"}})


def test_pages_are_followed_not_built(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    """`next` is opaque, absolute, keeps the other parameters and is absent on the last page."""
    page = listed(http, kit, pagelen="2", sort="name")
    seen, addresses = [], []
    while True:
        seen += [row["name"] for row in page["values"]]
        if "next" not in page:
            break
        addresses.append(page["next"])
        page = http.get(page["next"]).json()
    assert seen == ["noted", "v1.1", "v1.2", "v1.10", "v2.0"]
    assert all(
        address.startswith(f"{sandbox.api_url}/repositories/") and "sort=name" in address for address in addresses
    )
    assert not any("page=2&" in f"{address}&" for address in addresses)
    built = http.get(f"/2.0/repositories/{kit.full_name}/refs/tags?pagelen=2&page=2")
    assert (built.status_code, built.json()["error"]["message"]) == (404, "Invalid page")
    assert "size" not in listed(http, kit)


def test_numbered_pages_when_the_switch_says_so(sandbox: Sandbox, http: httpx.Client, kit: Repo) -> None:
    sandbox.switch(paging="numbered")
    page = listed(http, kit, pagelen="2")
    assert (page["page"], page["size"]) == (1, 5)
    assert page["next"].endswith("?pagelen=2&page=2")
    assert names(http, kit, pagelen="2", page="3") == ["v2.0"]


@pytest.mark.parametrize(("pagelen", "status"), [("100", 200), ("101", 400), ("0", 400), ("x", 400), ("-1", 400)])
def test_page_lengths(http: httpx.Client, kit: Repo, pagelen: str, status: int) -> None:
    assert http.get(f"/2.0/repositories/{kit.full_name}/refs/tags?pagelen={pagelen}").status_code == status


def test_ten_to_a_page_by_default(http: httpx.Client, kit: Repo) -> None:
    for number in range(12):
        kit.tag(f"n{number}", kit.git("rev-parse", "v1.1"))
    assert len(listed(http, kit)["values"]) == 10


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("values.name,values.target.hash", {"values": [{"name": "noted", "target": {"hash": "HASH"}}]}),
        ("values.name,next", {"values": [{"name": "noted"}], "next": "NEXT"}),
        ("pagelen", {"pagelen": 1}),
        ("-values,-next,-page", {"pagelen": 1}),
        ("-*,+pagelen", {"pagelen": 1}),
        ("values.links.*.href,-values.links.self", {"values": [{"links": "LINKS"}]}),
        ("nothing", {}),
    ],
)
def test_fields(http: httpx.Client, kit: Repo, fields: str, expected: dict[str, Any]) -> None:
    """Only what is asked for; who leaves out `next` never sees another page."""
    full = listed(http, kit, pagelen="1")
    found = listed(http, kit, pagelen="1", fields=fields)
    row = full["values"][0]
    links = {key: held for key, held in row["links"].items() if key != "self"}
    marks = {"HASH": row["target"]["hash"], "LINKS": links}
    filled = _filled(expected, marks)
    if "next" in filled:
        filled["next"] = found["next"]
    assert found == filled


def _filled(value: Any, marks: dict[str, Any]) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return {key: _filled(held, marks) for key, held in value.items()}
    if isinstance(value, list):
        return [_filled(held, marks) for held in value]
    return marks.get(value, value) if isinstance(value, str) else value


def test_a_new_ref_is_seen_at_once(http: httpx.Client, kit: Repo) -> None:
    """However it came: a loose ref, a packed one, a moved one, a removed one."""
    api = f"/2.0/repositories/{kit.full_name}/refs/tags/fresh"
    first, second = kit.git("rev-parse", "v1.1"), kit.git("rev-parse", "v1.2")
    assert http.get(api).status_code == 404
    kit.git("update-ref", "refs/tags/fresh", first)
    assert http.get(api).json()["target"]["hash"] == first
    kit.git("pack-refs", "--all")
    kit.git("update-ref", "refs/tags/fresh", second)
    assert http.get(api).json()["target"]["hash"] == second
    kit.git("update-ref", "-d", "refs/tags/fresh")
    assert http.get(api).status_code == 404
