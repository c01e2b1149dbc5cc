"""Run with `PYTHONPATH=src python -m unittest discover tests`."""

import unittest

from json_lite import JsonError, dumps, loads

VALUES = ["null", "true", "-1.5e3", "0", '""', '"\\u00fc\\ud83d\\ude00\\n"', "[]", "{}", '{"a":[1,{"b":[]}],"c":"d"}']
WRONG = ["", "01", "[1,]", "{,}", '{"a":1,"a":2}', '"\n"', "NaN", "1 2", "[" * 200 + "]" * 200]


class ReaderTest(unittest.TestCase):
    """What is read can be written again."""

    def test_values(self) -> None:
        """A value survives the way there and back."""
        for text in VALUES:
            self.assertEqual(loads(dumps(loads(text))), loads(text))

    def test_wrong_texts(self) -> None:
        """Each is refused."""
        for text in WRONG:
            with self.assertRaises(JsonError):
                loads(text)
