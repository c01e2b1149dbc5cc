"""What a git server said that cannot be used."""


class GitAnswerError(Exception):
    """The answer breaks the protocol; the text says how. Whoever asked makes a `DepsError` of it."""


class OtherHashError(GitAnswerError):
    """What was listed are ids of 64 hex digits: the repository uses SHA-256."""


class NotServedError(Exception):
    """The server does not give this object in this way; another way may do. The text is its reason."""
