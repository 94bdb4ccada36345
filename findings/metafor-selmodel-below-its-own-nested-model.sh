#!/usr/bin/env bash
# metafor 3.8-1 (Debian 12): a step selection model stops at a likelihood that is lower than that of the same model without
# heterogeneity, which is a special case of it, and says nothing.
#
# Seen (dat.li2007 of metadat, log odds ratios, selmodel(type = "stepfun", steps = .025, alternative = "less")):
#   of rma(method = "ML")   log-likelihood -23.753   tau2 0.055   average -0.236 (-0.692 to 0.220)
#   of rma(method = "EE")   log-likelihood -23.200   tau2 0       average  0.023 (-0.021 to 0.068)
# The larger model may take tau2 = 0 and would then be as likely as the smaller one. The maximum lies at that bound, with a
# weight of 0.05 for the rest; the search begins at the tau2 of the unselected model and ends at a lower one within. The average
# changes its side. `selmodel` starts from one point, so a second fit with tau2 held at 0 is the check. Our search starts from
# several, the bound among them (docs/decisions/0081*).
set -euo pipefail
command -v Rscript >/dev/null || { echo "needs R (Debian: r-base-core)"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq r-cran-metafor=3.8-1-1 r-cran-metadat=1.2-0-2 r-cran-mathjaxr=1.6-0-1 r-cran-pbapply=1.7-0-1 \
  r-cran-numderiv=2016.8-1.1-3
for package in ./*.deb; do dpkg -x "$package" "$work"; done
R_LIBS="$work/usr/lib/R/site-library" Rscript - <<'R'
suppressMessages(library(metafor))
stopifnot(packageVersion("metafor") == "3.8.1")
trials <- escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007)
told <- character()
fitted <- withCallingHandlers(
  lapply(c(random = "ML", equal = "EE"), function(method)
    selmodel(rma(yi, vi, data = trials, method = method), type = "stepfun", steps = .025, alternative = "less")),
  warning = function(problem) { told <<- c(told, conditionMessage(problem)); invokeRestart("muffleWarning") })
print(sapply(fitted, function(fit) c(log_likelihood = c(logLik(fit)), tau2 = fit$tau2, average = c(fit$beta),
                                     low = fit$ci.lb, high = fit$ci.ub, weight = fit$delta[2])), digits = 4)
stopifnot("the larger model is now at least as likely as the smaller one" =
            c(logLik(fitted$random)) < c(logLik(fitted$equal)) - 0.5,
          "a warning is given now" = !length(told))
cat("selmodel still stops 0.55 below the likelihood of its own special case\n")
R
