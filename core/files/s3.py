"""Files in a bucket that speaks S3: ``s3://bucket/prefix?endpoint=https://...&region=...``.

Credentials come from the environment as boto3 reads them (``AWS_ACCESS_KEY_ID`` ...), never from the address. The
bytes are sealed before they leave this machine. Needs the extra ``remit[s3]``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from core.base.errors import DomainError
from core.base.text import catalogue
from core.contracts.files import StoreFailed

_ = catalogue("files")
R = TypeVar("R")

#: Seconds to connect and between two answers, and how often a request is sent in all.
CONNECT, ANSWER, ATTEMPTS = 5, 20, 3
#: Larger files go in parts of this size.
PART_SIZE = 16 << 20


class S3Store:
    """A prefix of a bucket."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if not parts.netloc or set(query) - {"endpoint", "region"}:
            raise DomainError(
                "file.store", _("Write the file store as s3://bucket/prefix?endpoint=https://host&region=name.")
            )
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/") + "/" if parts.path.strip("/") else ""
        self._client = _client(query.get("endpoint"), query.get("region"))

    def keep(self, staged: Path, name: str) -> None:
        """Upload it; an object appears once all of it has arrived."""
        from boto3.s3.transfer import TransferConfig

        config = TransferConfig(multipart_threshold=PART_SIZE, multipart_chunksize=PART_SIZE, use_threads=False)
        _answered(lambda: self._client.upload_file(str(staged), self.bucket, self.prefix + name, Config=config))
        staged.unlink(missing_ok=True)

    def read(self, name: str, start: int = 0) -> BinaryIO:
        """The object from a position on."""
        wanted = {"Range": f"bytes={start}-"} if start else {}
        found = _answered(lambda: self._client.get_object(Bucket=self.bucket, Key=self.prefix + name, **wanted))
        return cast(BinaryIO, _Body(found["Body"]))

    def delete(self, name: str) -> None:
        """Remove it."""
        _answered(lambda: self._client.delete_object(Bucket=self.bucket, Key=self.prefix + name))

    def names(self) -> Iterator[tuple[str, datetime]]:
        """All objects below the prefix."""
        for page in self._pages("list_objects_v2"):
            for found in page.get("Contents", ()):
                yield found["Key"].removeprefix(self.prefix), found["LastModified"]

    def sweep(self, before: datetime) -> int:
        """Give up uploads in parts that nobody will finish."""
        doomed = [
            one for page in self._pages("list_multipart_uploads") for one in page.get("Uploads", ())
            if one["Initiated"] < before
        ]
        for one in doomed:
            _answered(
                lambda one=one: self._client.abort_multipart_upload(  # type: ignore[misc]
                    Bucket=self.bucket, Key=one["Key"], UploadId=one["UploadId"]
                )
            )
        return len(doomed)

    def _pages(self, operation: str) -> Iterator[Any]:
        pages = iter(self._client.get_paginator(operation).paginate(Bucket=self.bucket, Prefix=self.prefix))
        while (page := _answered(lambda: next(pages, None))) is not None:
            yield page


class _Body:
    """The body of an answer as a stream, its failures told as those of a disk."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end."""
        found: bytes = _answered(lambda: self._body.read(None if size < 0 else size))
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._body.close()

    def __enter__(self) -> _Body:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _client(endpoint: str | None, region: str | None) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise DomainError(
            "file.store", _("Files in S3 need a package that is not installed: pip install \"remit[s3]\".")
        ) from None
    return boto3.session.Session().client(
        "s3", endpoint_url=endpoint, region_name=region or os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        config=Config(
            connect_timeout=CONNECT, read_timeout=ANSWER, retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
        ),
    )


def _answered(ask: Callable[[], R]) -> R:
    """Ask, and tell whatever goes wrong as an ``OSError``; no message carries an address or a key."""
    import boto3.exceptions
    from botocore import exceptions as told
    from urllib3 import exceptions as below

    try:
        return ask()
    except told.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ("NoSuchKey", "404"):
            raise FileNotFoundError(code) from None
        raise StoreFailed(f"S3 answered {code}") from error
    except (told.BotoCoreError, boto3.exceptions.Boto3Error, below.HTTPError) as error:
        raise StoreFailed(f"S3 failed: {type(error).__name__}") from error
