"""Codes of the code systems that FHIR R5 binds the elements of Evidence to."""

from typing import Any

SYSTEMS = {
    "role": "http://terminology.hl7.org/CodeSystem/variable-role",
    "synthesis": "http://terminology.hl7.org/CodeSystem/synthesis-type",
    "statistic": "http://terminology.hl7.org/CodeSystem/statistic-type",
    "attribute": "http://terminology.hl7.org/CodeSystem/attribute-estimate-type",
    "certainty": "http://hl7.org/fhir/certainty-type",
    "rating": "http://hl7.org/fhir/certainty-rating",
}
"""Addresses of the systems, as the value sets of version 5.0.0 name them."""

DISPLAYS = {
    "role": {
        **{name: name for name in ("population", "exposure")},
        **{"referenceExposure": "reference exposure", "measuredVariable": "measured variable"},
    },
    "synthesis": {"std-MA": "summary data meta-analysis", "NotApplicable": "not applicable"},
    "statistic": {
        "0000100": "Standardized Mean Difference",
        "0000457": "Mean Difference",
        "C16932": "Odds Ratio",
        "C93152": "Relative Risk",
        "C93150": "Hazard Ratio",
        "0000424": "Risk Difference",
    },
    "attribute": {
        "0000419": "Cochran's Q statistic",
        "C53324": "Confidence interval",
        "0000455": "Credible interval",
        "0000420": "I-squared",
        "C44185": "P-value",
        "0000421": "Tau squared",
    },
    "certainty": {
        "Overall": "Overall certainty",
        "RiskOfBias": "Risk of bias",
        "Inconsistency": "Inconsistency",
        "Indirectness": "Indirectness",
        "Imprecision": "Imprecision",
        "PublicationBias": "Publication bias",
    },
    "rating": {
        **{"high": "High quality", "moderate": "Moderate quality", "low": "Low quality"},
        **{"very-low": "Very low quality", "no-concern": "no serious concern", "serious-concern": "serious concern"},
        **{"very-serious-concern": "very serious concern", "extremely-serious-concern": "extremely serious concern"},
    },
}
"""Codes in use, by system, with what the system calls them."""

MEASURES = {"SMD": "0000100", "MD": "0000457", "logOR": "C16932", "logRR": "C93152", "logHR": "C93150", "RD": "0000424"}
DOMAINS = {
    "risk_of_bias": "RiskOfBias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "PublicationBias",
}
CONCERNS = {0: "no-concern", -1: "serious-concern", -2: "very-serious-concern", -3: "extremely-serious-concern"}
"""Codes of our measures, of the domains of GRADE, and of the levels they take away."""


def concept(system: str, code: str) -> dict[str, Any]:
    """Return a CodeableConcept with one coding.

    Raises
    ------
    KeyError
        If the code is not in use.
    """
    return {"coding": [{"system": SYSTEMS[system], "code": code, "display": DISPLAYS[system][code]}]}
