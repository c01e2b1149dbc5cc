"""Says in words why no versions fit together."""

from bitdeps.core.explain.derivation import Derivation
from bitdeps.core.explain.prose import explain

__all__ = ["Derivation", "explain"]
