"""What all tests of services share: what a function does is held against its role on AWS."""

from tests.rights import within_its_role

__all__ = ["within_its_role"]
