"""Which columns of a raw table name a row of another: for the checks and for the codebook alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key.

    Attributes
    ----------
    table : str
        The table that refers.
    columns : tuple of str
        Its columns; a row in which the last one is empty refers to nothing.
    target : str
        The table referred to.
    keys : tuple of str
        The columns of the target, in the same order.
    """

    table: str
    columns: tuple[str, ...]
    target: str
    keys: tuple[str, ...]


TRIAL_LINKS = tuple(
    Link(table, ("trial_id",), "trials", ("trial_id",))
    for table in ("arms", "outcomes", "contrasts", "risk_of_bias", "doubts", "overrides")
)
ARM_LINKS = tuple(
    Link(table, ("trial_id", column), "arms", ("trial_id", "arm_id"))
    for table, column in (
        ("outcomes", "arm_id"),
        ("contrasts", "arm1_id"),
        ("contrasts", "arm2_id"),
        ("doubts", "arm_id"),
    )
)
SOURCE_LINKS = tuple(
    Link(table, ("source_id",), "sources", ("source_id",))
    for table in ("outcomes", "contrasts", "risk_of_bias", "corrections")
)
LINKS = TRIAL_LINKS + ARM_LINKS + SOURCE_LINKS
