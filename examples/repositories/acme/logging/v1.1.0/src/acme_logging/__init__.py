"""Log records as lines of JSON."""

from acme_logging.logger import Logger

__all__ = ["Logger"]
