"""Renewing a kept sign-in: one process at a time, and what comes back is saved before it is used.

Refresh tokens rotate, and one that was used dies within minutes (BITBUCKET.md section 3). So a
process that waited for the lock looks first whether another one was faster.
"""

from bitdeps.auth.record import SignIn
from bitdeps.auth.store import Store
from bitdeps.config.settings import Settings
from bitdeps.errors import AuthError


def renew_sign_in(settings: Settings, store: Store, stale: SignIn) -> SignIn:
    """Return the sign-in with a token that is not `stale`'s.

    Nothing is ever deleted here: what is stored may be what another machine just wrote.

    Raises:
        AuthError: the service ended the sign-in, or it was removed meanwhile.
        NetworkError: the service cannot be reached.
        LocalError: the lock is held for too long, or the store cannot be written.
    """
    from bitdeps.auth.grants import refresh

    with store.lock():
        current = store.find(stale.serves)
        if current is None:
            raise AuthError(f"the sign-in of {stale.source} was removed meanwhile", hint="run `deps auth login`")
        if current.secret != stale.secret:
            return current
        if current.consumer is None or current.refresh is None:
            raise AuthError(f"the sign-in of {stale.source} cannot be renewed", hint="run `deps auth login` again")
        fresh = current.renewed(refresh(settings, current.consumer, current.refresh))
        store.put(fresh)
        return fresh
