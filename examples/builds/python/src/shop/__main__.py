"""Print an order as JSON, with sorted keys."""

from json_lite import dumps

print(dumps({"total": 1200, "id": "o1"}))
