"""What a file is, judged by its content, whatever its name and its sender say."""

from signet.uploads.content.found import Bounds as Bounds
from signet.uploads.content.found import Clean as Clean
from signet.uploads.content.found import Kind as Kind
from signet.uploads.content.found import Reason as Reason
from signet.uploads.content.found import Unfit as Unfit
