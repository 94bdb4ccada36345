# Golden values for tests/engine/test_absolute.py. What each family rests on:
# SMD: the normal density integrated above the cut-off that gives the control risk, found by uniroot().
# logOR, logRR, RD: the treated risk at which metafor's escalc() of the two arms returns the effect, found by uniroot().
# without a control risk: probability of doing better minus that of doing worse, integrated over pairs of people.
suppressMessages({library(metafor); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

above <- function(cutoff, mean) integrate(dnorm, cutoff, 40, mean = mean, rel.tol = 1e-12, subdivisions = 1000)$value
treated <- list(
  SMD = function(effect, risk) above(uniroot(function(x) above(x, 0) - risk, c(-6, 6), tol = 1e-13)$root, effect))
for (measure in c("OR", "RR", "RD")) local({
  of <- measure
  # People of arms of any size; nothing is added to them.
  difference <- function(p, risk) c(escalc(of, ai = p, bi = 1 - p, ci = risk, di = 1 - risk, add = 0, to = "none")$yi)
  treated[[c(OR = "logOR", RR = "logRR", RD = "RD")[[of]]]] <<-
    function(effect, risk) uniroot(function(p) difference(p, risk) - effect, c(1e-9, 1 - 1e-9), tol = 1e-14)$root
})
effects <- list(SMD = c(-.5, .2, .5, .8, 1.6), logOR = c(-1.2, .1, .8, 1.7), logRR = c(-.7, .15, .5), RD = c(-.15, .05, .2))
risks <- c(.17, .2, .19, .35)
rows <- do.call(c, lapply(names(effects), function(measure) do.call(c, lapply(effects[[measure]], function(effect)
  lapply(risks, function(risk) list(measure = measure, effect = effect, control_risk = risk, treated_risk = treated[[measure]](effect, risk)))))))

better <- function(effect) {
  over <- function(f) integrate(function(control) dnorm(control) * sapply(control, f), -9, 9, rel.tol = 1e-12, subdivisions = 1000)$value
  over(function(y) above(y, effect)) - over(function(y) 1 - above(y, effect))
}
pairs <- lapply(c(-.5, .1, .3, .63, 1.2), function(effect) list(effect = effect, difference = better(effect)))
write_json(list(versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))), risks = rows, pairs = pairs),
           file.path(here, "golden_absolute.json"), digits = 12, auto_unbox = TRUE, pretty = TRUE)
