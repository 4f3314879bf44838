"""How large the sample is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Counts from which everything else follows; a quota of the full sample is multiplied by `scale`."""

    name: str
    homes: int
    companies: int
    cases: int
    scale: float

    def quota(self, of_the_full_sample: int, least: int = 1) -> int:
        """A planted count at this size."""
        return max(least, round(of_the_full_sample * self.scale))


FULL = Size(name="full", homes=22_400, companies=1_250, cases=12_000, scale=1.0)
TINY = Size(name="tiny", homes=104, companies=8, cases=84, scale=0.005)
SIZES = {size.name: size for size in (FULL, TINY)}
SEED = 20_261_030
