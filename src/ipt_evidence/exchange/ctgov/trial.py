"""What a registry record says of its trial."""

from ipt_evidence.exchange.ctgov.arms import Arms
from ipt_evidence.exchange.ctgov.baseline import take_baseline
from ipt_evidence.exchange.ctgov.tree import Node
from ipt_evidence.exchange.ctgov.words import kind
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy.words import COUNTRIES

AGES = {
    ("ADULT",): "adults",
    ("ADULT", "OLDER_ADULT"): "adults",
    ("CHILD",): "children_adolescents",
    ("OLDER_ADULT",): "older_adults",
}


def take_trial(study: Node, trial: str, line: int, arms: Arms, ledger: Ledger) -> None:
    """Take the trial of a record, and ask what the record leaves open."""
    protocol, results = study.at("protocolSection"), study.at("resultsSection")
    named = protocol.at("identificationModule")
    short, title = named.at("acronym").text, named.at("briefTitle").text
    ages = tuple(sorted(map(kind, protocol.at("eligibilityModule", "stdAges").texts())))
    age, women = take_baseline(results.at("baselineCharacteristicsModule"), trial, line, ledger)
    posted = protocol.at("statusModule", "resultsFirstPostDateStruct", "date").text
    countries, unknown = _countries(protocol)
    reports = [
        f"PMID {pmid}"
        for each in protocol.at("referencesModule", "references")
        if kind(each.at("type").text) in ("RESULT", "DERIVED") and (pmid := each.at("pmid").text)
    ]
    notes = {
        "Title": title,
        "Reports": ", ".join(reports),
        "Countries in the record": ", ".join(unknown),
        "Ages in the record": "" if ages in AGES else ", ".join(ages),
    }
    whole_trial = arms.started and sum(map(int, arms.started.values()))
    cells = {
        **{"trial_id": trial, "label": f"{short} ({trial.upper()})" if short else trial.upper()},
        **{"year": posted[:4], "population": AGES.get(ages, ""), "country": ";".join(countries)},
        "diagnosis": "; ".join(protocol.at("conditionsModule", "conditions").texts()),
        **{"n_randomised": str(whole_trial or ""), "mean_age": age, "percent_women": women},
        **{"citekey": trial, "notes": " | ".join(f"{name}: {said}" for name, said in notes.items() if said)},
    }
    ledger.take("trials", line, cells)
    ledger.ask(line, f"{trial}: year", f"{posted[:4] or 'empty'}: the year results were posted; write that of a report")


def _countries(protocol: Node) -> tuple[list[str], list[str]]:
    """Return codes of the countries of a trial, and the names of those whose code is not known here."""
    places = protocol.at("contactsLocationsModule", "locations")
    named = list(dict.fromkeys(name for place in places if (name := place.at("country").text)))
    known = list(dict.fromkeys(COUNTRIES[name.lower()] for name in named if name.lower() in COUNTRIES))
    unknown = [name for name in named if name.lower() not in COUNTRIES]
    # A list without one of its countries would be wrong, not short.
    return ([], named) if unknown else (known, [])
