"""Partial answers: the `fields` parameter (OpenAPI narrative, "Partial responses")."""

from typing import Any

Tree = dict[str, Any]


def select_fields(document: Any, text: str | None) -> Any:  # noqa: ANN401 (JSON in, JSON out)
    """Apply a `fields` parameter: plain names keep only those, `-name` drops, `+name` adds."""
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    plain = [name for name in names if name[0] not in "+-"]
    dropped = [name[1:] for name in names if name[0] == "-"]
    added = [name[1:] for name in names if name[0] == "+"]
    result = _keep(document, _tree(plain)) if plain and "*" not in plain else document
    if dropped:
        result = _drop(result, _tree(dropped))
    return _merge(result, _keep(document, _tree(added))) if added else result


def _tree(names: list[str]) -> Tree:
    root: Tree = {}
    for name in names:
        node = root
        for part in name.split("."):
            node = node.setdefault(part, {})
    return root


def _keep(value: Any, tree: Tree) -> Any:  # noqa: ANN401
    if not tree or value is None:
        return value
    if isinstance(value, list):
        return [_keep(item, tree) for item in value]
    if not isinstance(value, dict):
        return {}
    kept = {key: _keep(item, _deeper(key, tree)) for key, item in value.items() if _named(key, tree)}
    return {key: item for key, item in kept.items() if item != {} or value[key] == {}}


def _drop(value: Any, tree: Tree) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_drop(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, item in value.items():
        if not _named(key, tree):
            result[key] = item
        elif deeper := _deeper(key, tree):
            result[key] = _drop(item, deeper)
    return result


def _deeper(key: str, tree: Tree) -> Tree:
    found: Tree = tree[key] if key in tree else tree.get("*", {})
    return found


def _named(key: str, tree: Tree) -> bool:
    return key in tree or "*" in tree


def _merge(left: Any, right: Any) -> Any:  # noqa: ANN401
    if isinstance(left, dict) and isinstance(right, dict):
        return {key: _merge(left.get(key), right[key]) if key in right else left[key] for key in {**left, **right}}
    if isinstance(left, list) and isinstance(right, list):
        return [_merge(a, b) for a, b in zip(left, right, strict=True)]
    return left if right is None else right
