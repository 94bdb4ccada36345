#!/usr/bin/env bash
# statsmodels 0.15.0: `combine_effects` by DerSimonian and Laird (method_re="dl", or "chi2") lets tau2 be negative. Where trials agree
# better than chance the weights of the random-effects average are then negative too, and the average may lie outside all of
# the trials that it averages, without a warning.
#
# Seen (effects 0.25, 0.09, 0.29; variances 0.02, 0.06, 0.04):
#   tau2 -0.0287, I2 -3.58 (of 1), weights -24.2, 6.7, 18.5
#   fixed effect    0.232 (0.027 to 0.436)
#   random effect  -0.081 (-0.979 to 0.817), though no trial is below 0.09
# The estimator is defined with 0 as its lower bound, and other programs hold it there, so that the two averages are the same. So does
# the other method of this function, the default (method_re="iterated"), whose tau2 is 0 here. Ours is held at 0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --no-compile --disable-pip-version-check statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$work/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from statsmodels.stats.meta_analysis import combine_effects

effects, variances = np.array([0.25, 0.09, 0.29]), np.array([0.02, 0.06, 0.04])
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    found = combine_effects(effects, variances, method_re="dl")
    table = found.summary_frame()
print(f"tau2 {found.tau2:.4f}, I2 {found.i2:.3f}")
print(table.round(3).to_string())
average = table.loc["random effect", "eff"]
assert found.tau2 < 0, "tau2 is held at 0 now"
assert found.i2 < 0, "I2 is held at 0 now"
assert average < 0 < effects.min(), "the random-effects average lies among the trials now"
assert not told, f"a warning is given now: {[str(one.message) for one in told]}"
iterated = combine_effects(effects, variances).summary_frame().loc["random effect", "eff"]
assert np.isclose(iterated, table.loc["fixed effect", "eff"]), "the default method no longer holds tau2 at 0"
print("the random-effects average by statsmodels' DL still leaves the range of its trials")
PYTHON
