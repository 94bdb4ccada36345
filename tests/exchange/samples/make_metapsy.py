"""Write metapsy.csv: 50 comparisons in the Metapsy format with its oddities. Every study, name and figure is invented.

``.g`` and ``.g_se`` come from the formulas as published for the R package esc, written out here a second time.
"""

import math
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
COLUMNS = (
    *('""', "study", "condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2", ".g", ".g_se", "outcome_type"),
    *("instrument", "rating", "mean_arm1", "sd_arm1", "n_arm1", "mean_arm2", "sd_arm2", "n_arm2", "mean_change_arm1"),
    *("sd_change_arm1", "n_change_arm1", "mean_change_arm2", "sd_change_arm2", "n_change_arm2", "dich_paper"),
    *("event_arm1", "event_arm2", "totaln_arm1", "totaln_arm2", "precalc_g", "precalc_g_se", "precalc_log_rr"),
    *("precalc_log_rr_se", "other_stat", "baseline_m_arm1", "baseline_sd_arm1", "baseline_m_arm2", "baseline_sd_arm2"),
    *(
        "rand_arm1",
        "rand_arm2",
        "attr_arm1",
        "attr_arm2",
        "year",
        "time_weeks",
        "time",
        "format",
        "mean_age_not rounded",
    ),
    *("n_sessions_arm1_not rounded", "country", "age_group", "percent_women", "recruitment", "target_group"),
    *("sg", "ac", "ba", "itt", "rob", "full_ref", ".id"),
)
COMMON = {
    **{"outcome_type": "msd", "instrument": "bdi-1", "rating": "self-report", "time": "post", "time_weeks": 12},
    **{"format": "grp", "country": "eu", "age_group": "adul", "percent_women": "0.55000000000000004"},
    **{"mean_age_not rounded": "37.299999999999997", "target_group": "adul", "recruitment": "com"},
    **{"sg": "1", "ac": "0", "ba": "sr", "itt": "1", "rob": 2, "n_sessions_arm1_not rounded": "10"},
}
SIDES = ("mean", "sd", "n")


def esc_means(m1, s1, n1, m2, s2, n2):
    total = n1 + n2
    d = (m1 - m2) / math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (total - 2))
    return d * (1 - 3 / (4 * total - 9)), math.sqrt(total / (n1 * n2) + d**2 / (2 * total))


def esc_counts(a, n1, c, n2):
    add = 0.5 if a == 0 or c == 0 else 0.0
    cells = (a + add, n1 - a + add, c + add, n2 - c + add)
    d = math.log(cells[0] * cells[3] / (cells[1] * cells[2])) * math.sqrt(3) / math.pi
    return d * (1 - 3 / (4 * sum(cells) - 9)), math.sqrt(sum(1 / cell for cell in cells) * 3 / math.pi**2)


def row(study, arms=("cbt", "cau"), multi=("", ""), **cells):
    named = dict(zip(("condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2"), (*arms, *multi), strict=True))
    return COMMON | {"study": study, "year": study[-4:], "full_ref": f"{study}. An invented report."} | named | cells


def means(study, first, second, *, stem="", signed=-1, arms=("cbt", "cau"), multi=("", ""), **cells):
    sides = {f"{n}{stem}_arm{s}": v for s, side in ((1, first), (2, second)) for n, v in zip(SIDES, side, strict=True)}
    g, se = esc_means(*first, *second)
    return row(study, arms, multi, **{".g": signed * g, ".g_se": se, **sides, **cells})


def counts(study, first, second, **cells):
    g, se = esc_counts(*first, *second)
    sides = {"event_arm1": first[0], "totaln_arm1": first[1], "event_arm2": second[0], "totaln_arm2": second[1]}
    outcome = {"outcome_type": "response (50%)", "dich_paper": "at least 50% less; on the BDI"}
    return row(study, **{".g": g, ".g_se": se, **outcome, **sides, **cells})


def rows():
    random = Random(4)
    alder = {"rand_arm1": 45, "rand_arm2": 44, "attr_arm1": 5, "attr_arm2": 9, "baseline_m_arm1": 24.5}
    ipt, low, high = (9.4, 6.1, 40), (11.2, 7.3, 38), (15.8, 8.2, 41)
    found = [
        means("Invented Alder, 2001", (12.5, 8.1, 40), (17.5, 7.9, 35), **alder),
        means(
            "Invented Alder, 2001", (10.5, 6.1, 40), (14.5, 6.9, 35), instrument="hdrs-17", rating="clinician", **alder
        ),
        means("Invented Birch, 2002", low, high, multi=("cbt (group)", "cau")),
        means("Invented Birch, 2002", ipt, high, arms=("ipt", "cau"), multi=("ipt", "cau")),
        means("Invented Birch, 2002", low, high, multi=("cbt (group)", "cau"), instrument="PHQ-9"),
        means("Invented Birch, 2002", ipt, high, arms=("ipt", "cau"), multi=("ipt", "cau"), instrument="PHQ-9"),
        means("Invented Cedar, 2003", (14.6, 4.5, 20), (22.1, 3.7, 10), arms=("sup", "wl"), multi=("sup", "wlc a")),
        means("Invented Cedar, 2003", (14.6, 4.5, 20), (22.5, 4.0, 10), arms=("sup", "wl"), multi=("sup", "wlc b")),
        counts("Invented Dogwood, 2004", (159, 440), (114, 440), multi_arm1="north", multi_arm2="cau"),
        counts("Invented Dogwood, 2004", (108, 217), (70, 215), multi_arm1="south", multi_arm2="cau"),
        means("Invented Elm, 2005", (8.0, 4.0, 30), (9.0, 4.5, 31)),
        means("Invented-Elm 2005", (7.0, 4.0, 22), (9.5, 4.5, 21)),
        counts("Invented Fir, 2006", (28, 84), (37, 87)),
        counts("Invented Fir, 2006", (0, 20), (3, 21), outcome_type="remission", dich_paper="BDI below 5"),
        row(
            "Invented Fir, 2006",
            **{"outcome_type": "recovery", "dich_paper": "all well", "event_arm1": 20, "totaln_arm1": 20},
            **{"event_arm2": 12, "totaln_arm2": 21},
        ),
        means("Invented Ginkgo, 2007", (-9.1, 6.2, 25), (-4.0, 6.6, 24), stem="_change", outcome_type="change"),
        means("Invented Hazel, 2008", (-8.1, 6.2, 35), (-4.4, 6.1, 34), stem="_change", outcome_type="change"),
        row(
            "Invented Ivy, 2009",
            **{"outcome_type": "other statistic", ".g": 0.43, ".g_se": 0.16, "precalc_g": 0.43},
            precalc_g_se=0.16,
            other_stat="d = 0.54; 95% CI 0.19 to 0.90",
            rand_arm1=85,
            rand_arm2=93,
        ),
        row(
            "Invented Juniper, 2010",
            **{".g": -0.2, ".g_se": 0.2, "precalc_g": -0.2},
            precalc_g_se=0.2,
            n_arm1=50,
            n_arm2=51,
        ),
        row("Invented Kapok, 2011", **{".g": 0, ".g_se": 0.2, "precalc_g": 0}, precalc_g_se=0.2),
        row("Invented Larch, 2012", outcome_type="response", precalc_log_rr=0.405465108108164, precalc_log_rr_se=0.15),
        row(
            "Invented Maple, 2013",
            **{".g": 0.5, ".g_se": 0.2, "mean_arm1": 10, "mean_arm2": 13, "n_arm1": 50, "n_arm2": 51},
        ),
        means("Invented Myrtle, 2013", (10.0, 5.0, 50), (13.0, 5.0, 51), arms=("cbt", "cbt")),
        means("Invented Nutmeg, 2014", (10.0, 5.0, 50), (13.0, 5.0, 51)),
        means("Invented Nutmeg, 2014", (11.0, 5.5, 44), (12.0, 5.0, 45), time="FU", time_weeks="38,5"),
        row("Invented Oak, 2015"),
        row("", mean_arm1=3, sd_arm1=1, n_arm1=10, mean_arm2=4, sd_arm2=1, n_arm2=10),
        means("Invented Pine, 2016", (10.0, 5.0, 50), (13.0, 5.0, 51), signed=1),
        means("Invented Quince, 2017", (10.0, 5.0, 50), (13.5, 5.0, 51), **{".g": 0.69, ".g_se": 0.21}),
        means("Invented Rowan, 2018", (10.0, 5.0, 12), (13.5, 5.0, 13), **{".g": 0.7}),
        means(
            "Erfundene Öl-Weide, 2019", (10.0, 5.0, 32), (13.5, 5.0, 33), full_ref="Öl-Weide, J.; Ähre, B. Erfunden."
        ),
        means(
            "Invented Spruce, 2020",
            (10.0, 5.0, 40),
            (13.5, 5.0, 41),
            sg="2",
            full_ref='A "quoted"; title, é\nand a second line',
        ),
    ]
    found.append(found[23])
    for number in range(50 - len(found)):
        first, second = (
            (round(random.uniform(8, 20), 1), round(random.uniform(4, 9), 2), random.randint(15, 90)) for _ in "ab"
        )
        found.append(
            means(
                f"Invented Tree {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}, 2021", first, second, arms=("bat", "other ctr")
            )
        )
    return found


def cell(value):
    if value == "":
        return "NA"
    if isinstance(value, (int, float)):
        return str(value).replace(".", ",")
    return '"' + value.replace('"', '""') + '"'


def content():
    lines = [";".join(f'"{name.strip(chr(34))}"' for name in COLUMNS).encode()]
    for number, cells in enumerate(rows(), start=1):
        text = ";".join([f'"{number}"', *(cell(cells.get(name, "")) for name in COLUMNS[1:])])
        lines.append(text.encode("cp1252" if "Erfundene" in text else "utf-8"))
        lines.extend([b";" * (len(COLUMNS) - 1)] if number % 20 == 0 else [])
    return b"\xef\xbb\xbf" + b"\n".join(lines) + b"\n"


if __name__ == "__main__":
    (HERE / "metapsy.csv").write_bytes(content())
