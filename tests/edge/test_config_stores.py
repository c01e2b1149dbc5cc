"""Where an object store may be reached without encryption."""

from pathlib import Path

import pytest

from bitdeps.config.environment import read_settings
from bitdeps.config.settings import Settings


@pytest.mark.parametrize(
    ("environment", "allowed"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9000"}, True),
        ({"AWS_ENDPOINT_URL": "https://s3.example"}, True),
        ({"AWS_ENDPOINT_URL": "http://s3.example"}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9000", "AWS_ENDPOINT_URL_S3": "http://s3.example"}, False),
        ({}, False),
    ],
)
def test_plain_http_to_an_object_store_stays_on_this_machine(
    tmp_path: Path, environment: dict[str, str], *, allowed: bool
) -> None:
    assert _settings(tmp_path, AWS_ALLOW_HTTP="true", **environment).allow_http is allowed
    assert _settings(tmp_path, AWS_ALLOW_HTTP="0", **environment).allow_http is False


def _settings(home: Path, **environment: str) -> Settings:
    return read_settings({"HOME": str(home), **environment}, project_dir=str(home))
