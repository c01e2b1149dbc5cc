"""What goes wrong: a bad seed file, and the errors that the API answers."""

from typing import Any

# Wording and status of each body: shared/BITBUCKET.md section 1.5 and data/bitbucket/responses/captured-errors.json.
HIDDEN_REPOSITORY = (
    "You may not have access to this repository or it no longer exists in this workspace. If you think this "
    "repository exists and you have access, make sure you are authenticated."
)
NO_WORKSPACE = "You do not have access to this workspace."
BAD_TOKEN = "Token is invalid, expired, or not supported for this endpoint."  # noqa: S105 (a message)
EXPIRED_TOKEN = "Access token expired. Use your refresh token to obtain a new access token."  # noqa: S105 (a message)
MISSING_SCOPE = "Your credentials lack one or more required privilege scopes."
NO_SUCH_URL = (
    "There is no API hosted at this URL.\n\nFor information about our API's, please refer to the documentation at: "
    "https://developer.atlassian.com/bitbucket/api/2/reference/"
)
RATE_LIMIT = "Rate limit for this resource has been exceeded"
REMOVED = "CHANGE-2770 - Functionality has been deprecated"
_ANNOUNCEMENT = {"announcement_url": "https://developer.atlassian.com/cloud/bitbucket/changelog#CHANGE-2770"}


class SeedError(Exception):
    """A seed file, a fault or a switch is wrong; the text says where and why."""


class ApiError(Exception):
    """An error answer of the API: status, JSON body and extra headers."""

    def __init__(self, status: int, message: str, **more: Any) -> None:  # noqa: ANN401 (JSON values)
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {"type": "error", "error": {"message": message, **more}}


def not_found(message: str, **more: Any) -> ApiError:  # noqa: ANN401 (JSON values)
    """Give a 404."""
    return ApiError(404, message, **more)


def no_such_url() -> ApiError:
    """Give the 404 of a path that is no endpoint."""
    return not_found("Resource not found", detail=NO_SUCH_URL)


def unauthorized(message: str = BAD_TOKEN) -> ApiError:
    """Give a 401."""
    error = ApiError(401, message)
    error.headers["WWW-Authenticate"] = "BitbucketCustom realm=Bitbucket.org HTTP"
    return error


def missing_scope(required: tuple[str, ...], granted: tuple[str, ...]) -> ApiError:
    """Give the 403 whose `detail` is an object."""
    return ApiError(403, MISSING_SCOPE, detail={"required": list(required), "granted": list(granted)})


def removed() -> ApiError:
    """Give the 410 of an endpoint that CHANGE-2770 removed."""
    detail = "Please read the changelog entry for more details."
    error = ApiError(410, REMOVED, detail=detail, data=dict(_ANNOUNCEMENT))
    error.body["data"] = dict(_ANNOUNCEMENT)
    return error
