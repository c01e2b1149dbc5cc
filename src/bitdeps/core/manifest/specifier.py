"""Version specifiers (PEP 440) without `packaging`, which takes longer to import than a no-op install.

- A specifier set is a comma-separated list of `OPERATOR VERSION`; `===` is refused, since it
  compares texts.
- Its normal form has no spaces, each version in normal form and without trailing zeros (except
  after `~=` and before `.*`, where they mean something), no doubles, and is sorted. Two spellings
  of one specifier have one normal form.

Source: https://packaging.python.org/en/latest/specifications/version-specifiers/
"""

import re
from collections.abc import Callable
from operator import ge, gt, le, lt

from bitdeps.core.names import shown

_VERSION = (
    r"v?(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9]+(?:\.[0-9]+)*)"
    r"(?P<wildcard>\.\*)?"
    r"(?:[._-]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[._-]?(?P<pre_number>[0-9]*))?"
    r"(?:-(?P<post_implied>[0-9]+)|[._-]?(?P<post>post|rev|r)[._-]?(?P<post_number>[0-9]*))?"
    r"(?:[._-]?(?P<dev>dev)[._-]?(?P<dev_number>[0-9]*))?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?"
)
_SPECIFIER = re.compile(r"(?P<operator>~=|==|!=|<=|>=|<|>)\s*" + _VERSION, re.ASCII | re.IGNORECASE)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)
_SHORTHAND = re.compile(r"(?P<mark>\^|~>?|=)?\s*v?(?P<release>[0-9]+(?:\.[0-9]+){0,3})", re.ASCII)
_PRE = {"alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "c": "rc"}
_ORDERINGS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
# Numbers of more digits than this would not be read by int() (sys.set_int_max_str_digits).
_LONGEST = 1000


def normal_specifier(text: str) -> str | None:
    """Return the normal form of a specifier set, or None where `specifier_problem` has a reason."""
    matches = [_SPECIFIER.fullmatch(part) for part in _parts(text)]
    if not matches or len(text) > _LONGEST:
        return None
    normal = set()
    for match in matches:
        if match is None or not _is_allowed(match):
            return None
        normal.add(match["operator"] + _normal_version(match))
    return ",".join(sorted(normal))


def specifier_problem(text: str) -> str | None:
    """Say why a text is no specifier set, and what to write instead, or return None."""
    if normal_specifier(text) is not None:
        return None
    if not _parts(text):
        return "is empty; write `>=0` for any version"
    if len(text) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    if "===" in text:
        return "must not use `===`, which compares texts; write `==`"
    short = _SHORTHAND.fullmatch(text.strip())
    advice = f"; write {_longhand(short)}" if short is not None else ", such as `>=1.2,<2`"
    return f"expected a version specifier (PEP 440), found {shown(text)}{advice}"


def fits(version: str, specifier: str) -> bool:
    """Tell whether a version, pre-release or not, is one that a specifier set (normal form) allows."""
    parts = [(part, _SPECIFIER.fullmatch(part)) for part in _parts(specifier)]
    if _PLAIN.fullmatch(version) and all(match and _is_plain(match) for _, match in parts):
        return all(match is not None and _allows(match, version) for _, match in parts)
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_allowed(match: re.Match[str]) -> bool:
    """Apply what PEP 440 says about single operators."""
    operator, local, wildcard = match["operator"], match["local"], match["wildcard"]
    suffix = any(match[name] is not None for name in ("pre", "post_implied", "post", "dev", "local"))
    if operator not in ("==", "!=") and (wildcard or local):
        return False
    if wildcard and suffix:
        return False
    return operator != "~=" or "." in match["release"]


def _number(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _normal_version(match: re.Match[str]) -> str:
    release = [_number(part) for part in match["release"].split(".")]
    while match["operator"] != "~=" and not match["wildcard"] and len(release) > 1 and release[-1] == "0":
        release.pop()
    epoch = _number(match["epoch"] or "0")
    text = (f"{epoch}!" if epoch != "0" else "") + ".".join(release)
    if match["pre"] is not None:
        text += _PRE.get(match["pre"].lower(), match["pre"].lower()) + _number(match["pre_number"])
    if match["post_implied"] is not None or match["post"] is not None:
        text += f".post{_number(match['post_implied'] or match['post_number'])}"
    if match["dev"] is not None:
        text += f".dev{_number(match['dev_number'])}"
    if match["local"] is not None:
        segments = re.split(r"[._-]", match["local"].lower())
        text += "+" + ".".join(_number(part) if part.isdigit() else part for part in segments)
    return text + (match["wildcard"] or "")


def _longhand(short: re.Match[str]) -> str:
    """Return in PEP 440 what other package managers write as `1.2`, `=1.2`, `^1.2` or `~1.2`."""
    release = [_number(part) for part in short["release"].split(".")]
    text = ".".join(release)
    if short["mark"] == "^":
        kept = next((index for index, part in enumerate(release) if part != "0"), len(release) - 1)
    elif short["mark"] in ("~", "~>"):
        kept = min(1, len(release) - 1)
    else:
        return f"`=={text}` for exactly this version, or `tag` for exactly this tag"
    limit = ".".join([*release[:kept], str(int(release[kept]) + 1)])
    return f"`>={text},<{limit}`"


def _is_plain(match: re.Match[str]) -> bool:
    return _PLAIN.fullmatch(match.group(0).lstrip("~=!<> ").removesuffix(".*")) is not None


def _allows(match: re.Match[str], version: str) -> bool:
    """Compare a release with a specifier of a release: no epoch, pre-, post-, dev release, local part."""
    operator = match["operator"]
    found, asked = _release(version), _release(match["release"])
    if operator == "~=":
        prefix = match["release"].count(".")
        return found >= asked and _padded(found, prefix) == _padded(asked, prefix)
    if operator in ("==", "!="):
        length = match["release"].count(".") + 1
        same = _padded(found, length) == _padded(asked, length) if match["wildcard"] else found == asked
        return same is (operator == "==")
    return _ORDERINGS[operator](found, asked)


def _release(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _padded(release: tuple[int, ...], length: int) -> tuple[int, ...]:
    return (release + (0,) * length)[:length]
