# Golden values for tests/engine/small_study. What each family rests on:
# egger, egger_mixed, rank, fail_safe: metafor's regtest(), ranktest(), fsn(). pet, peese: lm().
# trim: metafor's trimfill(), its last fits repeated to the end by rma().
# selection: metafor's selmodel(); standard errors by differences of the likelihood, each normaliser by integrate(), which
#   must reproduce selmodel()'s.
# beta: the likelihood of dbeta() weights, integrated and maximised by optim(); near selmodel()'s, whose integral is coarse.
# limit: metafor's prediction from the weighted regression; lm() of the radial plot and its residuals.
# waap: lm() on the trials whose power, by pnorm(), is enough.
# binary: lm() with weights by metafor's escalc(): "PLO" for peters, "PETO" for harbord.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
# One optimiser in three stops short on some set; the best likelihood of the three is the answer.
optimisers_all <- list(list(optimizer = "nlminb", rel.tol = 1e-12), list(optimizer = "nlminb"),
                   list(optimizer = "Nelder-Mead", reltol = 1e-15, maxit = 5000))
converged <- list(threshold = 1e-12, maxiter = 10000)

coefficients_of <- function(model, row) {
  s <- unname(coef(summary(model))[row, ])
  list(estimate = s[1], se = s[2], statistic = s[3], p_value = s[4])
}

# Hessian by central differences with two Richardson steps.
hessian <- function(f, x) {
  at <- function(h) {
    n <- length(x); H <- matrix(0, n, n); s <- h * pmax(abs(x), 0.01)
    e <- function(i, a) { v <- numeric(n); v[i] <- a * s[i]; v }
    for (i in 1:n) for (j in 1:n) H[i, j] <-
      (f(x + e(i, 1) + e(j, 1)) - f(x + e(i, 1) + e(j, -1)) - f(x + e(i, -1) + e(j, 1)) + f(x + e(i, -1) + e(j, -1))) / (4 * s[i] * s[j])
    H
  }
  a <- at(8e-3); b <- at(4e-3); d <- at(2e-3)
  ((16 * (4 * d - b) / 3) - (4 * b - a) / 3) / 15
}

one_sided_p <- function(y, v, alternative) switch(alternative,
  greater = pnorm(y / sqrt(v), lower.tail = FALSE), less = pnorm(y / sqrt(v)), two.sided = 2 * pnorm(abs(y) / sqrt(v), lower.tail = FALSE))

# Minus the log-likelihood of the step model, each normaliser by numerical integration between the steps.
step_loss <- function(y, v, steps, alternative) function(par) {
  cuts <- c(0, steps, 1); w <- c(1, par[-(1:2)]); s <- sqrt(v + par[2])
  weight <- function(x, vi) w[findInterval(one_sided_p(x, vi, alternative), cuts, left.open = TRUE, all.inside = TRUE)]
  edges <- if (alternative == "two.sided") c(rev(qnorm(1 - steps / 2)), -qnorm(1 - steps / 2)) else qnorm(1 - steps)
  if (alternative == "less") edges <- -edges
  A <- sapply(seq_along(y), function(i) {
    e <- sort(c(par[1] + c(-12, -3, 3, 12) * s[i], unique(edges) * sqrt(v[i])))
    # The limits of a piece may be steps, its inside is not.
    sum(sapply(seq_len(length(e) - 1), function(q) integrate(function(x) weight((e[q] + e[q + 1]) / 2, v[i]) * dnorm(x, par[1], s[i]), e[q], e[q + 1], rel.tol = 1e-12)$value))
  })
  -sum(log(weight(y, v)) + dnorm(y, par[1], s, log = TRUE) - log(A))
}

best_of <- function(m, ..., optimisers = optimisers_all) {
  fits <- lapply(optimisers, function(o) try(suppressWarnings(selmodel(m, ..., skiphes = TRUE, control = o)), silent = TRUE))
  fits <- Filter(function(f) !inherits(f, "try-error"), fits)
  if (length(fits)) fits[[which.max(sapply(fits, logLik))]]
}

step_model <- function(y, v, steps, alternative) {
  m <- rma(y, v, method = "ML", control = converged)
  s <- best_of(m, type = "stepfun", steps = steps, alternative = alternative)
  if (is.null(s) || any(s$delta > 99)) return(NULL)  # an empty interval, or a weight at metafor's bound
  loss <- step_loss(y, v, steps, alternative)
  par <- c(s$beta, s$tau2, s$delta[-1])
  stopifnot(abs(loss(par) + as.numeric(logLik(s))) < 1e-6)
  inner <- s$tau2 > 1e-4
  H <- if (inner) hessian(loss, par) else NULL
  list(steps = steps, alternative = alternative, estimate = as.vector(s$beta), tau2 = s$tau2, weights = s$delta,
       log_likelihood = as.numeric(logLik(s)), lr_statistic = s$LRT, lr_df = s$LRTdf, lr_p_value = s$LRTp,
       se = if (inner) sqrt(diag(solve(H)))[1] else NA, weights_se = if (inner) sqrt(diag(solve(H)))[-(1:2)] else NA)
}

# Minus the log-likelihood of the beta model with metafor's limits on p, integrated in pieces: metafor's own integral
# is good to three digits only.
beta_loss <- function(y, v) function(par) {
  tau2 <- exp(par[2]); d <- exp(par[3:4]); z <- qnorm(1e-5, lower.tail = FALSE)
  weight <- function(p) dbeta(pmin(pmax(p, 1e-5), 1 - 1e-5), d[1], d[2]) * beta(d[1], d[2])
  A <- sapply(seq_along(y), function(i) {
    s <- sqrt(v[i] + tau2); e <- sqrt(v[i])
    f <- function(x) weight(pnorm(x / e, lower.tail = FALSE)) * dnorm(x, par[1], s)
    cuts <- seq(-z, z, length.out = 9) * e
    inner <- sum(sapply(1:8, function(q) integrate(f, cuts[q], cuts[q + 1], rel.tol = 1e-10)$value))
    inner + weight(0) * pnorm(z * e, par[1], s, lower.tail = FALSE) + weight(1) * pnorm(-z * e, par[1], s)
  })
  -sum(log(weight(pnorm(y / sqrt(v), lower.tail = FALSE))) + dnorm(y, par[1], sqrt(v + tau2), log = TRUE) - log(A))
}

beta_model <- function(y, v) {
  m <- rma(y, v, method = "ML", control = converged)
  s <- best_of(m, type = "beta", optimisers = optimisers_all[1:2])
  if (is.null(s) || s$tau2 < 1e-6 || any(s$delta < 1e-4)) return(NULL)  # at a limit of metafor's search
  o <- optim(c(s$beta, log(s$tau2), log(s$delta)), beta_loss(y, v), control = list(reltol = 1e-15, maxit = 2000))
  stopifnot(o$convergence == 0, abs(o$par[1] - s$beta) < 1e-3)
  list(estimate = o$par[1], tau2 = exp(o$par[2]), delta = exp(o$par[3:4]), log_likelihood = -o$value,
       lr_statistic = 2 * (-o$value - as.numeric(logLik(m))), metafor = list(estimate = as.vector(s$beta), tau2 = s$tau2, delta = s$delta))
}

# trimfill() fits with the default threshold, good to four digits of tau2: repeat its last steps to the end.
trim <- function(m, estimator) {
  t <- suppressWarnings(trimfill(m, estimator = estimator))
  y <- as.vector(m$yi); v <- as.vector(m$vi); away <- if (t$side == "left") 1 else -1
  o <- order(away * y); kept <- o[seq_len(length(y) - t$k0)]; cut <- setdiff(o, kept)
  centre <- as.vector(rma(y[kept], v[kept], control = converged)$beta)
  p <- rma(c(y, 2 * centre - y[cut]), c(v, v[cut]), control = converged)
  stopifnot(abs(p$beta - t$beta) < 1e-4, p$k == t$k)
  list(k_filled = t$k0, side = t$side, estimate = as.vector(p$beta), se = p$se, tau2 = p$tau2, ci_low = p$ci.lb, ci_high = p$ci.ub)
}

# Ruecker et al. (2011): regress on the generalised radial plot, then let the standard errors go to zero. Estimate and
# standard error are metafor's prediction, at a standard error of tau, from the weighted regression on the standard error.
limit <- function(y, v, tau2) {
  radial <- function(y, s) lm(I(y / s) ~ I(1 / s))
  se <- sqrt(v); s <- sqrt(v + tau2)
  r <- coef(radial(y, s)); f <- summary(radial(y, se)); k <- length(y)
  # A trial keeps its distance from the origin of the radial plot's line when its error shrinks to tau.
  shrunken <- r[2] + sqrt(tau2) * (r[1] + resid(radial(y, s)))
  q <- rma(y, v, method = "FE")$QE
  l <- if (tau2 > 0) summary(radial(shrunken, se))  # without heterogeneity the shrunken effects are all alike
  p <- predict(rma(y, s^2, mods = ~ s, method = "FE"), newmods = sqrt(tau2))
  list(estimate = p$pred, se = p$se, p_value = 2 * pnorm(-abs(p$pred / p$se)), ci_low = p$ci.lb, ci_high = p$ci.ub, intercept = unname(r[1]), slope = unname(r[2]),
       shrunken = unname(shrunken), q = q, q_residual = f$sigma^2 * (k - 2), q_small_study = q - f$sigma^2 * (k - 2),
       g2 = if (tau2 > 0) 100 * (1 - l$r.squared) else NA)
}

waap <- function(y, v) {
  wls <- lm(y ~ 1, weights = 1 / v)
  power <- pnorm(qnorm(.975), abs(coef(wls)) / sqrt(v), lower.tail = FALSE)
  powered <- power >= .8
  list(wls = coefficients_of(wls, 1), powered = sum(powered),
       waap = if (sum(powered) >= 2) coefficients_of(lm(y[powered] ~ 1, weights = 1 / v[powered]), 1) else NULL)
}

analyse <- function(d) {
  y <- as.vector(d$yi); v <- as.vector(d$vi); k <- length(y)
  m <- rma(y, v, control = converged)
  s <- sqrt(v)
  e <- regtest(m, model = "lm"); slope <- coefficients_of(lm(y ~ s, weights = 1 / v), 2); stopifnot(abs(e$zval - slope$statistic) < 1e-10)
  x <- regtest(m, model = "rma")
  b <- suppressWarnings(ranktest(y, v)); f <- fsn(y, v)
  list(yi = y, vi = v,
       egger = list(statistic = e$zval, p_value = e$pval, df = e$dfs, intercept = slope$estimate, se = slope$se, limit = e$est),
       egger_mixed = list(statistic = x$zval, p_value = x$pval, intercept = as.vector(x$fit$beta)[2], limit = x$est, tau2 = x$fit$tau2),
       rank = list(tau = unname(b$tau), p_value = b$pval),
       trim_L0 = trim(m, "L0"), trim_R0 = trim(m, "R0"),
       pet = coefficients_of(lm(y ~ s, weights = 1 / v), 1), peese = coefficients_of(lm(y ~ v, weights = 1 / v), 1),
       selection = Filter(Negate(is.null), list(step_model(y, v, .025, "greater"), step_model(y, v, .025, "less"),
                                                step_model(y, v, c(.025, .5), "greater"), step_model(y, v, .05, "two.sided"))),
       beta = if (k <= 22) beta_model(y, v),  # seconds a fit beyond that
       limit = limit(y, v, m$tau2), tau2 = m$tau2, waap = waap(y, v),
       fail_safe = list(n = f$fsnum, p_value = f$pval))
}

binary <- function(a, n1, c, n2) {
  a <- as.numeric(a); n1 <- as.numeric(n1); c <- as.numeric(c); n2 <- as.numeric(n2)
  # Peters weighs by the log odds of both arms together, Harbord's score over information is Peto's log odds ratio.
  d <- escalc("OR", ai = a, n1i = n1, ci = c, n2i = n2); N <- n1 + n2
  peters <- lm(d$yi ~ I(1 / N), weights = 1 / escalc("PLO", xi = a + c, ni = N, to = "none")$vi)
  peto <- escalc("PETO", ai = a, n1i = n1, ci = c, n2i = n2, to = "none")
  list(events1 = a, total1 = n1, events2 = c, total2 = n2, peters = coefficients_of(peters, 2),
       harbord = coefficients_of(lm(peto$yi ~ sqrt(peto$vi), weights = 1 / peto$vi), 2))
}

bcg <- with(dat.bcg, list(rr = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg), or = escalc("OR", ai = tpos, bi = tneg, ci = cpos, di = cneg)))
tau2_zero <- data.frame(yi = c(.35, .12, .41, .28, .22, .31, .55, .18), vi = c(.04, .02, .09, .05, .01, .03, .16, .015))
sets <- list(
  bcg_rr = bcg$rr, bcg_or = bcg$or, raudenbush1985 = dat.raudenbush1985,
  normand1999 = escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999),
  hackshaw1998 = dat.hackshaw1998, bangertdrowns2004 = dat.bangertdrowns2004,
  molloy2014 = escalc("ZCOR", ri = ri, ni = ni, data = dat.molloy2014),
  curtis1998 = escalc("ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998),
  hart1999 = escalc("IRR", x1i = x1i, x2i = x2i, t1i = t1i, t2i = t2i, data = dat.hart1999), li2007 = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007), tau2_zero = tau2_zero)
linde <- subset(dat.linde2005, !is.na(ai) & !is.na(n1i))
golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), metadat = as.character(packageVersion("metadat"))),
  sets = lapply(sets, analyse),
  binary = list(bcg = with(dat.bcg, binary(tpos, tpos + tneg, cpos, cpos + cneg)), linde2005 = with(linde, binary(ai, n1i, ci, n2i)),
                li2007 = with(dat.li2007, binary(ai, n1i, ci, n2i))))
write_json(golden, file.path(here, "golden_small_study.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null", null = "null")
