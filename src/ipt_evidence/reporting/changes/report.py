"""What changed between two states of a review: causes, what moved, and which cause moved it."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.changes.causes import Cause, apply, causes_of, together
from ipt_evidence.reporting.changes.inputs import differences
from ipt_evidence.reporting.changes.moved import Moved, Place, moved_between, said_in
from ipt_evidence.reporting.changes.remaking import remake
from ipt_evidence.reporting.changes.states import State, runs_now
from ipt_evidence.reporting.review import Review, review_in

Said = Mapping[Place, tuple[str, ...]]

CODE = "program"
"""Kind of the cause that the program is another."""

SHOWN = 3

MOST = 8
"""More causes than so many are tried kind by kind, not one by one."""

INPUTS = ("config", "data/raw")


@dataclass(frozen=True, slots=True)
class Explained:
    """Something that moved, with what moved it.

    Attributes
    ----------
    moved : Moved
        What moved.
    by : tuple of str
        The titles of its causes.
    how : str
        ``only``: the one cause there is; ``alone``: each of them by itself gives what is said now; ``together``: they
        move it, and none of them alone to what is said now; ``untried``: any of them could be it.
    """

    moved: Moved
    by: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two states of a review.

    Attributes
    ----------
    old, new : str
        What people call the two states.
    causes : tuple of Cause
        What came, went or changed.
    moved : tuple of Explained
        What is said otherwise now.
    notes : tuple of str
        What could not be told, or only in part.
    """

    old: str
    new: str
    causes: tuple[Cause, ...]
    moved: tuple[Explained, ...]
    notes: tuple[str, ...]


def compare(old: State, new: State, *, tell: Callable[[str], None] | None = None) -> Changes:
    """Say what changed between two states of a review, and what moved which answer.

    Where several things changed, the tables of the older state are made again with one of them at a time.

    Parameters
    ----------
    old, new : State
        The two states.
    tell : callable, optional
        Told what is being tried. Without it nothing is tried: of several causes any could have moved an answer.

    Raises
    ------
    EvidenceError
        If the inputs of a state are not sound, or its tables have a form that the present program does not read.
    """
    causes = (*causes_of(differences(old.folder, new.folder)), *_code(old, new))
    before, after = review_in(old.folder), review_in(new.folder)
    moved, notes = _moved(before, after, old, new), list(_unrecorded(old, new))
    if moved and len(causes) > 1 and tell is not None:
        explained, more = _tried(causes, moved, old, new.folder, said_in(before), said_in(after), tell)
        return Changes(old.name, new.name, causes, explained, (*notes, *more))
    if moved and not causes:
        notes.append("Nothing that we compare changed, and yet answers moved: the tables were not made alike.")
    if moved and len(causes) > 1:
        notes.append("Which of the changes moved what was not tried here: ipt-evidence changes tries each by itself.")
    how, by = "only" if len(causes) == 1 else "untried", tuple(cause.title for cause in causes)
    return Changes(old.name, new.name, causes, tuple(Explained(one, by, how) for one in moved), tuple(notes))


def _moved(before: Review, after: Review, old: State, new: State) -> tuple[Moved, ...]:
    """Hold two reviews against each other; what an earlier or later program made may have another form."""
    try:
        return moved_between(before, after)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        others = [state.name for state in (old, new) if not runs_now(state)]
        if not others:
            raise
        raise EvidenceError(
            f"{' and '.join(others)}: made by another program, whose tables have a form that this one does not read "
            f"({type(fault).__name__}: {fault}). Compare states of one program, or from a later commit on"
        ) from fault


def _code(old: State, new: State) -> tuple[Cause, ...]:
    if old.code is None or new.code is None or old.code == new.code:
        return ()
    files = sorted(path for path in {*old.code, *new.code} if old.code.get(path) != new.code.get(path))
    more = f" and {len(files) - SHOWN} more files" if len(files) > SHOWN else ""
    return (Cause(CODE, f"({', '.join(files[:SHOWN])}{more})", "changed", ()),)


def _unrecorded(old: State, new: State) -> tuple[str, ...]:
    names = [state.name for state in (old, new) if state.code is None]
    if not names:
        return ()
    return (f"Which program made the tables of {' and of '.join(names)} is not recorded: it is taken to be the same.",)


def _tried(
    causes: tuple[Cause, ...],
    moved: Sequence[Moved],
    old: State,
    new: Path,
    before: Said,
    after: Said,
    tell: Callable[[str], None],
) -> tuple[tuple[Explained, ...], tuple[str, ...]]:
    """Try each cause by itself and hold what is then said against what was, and what is said now."""
    tried, notes = causes, []
    if len(causes) > MOST:
        tried = together(causes)
        notes.append(f"{len(causes)} changes are too many to try each: they were tried kind by kind.")
    with TemporaryDirectory(prefix="ipt-evidence-") as folder:
        base, said = old.folder, dict[str, Said]()
        code = [cause for cause in tried if cause.kind == CODE]
        if code or not (old.folder / "data/processed/studies").is_dir():
            tell("the older state by the present program")
            base = _copied(old.folder, Path(folder) / "base")
            remake(base)
        start = said_in(review_in(base)) if code else before
        said |= {cause.title: _differing(start, before) for cause in code}
        for number, cause in enumerate(one for one in tried if one.kind != CODE):
            tell(cause.title)
            variant = _copied(base, Path(folder) / str(number))
            apply([cause], variant)
            try:
                remake(variant, base, new)
            except EvidenceError:
                notes.append(f"{cause.title} cannot stand without the other changes: it was not tried by itself.")
                continue
            said[cause.title] = _differing(said_in(review_in(variant)), start)
            shutil.rmtree(variant)
    titles = tuple(cause.title for cause in tried)
    return tuple(_explained(one, said, after, titles) for one in moved), tuple(notes)


def _copied(folder: Path, to: Path) -> Path:
    for part in INPUTS:
        shutil.copytree(folder / part, to / part)
    return to


def _differing(said: Said, other: Said) -> Said:
    return {place: said.get(place, ()) for place in {*said, *other} if said.get(place, ()) != other.get(place, ())}


def _explained(moved: Moved, said: Mapping[str, Said], after: Said, titles: tuple[str, ...]) -> Explained:
    moving = [title for title in titles if moved.place in said.get(title, {})]
    alone = [title for title in moving if said[title][moved.place] == after.get(moved.place, ())]
    if alone and (len(alone) == len(moving)):
        return Explained(moved, tuple(alone), "alone")
    if len(moving) > 1:
        return Explained(moved, tuple(moving), "together")
    # What moves nothing at all by itself is left out, unless one alone would be left.
    likely = tuple(title for title in titles if said.get(title, True))
    return Explained(moved, likely if len(likely) > 1 else titles, "together")
