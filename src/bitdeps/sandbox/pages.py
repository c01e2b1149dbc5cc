"""Every path beside the API, and every status that the sandbox can give there; the OpenAPI description has none."""

from collections.abc import Callable
from dataclasses import dataclass

from bitdeps.sandbox.authorize import AUTHORIZE, answer_authorize
from bitdeps.sandbox.call import Answer, Call, text_answer
from bitdeps.sandbox.oauth import TOKEN, answer_token
from bitdeps.sandbox.site import SIGN_IN, answer_archive, answer_media, answer_sign_in, is_archive, is_media


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of address: `path` as a template, `fits` decides for an encoded path."""

    path: str
    fits: Callable[[str], bool]
    answer: Callable[[Call], Answer]
    statuses: tuple[int, ...]


def _nothing(call: Call) -> Answer:  # noqa: ARG001 (every page takes the call)
    return text_answer("Not found", 404)


PAGES: tuple[Page, ...] = (
    Page(
        path="/{workspace}/{repo_slug}/get/{revision}.{suffix}",
        fits=is_archive,
        answer=answer_archive,
        statuses=(200, 302, 401, 403, 404, 429),
    ),
    Page(path="/_media/{kind}/{signature}/{name}", fits=is_media, answer=answer_media, statuses=(200, 400, 403)),
    Page(path=TOKEN, fits=lambda path: path == TOKEN, answer=answer_token, statuses=(200, 400, 401, 405)),
    Page(path=AUTHORIZE, fits=lambda path: path == AUTHORIZE, answer=answer_authorize, statuses=(200, 302, 400)),
    Page(path=SIGN_IN, fits=lambda path: path.startswith(SIGN_IN), answer=answer_sign_in, statuses=(200,)),
    Page(path="/{anything}", fits=lambda _: True, answer=_nothing, statuses=(404,)),
)


def answer_page(call: Call) -> Answer:
    """Answer what is neither API nor git.

    Raises:
        AssertionError: for a status that the table does not list, a defect of the sandbox.
    """
    page = next(page for page in PAGES if page.fits(call.path))
    answer = page.answer(call)
    if answer.status not in page.statuses:
        msg = f"{page.path} gave {answer.status}, which it does not list"
        raise AssertionError(msg)
    return answer
