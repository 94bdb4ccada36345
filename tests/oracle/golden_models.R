# Golden values for models beyond the average. What each family rests on:
# aggregate, permutation, tables: metafor's aggregate(), permutest(), rma.mh(), rma.peto(). regression: metafor's rma().
# dependent, dependent_regression: metafor's rma.mv() and clubSandwich; I2 from the projection matrix.
# binomial: the likelihood, its integral a plain sum over a fine grid, maximised by nlminb(); se with tau held there.
# bayes: integrate() over tau on its own scale, priors by dnorm(), dlnorm(), dt(); golden_bayes_review.R holds the same
#   integrals to the joint density.
suppressMessages({library(metafor); library(metadat); library(clubSandwich); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
num <- function(x) as.numeric(x)

# Aggregation within trials ------------------------------------------------------------------------------------------
aggregated <- function(d, cluster, rho) {
  d$cl <- as.integer(factor(d[[cluster]], levels = unique(d[[cluster]])))
  a <- aggregate(escalc(yi = yi, vi = vi, data = data.frame(yi = num(d$yi), vi = num(d$vi), cl = d$cl)), cluster = cl, rho = rho)
  list(effects = num(d$yi), variances = num(d$vi), clusters = d$cl, rho = rho, values = num(a$yi), combined = num(a$vi))
}

# Correlated and hierarchical effects --------------------------------------------------------------------------------
dependent <- function(d, cluster, rho, mods = NULL) {
  y <- num(d$yi); v <- num(d$vi); cl <- as.integer(factor(d[[cluster]], levels = unique(d[[cluster]])))
  use <- data.frame(y, v, cl, id = seq_along(y)); V <- if (rho == 0) diag(v) else impute_covariance_matrix(v, cl, r = rho)
  fit <- function(...) rma.mv(y, V, ..., random = ~ 1 | cl / id, data = use, control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 1000))
  r <- if (is.null(mods)) fit() else fit(mods = mods)
  ct <- coef_test(r, vcov = "CR2", cluster = cl); ci <- conf_int(r, vcov = "CR2", cluster = cl)
  V0 <- if (rho == 0) diag(v) else bldiag(V); W <- solve(V0); X <- model.matrix(r); P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
  out <- list(effects = y, variances = v, clusters = cl, rho = rho, estimate = num(coef(r)), se = num(r$se), sigma2 = r$sigma2, log_likelihood = num(logLik(r)),
              robust_se = ct$SE, robust_df = ct$df, p_value = ct$p_Satt, ci_low = ci$CI_L, ci_high = ci$CI_U,
              i2 = 100 * r$sigma2 / (sum(r$sigma2) + (r$k - r$p) / sum(diag(P))), q = r$QE)
  if (!is.null(mods)) {
    w <- Wald_test(r, constraints = constrain_zero(2:length(coef(r))), vcov = "CR2", cluster = cl)
    out <- c(out, list(moderators = unname(mods), qm = w$Fstat, qm_df2 = w$df_denom, qm_p_value = w$p_val))
  }
  out
}

# Meta-regression ----------------------------------------------------------------------------------------------------
regression <- function(y, v, x) {
  x <- as.matrix(x); y <- num(y); v <- num(v); fits <- list()
  for (method in c("REML", "ML", "DL", "PM", "SJ", "HE", "HS", "FE")) for (test in c("knha", "z")) {
    r <- suppressWarnings(rma(y, v, mods = x, method = method, test = test, control = list(threshold = 1e-13, maxiter = 10000, tol = 1e-14, tau2.max = 1e6)))
    fits[[paste(method, test, sep = "_")]] <- list(coefficients = num(r$beta), se = num(r$se), p_values = num(r$pval), ci_low = num(r$ci.lb), ci_high = num(r$ci.ub),
      tau2 = r$tau2, i2 = r$I2, qm = r$QM, qm_p_value = r$QMp, qe = r$QE, qe_p_value = r$QEp, r2 = if (method == "FE" || is.null(r$R2)) NA else r$R2)
  }
  list(effects = y, variances = v, moderators = unname(x), fits = fits)
}
permuted <- function(y, v, x) {
  p <- permutest(rma(num(y), num(v), mods = x, test = "knha", control = list(threshold = 1e-12, maxiter = 10000)), exact = TRUE, progbar = FALSE)
  list(effects = num(y), variances = num(v), moderators = x, p_values = num(p$pval), qm_p_value = num(p$QMp))
}

# Two-by-two tables --------------------------------------------------------------------------------------------------
pooled_tables <- function(a, n1, c, n2) {
  a <- num(a); n1 <- num(n1); c <- num(c); n2 <- num(n2); out <- list(events1 = a, total1 = n1, events2 = c, total2 = n2)
  take <- function(r) list(estimate = num(r$beta), se = r$se, ci_low = r$ci.lb, ci_high = r$ci.ub, p_value = r$pval, q = r$QE, q_p_value = r$QEp)
  for (m in c("OR", "RR", "RD")) out[[m]] <- take(suppressWarnings(rma.mh(measure = m, ai = a, n1i = n1, ci = c, n2i = n2)))
  out$PETO <- take(suppressWarnings(rma.peto(ai = a, n1i = n1, ci = c, n2i = n2)))
  out
}
# The model of rma.glmm's UM.FS; its integral as a plain sum over a fine grid round the mode, all parameters free.
binomial_normal <- function(a, n1, c, n2) {
  keep <- a + c > 0 & a + c < n1 + n2; a <- num(a)[keep]; n1 <- num(n1)[keep]; c <- num(c)[keep]; n2 <- num(n2)[keep]; k <- length(a); x <- seq(-9, 9, length.out = 73)
  loss <- function(par) {
    th <- par[1]; tau <- exp(par[2]); al <- par[-(1:2)]
    -sum(sapply(seq_len(k), function(i) {
      f <- function(u) dbinom(a[i], n1[i], plogis(al[i] + (th + u) / 2), log = TRUE) + dbinom(c[i], n2[i], plogis(al[i] - (th + u) / 2), log = TRUE) + dnorm(u, 0, tau, log = TRUE)
      u <- 0; for (step in 1:50) { p <- plogis(al[i] + (th + u) / 2); q <- plogis(al[i] - (th + u) / 2)
        u <- u + ((a[i] - n1[i] * p - c[i] + n2[i] * q) / 2 - u / tau^2) / ((n1[i] * p * (1 - p) + n2[i] * q * (1 - q)) / 4 + 1 / tau^2) }
      s <- 1 / sqrt((n1[i] * p * (1 - p) + n2[i] * q * (1 - q)) / 4 + 1 / tau^2); log(sum(exp(f(u + s * x))) * s * (x[2] - x[1]))
    }))
  }
  start <- c(suppressWarnings(rma.mh(measure = "OR", ai = a, n1i = n1, ci = c, n2i = n2))$beta, log(.5), qlogis((a + c) / (n1 + n2)))
  low <- c(-5, log(.02), rep(-12, k)); high <- c(5, log(5), rep(12, k)); o <- list(par = start)
  for (again in 1:2) o <- nlminb(o$par, loss, lower = low, upper = high, control = list(rel.tol = 1e-14, iter.max = 1000, eval.max = 5000))
  H <- optimHess(o$par, loss, control = list(ndeps = rep(1e-4, k + 2)))[-2, -2]
  list(estimate = o$par[1], tau2 = exp(2 * o$par[2]), log_likelihood = -o$objective, se = sqrt(solve(H)[1, 1]))
}

# Bayesian average, integrated over tau on its own scale -------------------------------------------------------------
bayes <- function(y, v, density) {
  given <- function(t) { w <- 1 / (v + t^2); c(sum(w * y) / sum(w), 1 / sum(w)) }
  likelihood <- function(t) sapply(t, function(s) { w <- 1 / (v + s^2); m <- sum(w * y) / sum(w); exp(.5 * sum(log(w)) - .5 * log(sum(w)) - .5 * sum(w * (y - m)^2)) })
  f <- function(t) density(t) * likelihood(t)
  whole <- function(g) { e <- c(0, .003, .03, .1, .3, 1, 4, 20, Inf); sum(sapply(1:8, function(i) integrate(g, e[i], e[i + 1], rel.tol = 1e-11, subdivisions = 5000)$value)) }
  Z <- whole(f)
  mixture <- function(x, new) whole(function(t) sapply(t, function(s) { g <- given(s); pnorm(x, g[1], sqrt(g[2] + new * s^2)) }) * f(t)) / Z
  q <- function(p, new = 0) uniroot(function(x) mixture(x, new) - p, c(-8, 8), tol = 1e-12)$root
  tau <- function(p) uniroot(function(x) integrate(f, 0, min(x, .01), rel.tol = 1e-11)$value / Z + (if (x > .01) integrate(f, .01, x, rel.tol = 1e-11, subdivisions = 5000)$value / Z else 0) - p, c(1e-7, 8), tol = 1e-13)$root
  list(effects = y, variances = v, ci_low = q(.025), estimate = q(.5), ci_high = q(.975), pi_low = q(.025, 1), pi_high = q(.975, 1), probability = 1 - mixture(.2, 0),
       tau_low = tau(.025), tau = tau(.5), tau_high = tau(.975))
}

bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg); k11 <- dat.konstantopoulos2011; a16 <- dat.assink2016
bd <- dat.bangertdrowns2004; bd <- bd[!is.na(bd$length) & !is.na(bd$wic), ]
nw <- dat.nielweise2007; ya <- subset(dat.yusuf1985, table == "6" & !is.na(ai)); cc <- subset(dat.collins1985b, !is.na(pre.xti))
zeros <- list(c(0, 5, 12, 1, 30, 3), c(10, 5, 40, 200, 31, 3), c(3, 2, 0, 9, 2, 1), c(9, 30, 25, 180, 29, 4))
sizes <- list(c(2, 40, 9000, 1), c(3, 400, 90000, 2500), c(0, 20, 15000, 6), c(4, 500, 70000, 1200))
half_normal <- function(t) 2 * dnorm(t, 0, .5); log_normal <- function(t) 2 * t * dlnorm(t^2, -2.34, 1.72)
log_t <- function(t) 2 / t * dt((2 * log(t) + 3.44) / 2.59, 5) / 2.59
# Variances over five decades in one cluster: its residual block has a direction that is small and yet no rounding.
write_json(list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), metadat = as.character(packageVersion("metadat")), clubSandwich = as.character(packageVersion("clubSandwich"))),
  aggregate = list(konstantopoulos2011 = aggregated(k11, "district", .6), assink2016 = aggregated(a16, "study", .3), independent = aggregated(k11, "district", 0)),
  dependent = list(konstantopoulos2011_0 = dependent(k11, "district", 0), konstantopoulos2011_6 = dependent(k11, "district", .6), assink2016_6 = dependent(a16, "study", .6),
                   assink2016_2 = dependent(a16, "study", .2), bourassa1996 = dependent(subset(escalc("OR", ai = lh.le, bi = lh.re, ci = rh.le, di = rh.re, data = dat.bourassa1996), !is.na(yi)), "sample", .6)),
  dependent_regression = list(konstantopoulos2011 = dependent(k11, "district", .6, cbind(k11$year)), assink2016 = dependent(a16, "study", .6, cbind(a16$year, a16$deltype == "general"))),
  regression = list(bcg = regression(bcg$yi, bcg$vi, cbind(bcg$ablat, bcg$year)), bangertdrowns2004 = regression(bd$yi, bd$vi, cbind(bd$length, bd$wic)),
                    raudenbush1985 = regression(dat.raudenbush1985$yi, dat.raudenbush1985$vi, dat.raudenbush1985$weeks), alloc = regression(bcg$yi, bcg$vi, cbind(bcg$alloc == "random", bcg$alloc == "systematic") + 0)),
  permutation = list(bcg = permuted(bcg$yi[1:6], bcg$vi[1:6], bcg$ablat[1:6]), normand = permuted(dat.raudenbush1985$yi[1:6], dat.raudenbush1985$vi[1:6], dat.raudenbush1985$weeks[1:6])),
  tables = list(bcg = with(dat.bcg, pooled_tables(tpos, tpos + tneg, cpos, cpos + cneg)), nielweise2007 = with(nw, pooled_tables(ai, n1i, ci, n2i)), yusuf1985 = with(ya, pooled_tables(ai, n1i, ci, n2i)),
                collins1985b = with(cc, pooled_tables(pre.xti, pre.nti, pre.xci, pre.nci)), sparse = pooled_tables(c(1, 0, 3, 2, 0, 0), c(50, 40, 60, 55, 100, 30), c(2, 1, 0, 5, 0, 4), c(52, 41, 50, 55, 50, 60)),
                zeros = do.call(pooled_tables, zeros), sizes = do.call(pooled_tables, sizes)),
  binomial = list(zeros = do.call(binomial_normal, zeros), sizes = do.call(binomial_normal, sizes), bcg = with(dat.bcg, binomial_normal(tpos, tpos + tneg, cpos, cpos + cneg)), nielweise2007 = with(nw, binomial_normal(ai, n1i, ci, n2i))),
  bayes = list(half_normal = list(two = bayes(c(.3, .5), c(.04, .05), half_normal), four = bayes(c(.1, .9, .4, -.2), c(.04, .02, .1, .05), half_normal)),
               log_normal = list(two = bayes(c(.3, .5), c(.04, .05), log_normal), four = bayes(c(.1, .9, .4, -.2), c(.04, .02, .1, .05), log_normal)),
               log_t = list(four = bayes(c(.1, .9, .4, -.2), c(.04, .02, .1, .05), log_t), ten = bayes(num(bcg$yi[1:10]), num(bcg$vi[1:10]), log_t)))),
  file.path(here, "golden_models.json"), digits = NA, auto_unbox = TRUE, na = "null", null = "null")
