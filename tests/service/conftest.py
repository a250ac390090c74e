"""What all tests of services share: what a function does is held against its role on AWS."""

from tests.reading_files import files_read_here
from tests.rights import within_its_role

__all__ = ["files_read_here", "within_its_role"]
