"""Provider 3 and the default encryption that S3 gives every bucket since January 2023.

Provider 3 was written before it, takes it for a change that someone made, and plans for ever to
remove it. It is answered as S3 answered in its day; whoever else asks is answered as S3 does now.
"""

from __future__ import annotations

import re
from contextvars import ContextVar

from ..records import Answer, Module

_OLD_PROVIDER = re.compile(r"terraform-provider-aws/[123]\.")
_caller: ContextVar[str] = ContextVar("caller", default="")


def note_caller(headers: list[tuple[bytes, bytes]]) -> None:
    """Remember who asks, by the User-Agent of an ASGI request, for the rest of the request."""
    agent = next((value for name, value in headers if name.lower() == b"user-agent"), b"")
    _caller.set(agent.decode("latin-1"))


def correct(s3: Module) -> None:
    """Correct GetBucketEncryption for buckets that nothing was configured for."""
    get_original = s3._get_bucket_encryption

    def get_bucket_encryption(name: str) -> Answer:
        unset = name in s3._buckets and not s3._bucket_encryption.get(name)
        if unset and _OLD_PROVIDER.search(_caller.get()):
            code = "ServerSideEncryptionConfigurationNotFoundError"
            message = "The server side encryption configuration was not found"
            missing: Answer = s3._error(code, message, 404)
            return missing
        answer: Answer = get_original(name)
        return answer

    s3._get_bucket_encryption = get_bucket_encryption
