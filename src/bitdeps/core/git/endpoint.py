"""Whether an answer of a git endpoint can be used, means that there is none, or is a failure of the moment."""

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.bitbucket.body import is_html
from bitdeps.core.bitbucket.failures import OK, failure, unreadable, web_page
from bitdeps.core.messages import Response

ADVERTISEMENT = "application/x-git-upload-pack-advertisement"
_CLIENT, _SERVER = 400, 500
_FOR_THE_MOMENT = frozenset({408, 425, 429})


def absence(response: Response, asked: Asked) -> str | None:
    """Return why there is no git endpoint for us, or None where the answer is a success.

    Raises:
        DepsError: where the failure says nothing about that: 5xx, too many requests, a web page.

    """
    if response.status == OK:
        return None
    if _CLIENT <= response.status < _SERVER and response.status not in _FOR_THE_MOMENT:
        sent = f"{asked.credential}" if asked.credential else "no credential"
        return f"`{asked.host}` answers git with status {response.status} ({sent} was sent)"
    raise failure(response, asked)


def speaks_smart(response: Response, asked: Asked) -> bool:
    """Tell whether a success comes from git's own service.

    Raises:
        ServiceError: a web page came instead, from a proxy or the sign-in of a network.

    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == ADVERTISEMENT:
        return True
    if is_html(response):
        raise web_page(asked)
    if not response.body:
        raise unreadable(asked, "it is empty")
    return False
