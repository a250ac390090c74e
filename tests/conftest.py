"""What all tests share: the real local database, empty for each test that asks for it."""

from tests.local_database import dynamodb, empty_database

__all__ = ["dynamodb", "empty_database"]
