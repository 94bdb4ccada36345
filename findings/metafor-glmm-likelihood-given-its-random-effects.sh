#!/usr/bin/env bash
# metafor 3.8-1 with lme4 1.1-31 (Debian 12): the log-likelihood that `rma.glmm` gives for a binomial-normal model is that of the model only
# while tau2 is 0. Above 0 it is far too high: it is taken from lme4's deviance, which is that given the estimated random effects. AIC, BIC and any
# likelihood ratio use it. The standard error steps at the same place. Nothing is said.
#
# Seen (odds ratios, model UM.FS; four trials, 5/20, 12/20 and 9/40 against 1/20, 0/10 and 13/80, and the first as given):
#   first trial         tau2    average   standard error   log-likelihood   the same by integration   without heterogeneity
#   25/80 v 13/80       0        0.980    0.274            -17.42           -17.42                    -17.42
#   24/80 v 13/80       0.136    1.061    0.699            -16.13           -17.46                    -17.47
#   trials of BCG       0.295   -0.745    0.176            -70.97           -88.64                    -157.65
# One event less, and heterogeneity that explains 0.003 seems to explain 1.3; the interval goes from 0.44 to 1.52 to -0.31 to 2.43, since
# tau2 has a part in the standard error only above 0. One point of quadrature (nAGQ = 1) gives the same. We integrate, and count tau2
# as known on both sides: 0.44 to 1.52, and 0.37 to 1.75 (docs/decisions/0059*).
set -euo pipefail
command -v Rscript >/dev/null || { echo "needs R (Debian: r-base-core and r-recommended)"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq r-cran-metafor=3.8-1-1 r-cran-metadat=1.2-0-2 r-cran-mathjaxr=1.6-0-1 r-cran-pbapply=1.7-0-1 \
  r-cran-numderiv=2016.8-1.1-3 r-cran-lme4=1.1-31-1 r-cran-minqa=1.2.5-1 r-cran-nloptr=2.0.3-1 r-cran-rcpp=1.0.10-1 \
  libnlopt0=2.7.1-5
for package in ./*.deb; do dpkg -x "$package" "$work"; done
libraries=("$work"/usr/lib/*-linux-gnu)
LD_LIBRARY_PATH="${libraries[0]}" R_LIBS="$work/usr/lib/R/site-library" Rscript - <<'R'
suppressMessages(library(metafor))
stopifnot(packageVersion("metafor") == "3.8.1", packageVersion("lme4") == "1.1.31")
told <- character()
note <- function(said) told <<- c(told, conditionMessage(said))
fit <- function(data, method) withCallingHandlers(
  rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = data, model = "UM.FS", method = method),
  warning = note, message = note)
# Each trial has its own level, the highest; the random effect is integrated out, over 16 of its standard deviations.
integrated <- function(data, average, tau) {
  u <- seq(-8, 8, 0.02)
  trial <- function(ai, n1i, ci, n2i) optimize(function(level) {
    height <- dnorm(u, log = TRUE) + dbinom(ai, n1i, plogis(level + (average + tau * u) / 2), log = TRUE) +
      dbinom(ci, n2i, plogis(level - (average + tau * u) / 2), log = TRUE)
    max(height) + log(sum(exp(height - max(height))) * 0.02)
  }, c(-9, 6), maximum = TRUE, tol = 1e-7)$objective
  sum(with(data, mapply(trial, ai, n1i, ci, n2i)))
}
four <- function(first) data.frame(ai = c(first, 5, 12, 9), n1i = c(80, 20, 20, 40), ci = c(13, 1, 0, 13), n2i = c(80, 20, 10, 80))
bcg <- with(dat.bcg, data.frame(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg))
found <- sapply(list(first_25 = four(25), first_24 = four(24), bcg = bcg), function(data) {
  one <- fit(data, "ML")
  c(tau2 = one$tau2, average = c(one$beta), se = one$se, low = one$ci.lb, high = one$ci.ub, log_likelihood = c(logLik(one)),
    integrated = integrated(data, c(one$beta), sqrt(one$tau2)), without = c(logLik(fit(data, "EE"))))
})
print(round(t(found), 3))
excess <- found["log_likelihood", ] - found["integrated", ]
stopifnot(
  "the two likelihoods no longer agree at tau2 = 0" = found["tau2", 1] < 1e-6 && abs(excess[1]) < 1e-3,
  "the log-likelihood above tau2 = 0 is no longer the one that was seen" = abs(excess[2:3] - c(1.334, 17.670)) < 0.01,
  "the standard error no longer steps" = found["se", 2] > 2.4 * found["se", 1],
  "something is said now" = !length(told))
cat("rma.glmm still gives a likelihood above that of its model, and a standard error that steps, once tau2 leaves 0\n")
R
