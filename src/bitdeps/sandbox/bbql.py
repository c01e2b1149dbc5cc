"""The query language of `q` and the order of `sort` (OpenAPI narrative, "Filter and sort API objects")."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bitdeps.sandbox.problems import ApiError

Document = dict[str, Any]
Test = Callable[[Document], bool]
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<date>\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<operator>!=|!~|>=|<=|=|~|>|<|\(|\)|,)
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    )""",
    re.VERBOSE,
)
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
}
DEEPEST = 50
_CONSTANTS = {"null": None, "true": True, "false": False}


def _problem() -> ApiError:
    return ApiError(400, "Invalid query")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if not match or match.lastgroup is None:
            raise _problem()
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens: OR, then AND, then one comparison."""

    def __init__(self, tokens: list[tuple[str, str]], refused: frozenset[str]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0
        self._refused = refused

    def parse(self) -> Test:
        test = self._any()
        if self._position != len(self._tokens):
            raise _problem()
        return test

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._position += 1
        return token

    def _word(self, word: str) -> bool:
        kind, text = self._peek()
        if kind in {"word", "operator"} and text.upper() == word:
            self._position += 1
            return True
        return False

    def _any(self) -> Test:
        tests = [self._all()]
        while self._word("OR"):
            tests.append(self._all())
        return lambda document: any(test(document) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._word("AND"):
            tests.append(self._one())
        return lambda document: all(test(document) for test in tests)

    def _one(self) -> Test:
        if self._word("("):
            return self._group()
        kind, name = self._next()
        if kind != "word" or name.split(".")[0] in self._refused:
            raise _problem()
        negated = self._word("NOT")
        if self._word("IN"):
            values = self._list()
            return lambda document: (value_at(document, name) in values) != negated
        operator = self._next()[1]
        return _comparison(name, operator, self._value()) if not negated else self._fail()

    def _group(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _problem()
        test = self._any()
        if not self._word(")"):
            raise _problem()
        self._depth -= 1
        return test

    def _fail(self) -> Test:
        raise _problem()

    def _list(self) -> list[Any]:
        if not self._word("("):
            raise _problem()
        values = [self._value()]
        while self._word(","):
            values.append(self._value())
        if not self._word(")"):
            raise _problem()
        return values

    def _value(self) -> Any:  # noqa: ANN401 (text, number, date, boolean or None)
        kind, text = self._next()
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return float(text)
        if kind == "date":
            return _moment(text)
        if kind == "word" and text.lower() in _CONSTANTS:
            return _CONSTANTS[text.lower()]
        raise _problem()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _problem() from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _comparison(name: str, operator: str, value: Any) -> Test:  # noqa: ANN401
    if operator in {"=", "!="}:
        return lambda document: (_like(value_at(document, name), value) == value) == (operator == "=")
    if operator in {"~", "!~"} and isinstance(value, str):
        return lambda document: (value.lower() in str(value_at(document, name) or "").lower()) == (operator == "~")
    if operator in _ORDERED and value is not None:
        return lambda document: _is_ordered(_like(value_at(document, name), value), operator, value)
    raise _problem()


def _is_ordered(left: Any, operator: str, right: Any) -> bool:  # noqa: ANN401
    return type(left) is type(right) and _ORDERED[operator](left, right)


def _like(found: Any, value: Any) -> Any:  # noqa: ANN401
    """Read a date or a number of the document as what the query compares it with."""
    if isinstance(value, datetime) and isinstance(found, str):
        return _moment(found)
    if isinstance(value, float) and isinstance(found, int) and not isinstance(found, bool):
        return float(found)
    return found


def value_at(document: Document, name: str) -> Any:  # noqa: ANN401
    """Give the value at a dotted path, None where nothing is."""
    value: Any = document
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def parse_query(text: str, *, refused: frozenset[str] = frozenset()) -> Test:
    """Compile a `q`; fields in `refused` cannot be asked for.

    Raises:
        ApiError: 400 for anything that is no query.
    """
    return _Parser(_tokens(text), refused).parse()


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Order text with its numbers as numbers: 1.1, 1.2, 1.10."""
    return tuple(
        (0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in re.split(r"([0-9]+)", text) if part
    )


def sort_documents(documents: list[Document], text: str, *, refused: frozenset[str] = frozenset()) -> list[Document]:
    """Order by one field, `-` before it for descending; `name` naturally; absent values first.

    Raises:
        ApiError: 400 for a field that cannot be sorted by.
    """
    name = text.removeprefix("-")
    if (
        not name
        or name.split(".")[0] in refused
        or not any(value_at(item, name) is not None for item in documents or [{}])
    ):
        if documents:
            raise ApiError(400, "Invalid sort field")
        return documents
    return sorted(documents, key=lambda item: _sort_key(name, value_at(item, name)), reverse=text.startswith("-"))


def _sort_key(name: str, value: Any) -> tuple[int, Any]:  # noqa: ANN401
    if value is None:
        return (0, 0)
    if isinstance(value, str) and name in {"name", "slug"}:
        return (1, natural_key(value))
    return (1, value if isinstance(value, str | int | float) else str(value))
