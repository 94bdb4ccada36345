# Golden values for tests/engine/pooling: every estimator and interval on data sets of metadat, on constructed extremes and
# on the questions of the review. What each family rests on: metafor's rma(), predict(), confint(), leave1out(), cumul().
# Iterations run to convergence: metafor's defaults stop when tau2 moves by less than 1e-5.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
tight <- function(y) list(threshold = 1e-13 * max(var(y), 1e-2), maxiter = 5000, tol = 1e-14, tau2.max = 1e7)

fit_one <- function(y, v, method, test) {
  r <- suppressWarnings(rma(y, v, method = method, test = test, control = tight(y)))
  p <- predict(r, pi.type = "t")
  out <- list(estimate = c(r$beta), se = r$se, ci_low = r$ci.lb, ci_high = r$ci.ub, statistic = r$zval, p_value = r$pval,
              tau2 = r$tau2, i2 = r$I2, h2 = r$H2, q = r$QE, q_p_value = r$QEp)
  if (method != "FE" && length(y) >= 3) out <- c(out, list(pi_low = p$pi.lb, pi_high = p$pi.ub))
  out
}

analyse <- function(d) {
  y <- as.numeric(d$yi); v <- as.numeric(d$vi); keep <- !is.na(y) & !is.na(v); y <- y[keep]; v <- v[keep]
  fits <- list()
  for (method in c("REML", "ML", "DL", "PM", "SJ", "EB", "HE", "HS", "FE")) for (test in c("knha", "adhoc", "z")) {
    # EB iterates in ever smaller steps; the equation it solves is that of PM.
    if (method == "EB" && test != "knha") next
    fits[[paste(method, test, sep = "_")]] <- fit_one(y, v, method, test)
  }
  r <- rma(y, v, control = tight(y))
  ci <- confint(r, control = list(tol = 1e-14, tau2.max = 1e7))$random
  out <- list(effects = y, variances = v, fits = fits, tau2_interval = unname(ci[1, 2:3]), i2_interval = unname(ci[3, 2:3]))
  if (length(y) >= 3 && length(y) <= 40) {
    l <- leave1out(rma(y, v, test = "knha", control = tight(y))); cu <- cumul(rma(y, v, test = "knha", control = tight(y)))
    out$leave_one_out <- list(estimate = l$estimate, se = l$se, tau2 = l$tau2, i2 = l$I2, q = l$Q)
    out$cumulative <- list(estimate = cu$estimate, tau2 = cu$tau2, i2 = cu$I2)
  }
  out
}

sets <- list(
  bcg_rr = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  bcg_or = escalc("OR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  normand1999 = escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999),
  normand1999_md = escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999),
  raudenbush1985 = dat.raudenbush1985, hackshaw1998 = dat.hackshaw1998, bangertdrowns2004 = dat.bangertdrowns2004,
  molloy2014 = escalc("ZCOR", ri = ri, ni = ni, data = dat.molloy2014), mcdaniel1994 = escalc("ZCOR", ri = ri, ni = ni, data = dat.mcdaniel1994),
  nielweise2007 = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007),
  li2007 = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007),
  yusuf1985 = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = subset(dat.yusuf1985, table == "6")),
  hine1989 = escalc("RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989),
  linde2005 = escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.linde2005),
  curtis1998 = escalc("ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998[1:40, ]),
  hart1999 = escalc("IRR", x1i = x1i, x2i = x2i, t1i = t1i, t2i = t2i, data = dat.hart1999),
  pignon2000 = with(dat.pignon2000, data.frame(yi = OmE / V, vi = 1 / V)),
  two_trials = data.frame(yi = c(.1, .8), vi = c(.04, .09)),
  two_alike = data.frame(yi = c(.30, .31), vi = c(.04, .09)),
  three_trials = data.frame(yi = c(.2, .5, -.4), vi = c(.04, .02, .2)),
  tau2_zero = data.frame(yi = c(.35, .12, .41, .28, .22), vi = c(.04, .02, .09, .05, .01)),
  huge_tau2 = data.frame(yi = c(-40, 3, 55, 12, -8, 70), vi = c(.04, .02, .09, .05, .01, .3)),
  unequal_variances = data.frame(yi = c(.4, .1, .9, -.2, .6), vi = c(1e-6, 1e-2, 1, 1e2, 1e4)),
  # Effects closer together than the largest standard error: the upper limit of tau2 lies near the largest variance.
  closer_than_errors = data.frame(yi = c(.4, .4, .9, 0, .2), vi = c(.49, .061, .029, .057, .344))
)
# The floored Hartung-Knapp interval of every question of the review with two trials or more.
effects <- read.csv(file.path(here, "effects_of_review.csv"))
questions <- split(effects[c("yi", "vi")], factor(effects$question_id, unique(effects$question_id)))
review <- lapply(Filter(function(d) nrow(d) >= 2, questions), function(d) fit_one(d$yi, d$vi, "REML", "adhoc"))

write_json(list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), metadat = as.character(packageVersion("metadat"))),
  sets = lapply(sets, analyse), review = review), file.path(here, "golden_pooling.json"), digits = NA, auto_unbox = TRUE, na = "null", null = "null")
