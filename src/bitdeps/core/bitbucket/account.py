"""Who a credential belongs to, as far as it may ask."""

from dataclasses import dataclass

from bitdeps.core.bitbucket.body import explain, load_json, printable, text_at
from bitdeps.core.bitbucket.clock import clock_note
from bitdeps.core.messages import Request, Response

_OK = 200
_REFUSED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the service says about the owner of a credential; unknown things are None or empty."""

    accepted: bool
    """False where the service does not know the credential at all."""
    name: str | None = None
    scopes: tuple[str, ...] = ()
    """What the credential may do, where the answer lists it."""
    said: str = ""
    """Why the question was not answered."""
    clock: str = ""
    """What is wrong with the clock of this machine, if anything."""


def account_request(api: str) -> Request:
    """Ask who the credential belongs to; one without the scope `account` gets 403, which proves it too."""
    return Request(method="GET", url=f"{api}/user?fields=display_name,nickname,username", endpoint="api")


def read_account(response: Response) -> Account:
    """Read the answer, whatever it is."""
    if response.status == _OK:
        data = load_json(response.body)
        name = text_at(data, "display_name") or text_at(data, "nickname") or text_at(data, "username")
        return Account(accepted=True, name=printable(name) if name else None)
    told = explain(response)
    accepted = response.status != _REFUSED
    return Account(accepted=accepted, scopes=told.granted, said=told.message, clock=clock_note(response))
