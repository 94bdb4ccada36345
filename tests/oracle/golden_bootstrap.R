# Golden values of bootstrap intervals: boot() with rma() refitted to every draw, boot.ci(type = c("perc", "bca")), the BCa interval
# with the usual jackknife. The draws themselves are kept, so that both sides pool the same ones; parametric draws likewise.
suppressMessages({library(metafor); library(metadat); library(boot); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
tight <- list(threshold = 1e-13, maxiter = 10000)
set.seed(20261129)

fit <- function(y, v) { r <- suppressWarnings(rma(y, v, control = tight)); c(r$beta, r$tau2) }
limits <- function(b, which, L) {
  ci <- boot.ci(b, index = which, type = c("perc", "bca"), L = L)
  list(percentile = ci$percent[1, 4:5], bca = ci$bca[1, 4:5])
}
resampled <- function(y, v, R) {
  d <- data.frame(y = as.numeric(y), v = as.numeric(v))
  b <- boot(d, function(d, i) fit(d$y[i], d$v[i]), R)
  jack <- function(which) empinf(b, index = which, type = "jack", stype = "i")
  list(effects = d$y, variances = d$v, estimate = b$t0[1], tau2 = b$t0[2], chosen = boot.array(b, indices = TRUE) - 1,
       estimates = b$t[, 1], tau2s = b$t[, 2], mean = limits(b, 1, jack(1)), heterogeneity = limits(b, 2, jack(2)))
}
# What the parametric bootstrap tends to: many draws of the fitted model, with Monte Carlo errors of the two percentiles.
simulated <- function(y, v, R) {
  y <- as.numeric(y); v <- as.numeric(v); t0 <- fit(y, v)
  b <- boot(y, function(y) fit(y, v), R, sim = "parametric", ran.gen = function(y, m) rnorm(length(y), t0[1], sqrt(v + t0[2])))
  q <- function(x) unname(quantile(x, c(.025, .975), type = 6))
  error <- function(x) apply(sapply(split(x, rep(1:10, length.out = R)), q), 1, sd) / sqrt(10)
  list(effects = y, variances = v, percentile = q(b$t[, 1]), error = error(b$t[, 1]), tau2 = q(b$t[, 2]), tau2_error = error(b$t[, 2]), se = sd(b$t[, 1]), draws = R)
}
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
normand <- escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999)

write_json(list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), boot = as.character(packageVersion("boot"))),
  nonparametric = list(bcg = resampled(bcg$yi, bcg$vi, 999), normand = resampled(normand$yi, normand$vi, 500)),
  parametric = list(bcg = simulated(bcg$yi, bcg$vi, 4000))),
  file.path(here, "golden_bootstrap.json"), digits = NA, auto_unbox = TRUE)
