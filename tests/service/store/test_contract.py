"""The contract over SQLite and S3; that over PostgreSQL is among the end-to-end tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.store.conftest import s3_kept, sqlite_kept
from tests.service.store.contract import ExpiryContract, Kept, RecordContract, StoreContract
from tests.service.store.samples import make_record


class TestSqlite(StoreContract, ExpiryContract):
    @pytest.fixture
    def kept(self, tmp_path: Path) -> Kept:
        return sqlite_kept(tmp_path / "imgmeta.db")


class TestS3(StoreContract):
    @pytest.fixture
    def kept(self, s3_environment: None) -> Kept:
        return s3_kept("a/b/")

    def test_expiry_is_left_to_the_bucket(self, kept: Kept) -> None:
        kept.store.record(make_record(), ())
        assert kept.store.expire(make_record(1).received_at) == 0
        assert len(kept.requests()) == 1


class TestS3WithoutPrefix(RecordContract):
    @pytest.fixture
    def kept(self, s3_environment: None) -> Kept:
        return s3_kept("")
