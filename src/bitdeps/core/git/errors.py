"""What a git server said that cannot be used."""


class GitAnswerError(Exception):
    """The answer breaks the protocol; the text says how. Whoever asked makes a `DepsError` of it."""


class NotServedError(Exception):
    """The server does not give this object in this way; another way may do. The text is its reason."""
