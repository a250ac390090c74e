"""The size of the demonstration's sample register, and which sample is loaded."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

DEFAULT_MEMBERS = 1000
DEFAULT_SEED = 1
# Permits for a register of the default size, and how they grow: 400 for 18,000 members.
BASE_PERMITS = 82
PERMIT_GROWTH = 0.548


@dataclass(frozen=True)
class Sample:
    """The size and seed of the generated records, and whether all of them are in the register."""

    members: int
    permits: int
    seed: int
    imported: bool = False

    @classmethod
    def wanted(cls, members: int | None, permits: int | None, seed: int | None) -> "Sample":
        """Return the requested sample; what wasn't given takes its default."""
        many = DEFAULT_MEMBERS if members is None else members
        return cls(
            members=many,
            permits=permits_for(many) if permits is None else permits,
            seed=DEFAULT_SEED if seed is None else seed,
        )

    @classmethod
    def read(cls, file: Path) -> "Sample | None":
        """Return the sample that an earlier run loaded, or began to load; None without one."""
        try:
            return cls(**json.loads(file.read_text()))
        except FileNotFoundError:
            return None

    def write(self, file: Path) -> None:
        """Save this for later runs."""
        unfinished = file.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(self)) + "\n")
        unfinished.replace(file)

    def difference(self, members: int | None, permits: int | None, seed: int | None) -> str:
        """Return a note on how the request differs from this; empty when it doesn't."""
        asked = {"members": members, "permits": permits, "seed": seed}
        wishes = [
            f"{name} {value}"
            for name, value in asked.items()
            if value is not None and value != getattr(self, name)
        ]
        if not wishes:
            return ""
        return (
            f"Asked for {', '.join(wishes)}; the register was made with members {self.members}, "
            f"permits {self.permits}, seed {self.seed}, and is kept.\n"
            "To start anew, losing what is in it: make clean-demo, then this again."
        )


def permits_for(members: int) -> int:
    """Return how many permits suit a register of this many members."""
    growth: float = (members / DEFAULT_MEMBERS) ** PERMIT_GROWTH
    return max(1, round(BASE_PERMITS * growth))
