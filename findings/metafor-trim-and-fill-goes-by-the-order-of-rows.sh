#!/usr/bin/env bash
# metafor 3.8-1 (Debian 12): trimfill() goes by the order of rows where effects are tied. The same ten trials, given last row first, have
# another number of missing trials and another average, significant in one order and not in the other; nothing is said.
#
# Seen (trimfill(rma(yi, vi)), everything left as it comes):
#   as given         5 missing on the left   0.052 (-0.170 to 0.274)   p .648
#   last row first   2 missing on the left   0.218 (0.032 to 0.404)    p .022
# Three trials share the largest effect. Trials are sorted by their effect, and of equal ones the first rows are kept, whichever they are;
# distances from the average that are equal are ranked in the order of rows, too (`ties.method = "first"`). Effects read off tables with one
# or two digits are tied often. Our function trims the least precise of equal effects first and lets equal distances share their rank
# (src/ipt_evidence/engine/small_study/trim_and_fill.py).
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
trials <- data.frame(
  yi = c(.4, .6, .3, .2, .1, -.1, .6, .6, .5, 0),
  vi = c(.07, .08, .13, .18, .04, .04, .14, .04, .19, .05))
found <- lapply(list(as_given = 1:10, last_first = 10:1), function(rows) {
  plain <- rma(yi, vi, data = trials[rows, ])
  filled <- trimfill(plain)
  c(plain = c(plain$beta), missing = filled$k0, average = c(filled$beta), low = filled$ci.lb, high = filled$ci.ub, p = filled$pval)
})
print(do.call(rbind, found), digits = 3)
stopifnot(
  "the average without filling depends on the order, too" = abs(found$as_given["plain"] - found$last_first["plain"]) < 1e-8,
  "the number of missing trials no longer depends on the order of rows" = found$as_given["missing"] == 5 && found$last_first["missing"] == 2,
  "the p-values no longer lie on either side of .05" = found$as_given["p"] > .5 && found$last_first["p"] < .05)
cat("the order of rows still decides how many trials trimfill() takes for missing\n")
R
