"""The file store's driver without its vendor's table of regions signs as with it, for a region of any name."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config

from services.runtime.files.objects import Objects, ObjectsSettings
from services.runtime.tls import TlsSettings

URL, KEY = "http://127.0.0.1:1", "a-secret-key"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "local", "garage"])
def test_a_region_of_any_name_is_signed_for(region: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    settings = ObjectsSettings(URL, region, "files", "me", tmp_path / "key", TlsSettings(plaintext=True))
    asked: dict[str, Any] = {"Params": {"Bucket": "files", "Key": "one"}, "ExpiresIn": 60}
    ours = Objects(settings)._client.generate_presigned_url("get_object", **asked)
    theirs = boto3.client(
        "s3", endpoint_url=URL, region_name=region, aws_access_key_id="me", aws_secret_access_key=KEY,
        config=Config(s3={"addressing_style": "path"}, signature_version="s3v4"),
    ).generate_presigned_url("get_object", **asked)  # fmt: skip
    assert _signed(ours) == _signed(theirs)
    assert f"/{region}/s3/aws4_request" in _signed(ours)[1]


def _signed(url: str) -> tuple[str, str]:
    """Where it leads, and with whose key for which region it is signed; the signature itself is of a second."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qs(parts.query)["X-Amz-Credential"][0]
