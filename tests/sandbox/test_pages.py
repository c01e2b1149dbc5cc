"""What lies beside the API: the sandbox lists every address and status there too, and gives exactly those."""

from collections.abc import Iterator

import httpx

from support.repos import Repo
from support.sandbox import Sandbox

Seen = tuple[str, int]
ARCHIVE = "/{workspace}/{repo_slug}/get/{revision}.{suffix}"
GIT = "/{workspace}/{repo_slug}.git/{info/refs,git-upload-pack,git-receive-pack}"
MEDIA = "/_media/{kind}/{signature}/{name}"
TOKEN, AUTHORIZE = "/site/oauth2/access_token", "/site/oauth2/authorize"


def archives(sandbox: Sandbox, http: httpx.Client, repo: Repo, secret: Repo) -> Iterator[Seen]:
    narrow = sandbox.oauth_token(sandbox.consumer("narrow", scopes=["account"]))
    path = f"/{repo.full_name}/get/v1"
    yield ARCHIVE, http.get(f"{path}.tar.gz").status_code
    yield ARCHIVE, http.get(f"/{secret.full_name}/get/v1.tar.gz").status_code
    yield ARCHIVE, http.get(f"{path}.tgz").status_code
    yield ARCHIVE, http.get(f"{path}.tar.gz", headers={"Authorization": f"Bearer {narrow}"}).status_code
    yield ARCHIVE, http.get(f"{path}9.tar.gz").status_code
    known = {"Authorization": f"Bearer {sandbox.oauth_token(sandbox.consumer())}"}
    yield ARCHIVE, http.get(f"/{sandbox.workspace}/none/get/v1.tar.gz", headers=known).status_code
    sandbox.switch(archive_origin="other")
    place = http.get(f"{path}.tar.gz").headers["Location"]
    yield MEDIA, http.get(place).status_code
    yield MEDIA, http.get(place, auth=("a", "b")).status_code
    yield MEDIA, http.get("/_media/lfs/x").status_code
    sandbox.switch(archive_refusal="unauthorized")
    yield ARCHIVE, http.get(f"/{secret.full_name}/get/v1.tar.gz").status_code
    sandbox.limits(anonymous=0)
    yield ARCHIVE, http.get(f"{path}.tar.gz").status_code
    yield GIT, http.get(f"/{repo.full_name}.git/info/refs?service=git-upload-pack").status_code
    sandbox.switch(rate_limits=False)


def git(sandbox: Sandbox, http: httpx.Client, repo: Repo, secret: Repo) -> Iterator[Seen]:
    sandbox.user()
    sandbox.add({"users": {"bob": {"access": {}, "app-password": "old"}}})
    token = sandbox.api_token()
    reader = sandbox.access_token(repo.full_name, scopes=["repository:write"])
    narrow = sandbox.access_token(secret.full_name, scopes=["pipeline"])
    asked: list[tuple[str, str, tuple[str, str] | None]] = [
        (repo.full_name, "git-upload-pack", None),
        (secret.full_name, "git-upload-pack", None),
        (repo.full_name, "git-receive-pack", None),
        (secret.full_name, "git-upload-pack", ("bob", "old")),
        (f"{sandbox.workspace}/none", "git-upload-pack", ("ada", token.token)),
        (secret.full_name, "git-upload-pack", ("x-token-auth", narrow)),
        (f"{sandbox.workspace}-other/kit", "git-receive-pack", ("x-token-auth", reader)),
    ]
    sandbox.repository("kit", {"a": "b"}, workspace=f"{sandbox.workspace}-other")
    for name, service, auth in asked:
        yield GIT, http.get(f"/{name}.git/info/refs?service={service}", auth=auth).status_code
    # What no git sends: the wrong method, the wrong type.
    yield GIT, http.get(f"/{repo.full_name}.git/git-upload-pack").status_code
    yield GIT, http.post(f"/{repo.full_name}.git/git-upload-pack", content=b"x").status_code


def oauth(sandbox: Sandbox, http: httpx.Client) -> Iterator[Seen]:
    sandbox.user()
    consumer, bare = sandbox.consumer(), sandbox.consumer("bare", callback="")
    auth = (consumer.key, consumer.secret)
    yield TOKEN, http.post(TOKEN, data={"grant_type": "client_credentials"}, auth=auth).status_code
    body = {"grant_type": "client_credentials", "client_id": consumer.key, "client_secret": consumer.secret}
    yield TOKEN, http.post(TOKEN, data=body).status_code
    yield TOKEN, http.post(TOKEN, data={"grant_type": "password"}, auth=auth).status_code
    yield TOKEN, http.post(TOKEN, headers={"Authorization": "Basic ?"}).status_code
    yield TOKEN, http.get(TOKEN).status_code
    query = {"client_id": consumer.key, "response_type": "code"}
    yield AUTHORIZE, http.get(AUTHORIZE, params=query).status_code
    yield AUTHORIZE, http.post(AUTHORIZE, params=query, data={"decision": "grant", "user": "ada"}).status_code
    yield AUTHORIZE, http.post(AUTHORIZE, params=query, data={"decision": "maybe"}).status_code
    yield AUTHORIZE, http.get(AUTHORIZE, params={"client_id": "nobody"}).status_code
    yield AUTHORIZE, http.get(AUTHORIZE, params={**query, "client_id": bare.key}).status_code


def test_every_listed_status_and_no_other(sandbox: Sandbox, http: httpx.Client) -> None:
    repo = sandbox.repository("kit", {"a": "b"}, tags=["v1"])
    secret = sandbox.repository("secret", {"a": "b"}, tags=["v1"], private=True)
    seen = {*archives(sandbox, http, repo, secret), *git(sandbox, http, repo, secret), *oauth(sandbox, http)}
    seen.add(("/account/signin/", http.get("/account/signin/?next=x").status_code))
    seen |= {("/{anything}", http.get(path).status_code) for path in ("/nothing", "/a/b/c", "/")}
    listed = {(row["path"], status) for row in sandbox.server.control("GET", "pages") for status in row["statuses"]}
    assert seen == listed
