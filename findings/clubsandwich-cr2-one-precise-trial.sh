#!/usr/bin/env bash
# clubSandwich 0.5.8 (Debian 12): the CR2 standard error of a pooled effect falls to a fiftieth of what its own formula gives,
# without a warning, once one trial has all but all of the weight.
#
# Seen (effects 0.4, 0.2, 0.5, 0.1, 0.3; a cluster each; variances 0.05, 0.04, 0.06, 0.05 but for the first trial):
#   variance of the first   CR2 by clubSandwich   CR2 by its formula
#   1e-4                    0.009319              0.009319
#   1e-5                    0.0000715             0.002972
#   1e-6                    0.00000716            0.000940
# With a cluster a trial the formula is short: the root of the sum of (h e)^2 / (1 - h), h = w / sum(w), w = 1 / v, e the
# residual. The standard error does not fall with the variance but jumps, between 5e-5 and 2e-5, where the other trials together
# have some 0.2 % of the weight: a large register beside small trials is enough. We adjust by factors, agree with 60 digits there, and
# name a trial that decides a coefficient alone (docs/decisions/0059*).
set -euo pipefail
command -v Rscript >/dev/null || { echo "needs R (Debian: r-base-core)"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq r-cran-clubsandwich=0.5.8-1 r-cran-sandwich=3.0-2-1 r-cran-zoo=1.8-11-1
for package in ./*.deb; do dpkg -x "$package" "$work"; done
R_LIBS="$work/usr/lib/R/site-library" Rscript - <<'R'
suppressMessages(library(clubSandwich))
stopifnot(packageVersion("clubSandwich") == "0.5.8")
y <- c(.4, .2, .5, .1, .3)
found <- sapply(c(1e-4, 1e-5, 1e-6), function(first) {
  v <- c(first, .05, .04, .06, .05)
  w <- 1 / v
  fit <- lm(y ~ 1, weights = w)
  h <- w / sum(w)
  c(first = first, package = sqrt(vcovCR(fit, cluster = seq_along(y), type = "CR2", target = v)[1, 1]),
    formula = sqrt(sum((h * residuals(fit))^2 / (1 - h))))
})
print(t(found), digits = 4)
ratio <- found["formula", ] / found["package", ]
stopifnot("the two no longer agree where no trial decides" = abs(ratio[1] - 1) < 1e-6,
          "the package now follows its formula where one trial has nearly all weight" = ratio[2:3] > 30)
cat("CR2 of clubSandwich is still far below its formula where one trial has nearly all weight\n")
R
