"""What all tests of services share: what a function does is held against its role on AWS."""

from tests.office import empty_tables, tables_made
from tests.reading_files import files_read_here
from tests.rights import within_its_role

__all__ = ["empty_tables", "files_read_here", "tables_made", "within_its_role"]
