"""Write ctgov.json: an invented trial in the shape of a study of ClinicalTrials.gov with posted results."""

import json
from pathlib import Path

TITLES = {"000": "Interpersonal Psychotherapy", "001": "Waiting List"}


def groups(letters, *more):
    return [{"id": f"{letters}{n}", "title": title, "description": "as given"} for n, title in TITLES.items()] + [*more]


def values(letters, *cells):
    return [{"groupId": f"{letters}00{n}", **cell} for n, cell in enumerate(cells)]


def sizes(*people):
    return [{"units": "Participants", "counts": values("OG", *({"value": str(each)} for each in people))}]


def one(*cells, title="", category=""):
    found = {"measurements": values("OG", *cells)} | ({"title": category} if category else {})
    return {"categories": [found]} | ({"title": title} if title else {})


def measure(title, frame, parameter, classes, *people, **more):
    return {
        **{"type": "PRIMARY", "title": title, "timeFrame": frame, "reportingStatus": "POSTED"},
        **{"paramType": parameter, "groups": groups("OG"), "denoms": sizes(*people), "classes": classes, **more},
    }


MEASURES = [
    measure(
        *("Beck Depression Inventory-II", "12 weeks", "MEAN"),
        [
            one({"value": "24.0", "spread": "7.5"}, {"value": "25.1", "spread": "7.0"}, title="Baseline"),
            one({"value": "12.4", "spread": "8.1"}, {"value": "18.9", "spread": "8.8"}, title="Week 12"),
        ],
        *(38, 37),
        description="Range 0 to 63. Higher scores mean a worse outcome.",
        dispersionType="Standard Deviation",
        unitOfMeasure="score on a scale",
        analyses=[{"statisticalMethod": "ANCOVA", "pValue": "0.003", "groupIds": ["OG000", "OG001"]}],
    ),
    measure(
        *("Change From Baseline in PHQ-9", "Baseline, 6 months", "LEAST_SQUARES_MEAN"),
        [one({"value": "-6.0", "spread": "0.9"}, {"value": "-2.5", "spread": "1"})],
        *(36, 36),
        dispersionType="Standard Error",
        unitOfMeasure="score on a scale",
    ),
    measure(
        *("Social functioning", "12 weeks", "MEAN"),
        [
            one(
                {"value": "50", "lowerLimit": "45", "upperLimit": "55"},
                {"value": "44", "lowerLimit": "40", "upperLimit": "48"},
            )
        ],
        *(25, 26),
        dispersionType="95% Confidence Interval",
        unitOfMeasure="score on a scale",
    ),
    measure(
        *("Remission", "12 weeks", "COUNT_OF_PARTICIPANTS"),
        [
            {
                "categories": [
                    {"title": "Yes", "measurements": values("OG", {"value": "15"}, {"value": "6"})},
                    {"title": "No", "measurements": values("OG", {"value": "23"}, {"value": "31"})},
                ]
            }
        ],
        *(38, 37),
        unitOfMeasure="Participants",
    ),
    measure(
        *("Response", "12 weeks", "NUMBER"),
        [one({"value": "52.6"}, {"value": "27.0"})],
        *(38, 37),
        unitOfMeasure="percentage of participants",
    ),
    measure(
        *("Days until remission", "12 weeks", "MEDIAN"),
        [one({"value": "61", "lowerLimit": "40", "upperLimit": "80"}, {"value": "90"})],
        *(38, 37),
        dispersionType="Inter-Quartile Range",
        unitOfMeasure="days",
    ),
]

STUDY = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99999999", "briefTitle": "An invented trial", "acronym": "INVENT"},
        "statusModule": {
            "resultsFirstPostDateStruct": {"date": "2016-05-04"},
            "lastUpdatePostDateStruct": {"date": "2017-01-02"},
        },
        "conditionsModule": {"conditions": ["Major Depressive Disorder"]},
        "designModule": {"designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"}},
        "eligibilityModule": {"stdAges": ["ADULT", "OLDER_ADULT"], "eligibilityCriteria": "Adults with depression."},
        "contactsLocationsModule": {"locations": [{"country": "United States"}, {"country": "United States"}]},
        "referencesModule": {"references": [{"type": "RESULT", "pmid": "99999999"}, {"type": "BACKGROUND"}]},
    },
    "resultsSection": {
        "participantFlowModule": {
            "groups": groups("FG"),
            "periods": [
                {
                    "title": "Overall Study",
                    "milestones": [
                        {"type": name, "achievements": values("FG", *({"numSubjects": each} for each in people))}
                        for name, people in (("STARTED", ("40", "40")), ("COMPLETED", ("34", "37")))
                    ],
                }
            ],
        },
        "baselineCharacteristicsModule": {
            "groups": groups("BG", {"id": "BG002", "title": "Total"}),
            "measures": [
                {
                    **{"title": "Age, Continuous", "paramType": "MEAN", "unitOfMeasure": "years"},
                    "classes": [{"categories": [{"measurements": [{"groupId": "BG002", "value": "38.2"}]}]}],
                },
                {
                    **{"title": "Sex: Female, Male", "paramType": "COUNT_OF_PARTICIPANTS"},
                    "classes": [
                        {
                            "categories": [
                                {"title": title, "measurements": [{"groupId": "BG002", "value": people}]}
                                for title, people in (("Female", "60"), ("Male", "20"))
                            ]
                        }
                    ],
                },
            ],
        },
        "outcomeMeasuresModule": {"outcomeMeasures": MEASURES},
        "adverseEventsModule": {
            "eventGroups": [
                {"id": "EG000", "title": TITLES["000"], "seriousNumAffected": 1, "seriousNumAtRisk": 40},
            ]
        },
    },
    "hasResults": True,
}

if __name__ == "__main__":
    text = json.dumps(STUDY, indent=1)
    Path(__file__).with_name("ctgov.json").write_text(f"{text}\n", encoding="utf-8")
