"""What the search takes from the manifests and the catalog: each fact is one clause."""

from dataclasses import dataclass

from bitdeps.core.names import Identity
from bitdeps.core.requirement import Demand
from bitdeps.core.resolver.candidates import Accepted
from bitdeps.core.resolver.model import RootDemand


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RootRequires:
    """The root manifest requires something."""

    root: RootDemand
    accepted: Accepted | None
    """None where an override decides what is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requires:
    """Some candidates of an identity require something."""

    variable: int
    values: int
    demand: Demand
    accepted: Accepted | None
    """None where an override decides what is accepted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overridden:
    """The root's override decides what is accepted of an identity."""

    identity: Identity
    accepted: Accepted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Barred:
    """Some candidates of an identity have a manifest that cannot be used."""

    variable: int
    values: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneVersion:
    """An identity with and without its dependencies is one commit."""

    identity: Identity


Fact = RootRequires | Requires | Overridden | Barred | OneVersion
