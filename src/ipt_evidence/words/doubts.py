"""How many of the known doubts the checks find, in a sentence."""

from collections.abc import Sequence

from ipt_evidence.words.numbers import count, counted


def share_found(seen: Sequence[str]) -> str:
    """Say how many of the doubts the checks find.

    Parameters
    ----------
    seen : sequence of {"figures", "texts", "reader"}
        Per doubt: whether a check finds it in the figures, in what extractors wrote beside them, or not at all.
    """
    figures, texts, readers = (seen.count(word) for word in ("figures", "texts", "reader"))
    return (
        f"Of {counted(len(seen), 'doubt')} that extractors noted, the checks point at {count(figures + texts)}: "
        f"{count(figures)} from the figures, {count(texts)} from what is written beside them; "
        f"{count(readers)} {'needs' if readers == 1 else 'need'} a reader."
    )
