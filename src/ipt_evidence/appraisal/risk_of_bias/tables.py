"""From the table of judgements to one row for each assessment, and for each trial that nobody assessed."""

import json
from collections.abc import Iterable, Iterator

import pandas as pd

from ipt_evidence.appraisal.overrides import Override, override_of
from ipt_evidence.appraisal.risk_of_bias.assessments import ROB1_ITEMS, UNKNOWN, judge
from ipt_evidence.appraisal.risk_of_bias.overruling import Overruled, overrule
from ipt_evidence.appraisal.risk_of_bias.shares import trial_overall
from ipt_evidence.extraction import rob2
from ipt_evidence.grouping import grouped
from ipt_evidence.words.labels import capital, words

RISK_COLUMNS = [
    "trial_id", "tool", "instrument", *rob2.DOMAINS, *ROB1_ITEMS,
    "algorithm", "entered", "overall", "basis", "counts", "departures", "note", "inputs",
]  # fmt: skip


def assess(judgements: pd.DataFrame, overrides: pd.DataFrame | None = None) -> dict[str, Overruled]:
    """Judge every assessed trial, and those a person judged without a tool.

    Parameters
    ----------
    judgements : DataFrame
        ``risk_of_bias.csv``: ``trial_id``, ``tool`` (RoB1 or RoB2), ``instrument``, ``domain``, ``judgement``.
    overrides : DataFrame, optional
        ``overrides.csv``; only its rows on risk of bias are used.

    Returns
    -------
    dict of str to Overruled
        By trial, in the order of their identifiers.
    """
    said: dict[tuple[str, str, str], dict[str, str]] = {}
    instruments = judgements["instrument"].fillna("")
    of_result = zip(judgements["trial_id"], judgements["tool"], instruments, strict=True)
    for result, domain, judgement in zip(of_result, judgements["domain"], judgements["judgement"], strict=True):
        said.setdefault(result, {})[str(domain)] = judgement
    found = grouped((result[0], judge(*result, said[result])) for result in sorted(said))
    by_trial = _by_trial(overrides)
    return {
        trial: overrule(trial, found.get(trial, []), by_trial.get(trial, {})) for trial in sorted({*found, *by_trial})
    }


def _by_trial(overrides: pd.DataFrame | None) -> dict[str, dict[str, Override]]:
    """Sort the overrides of risk of bias by trial and domain."""
    found: dict[str, dict[str, Override]] = {}
    for row in [] if overrides is None else overrides.to_dict("records"):
        if row["subject"] == "risk_of_bias":
            found.setdefault(row["trial_id"], {})[row["domain"]] = override_of(row)
    return found


def risk_table(assessed: dict[str, Overruled], trials: Iterable[str] = ()) -> pd.DataFrame:
    """Lay assessments out, one a row.

    Parameters
    ----------
    assessed : dict of str to Overruled
        From :func:`assess`.
    trials : iterable of str
        All trials; those nobody assessed get a row that says so.

    Returns
    -------
    DataFrame
        ``trial_id``, ``tool``, ``instrument``, a column per domain of RoB 2 and item of RoB 1 (empty where not of the
        tool), what ``algorithm`` and assessors (``entered``) give overall, the ``overall`` judgement that holds, its
        ``basis``, whether it ``counts`` (RoB 1 does not where RoB 2 judged the same to the end), ``departures`` (what
        does not follow the algorithm, by name), ``note``, and the ``inputs`` that an override would have to name, as
        JSON.
    """
    unknown: dict[str, object] = dict.fromkeys(("overall", "algorithm", "entered"), UNKNOWN)
    unknown |= {"basis": "none", "counts": True, "inputs": "{}"}
    rows = [row for one in assessed.values() for row in _rows(one)]
    rows += [{"trial_id": trial, **unknown} for trial in sorted(set(trials) - assessed.keys())]
    table = pd.DataFrame(rows, columns=RISK_COLUMNS, dtype=object)
    return table.sort_values("trial_id", kind="stable", ignore_index=True)


def _rows(one: Overruled) -> Iterator[dict[str, object]]:
    by_rob2 = {found.instrument for found in one.assessments if found.tool == "RoB2" and found.overall.final != UNKNOWN}
    for found in one.assessments:
        everything = [*found.domains, found.overall]
        notes = [f"{capital(words(judgement.domain))}: {judgement.note}" for judgement in everything if judgement.note]
        yield {
            **{judgement.domain: judgement.final for judgement in found.domains},
            "trial_id": found.trial_id,
            "tool": found.tool or None,
            "instrument": found.instrument or None,
            **{name: getattr(found.overall, name) for name in ("algorithm", "entered", "basis")},
            "overall": found.overall.final,
            "counts": found.tool != "RoB1" or by_rob2.isdisjoint({"", found.instrument}),
            "departures": " ".join(judgement.domain for judgement in everything if judgement.departs) or None,
            "note": " ".join(notes) or None,
            "inputs": json.dumps(one.inputs, sort_keys=True),
        }


def trial_risk(judgements: pd.DataFrame, overrides: pd.DataFrame | None = None) -> pd.Series:
    """Judge each assessed trial as a whole: one of ``LEVELS``, but not unknown.

    Parameters
    ----------
    judgements, overrides : DataFrame
        As in :func:`assess`.

    Returns
    -------
    Series of str, indexed by trial_id
        Trials without judgements are absent: unknown is not low. A trial assessed for several outcome measures gets
        its least favourable result.
    """
    return trial_overall(risk_table(assess(judgements, overrides)))
