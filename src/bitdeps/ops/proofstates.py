"""How far each package of a lock is proved, for `deps tree --proof` and `deps doctor`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bitdeps.core.lockfile.model import Lockfile, Proof
from bitdeps.core.names import Identity

MEANINGS: Mapping[Proof | None, str] = {
    "commit": "the commit names this tree, and the archive is that tree",
    "export": "the archive is what git makes of the commit",
    "none": "no git endpoint could tell",
    None: "not attempted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofState:
    """One package: what the lock says, in a word and in a sentence."""

    identity: Identity
    name: str
    proof: Proof | None
    meaning: str

    @property
    def word(self) -> str:
        """`commit`, `export`, `none` or `not attempted`."""
        return self.proof or self.meaning


def proof_states(lockfile: Lockfile) -> Iterator[ProofState]:
    """Yield the state of each package, sorted by identity; nothing is read or asked."""
    for identity, package in lockfile.packages.items():
        yield ProofState(identity=identity, name=package.name, proof=package.proof, meaning=MEANINGS[package.proof])
