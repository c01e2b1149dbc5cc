"""What a question was about, so that an error can say it."""

from dataclasses import dataclass

from bitdeps.core.bitbucket.address import parse_address
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential, variable_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The repository, the address that was asked, and the credential that was sent."""

    repository: RepoName
    url: str
    credential: Credential | None = None

    @property
    def host(self) -> str:
        """The host that was asked, for messages."""
        address = parse_address(self.url)
        return address.shown if address else "the service"

    @property
    def variable(self) -> str:
        """The variable whose credential would serve this repository alone with its workspace."""
        return variable_for("BITBUCKET_ACCESS_TOKEN", self.repository.workspace)
