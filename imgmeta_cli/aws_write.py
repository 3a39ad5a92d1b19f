"""AWS, write: the few things that Terraform cannot own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from imgmeta_cli.aws import translated
from imgmeta_cli.errors import ImgmetaError

if TYPE_CHECKING:
    from boto3 import Session


def empty_bucket(session: Session, bucket: str, *, report: Callable[[int], None]) -> int:
    """Delete every object and version in `bucket`; return how many. A bucket that is gone is 0.

    `report` hears the count so far, after each thousand. Raises ImgmetaError for a refusal.
    """
    count = 0
    with translated():
        s3 = session.client("s3")
        try:
            pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket))
        except s3.exceptions.NoSuchBucket:
            return 0
        for page in pages:
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            keys = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if not keys:
                continue
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})  # type: ignore[typeddict-item]
            _refuse_leftovers(bucket, answer.get("Errors", []))
            count += len(keys)
            report(count)
    return count


def _refuse_leftovers(bucket: str, errors: Sequence[object]) -> None:
    if errors:
        raise ImgmetaError(
            f"{len(errors)} objects in the bucket {bucket} cannot be deleted: {errors[0]}",
            "see who owns them or locks them, then run destroy again",
        )
