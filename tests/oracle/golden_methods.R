# Golden values for tests of further models: location-scale models by metafor's rma(scale = ), crossed and nested factors by rma.mv(),
# dose and response by rma() on splines::ns(), profile-likelihood intervals by confint(type = "PL") and by the likelihood of
# dnorm() maximised here, shares beyond a threshold likewise, worst cases of publication by clubSandwich on a weighted lm(),
# boundaries of repeated looks by mvtnorm.
suppressMessages({library(metafor); library(metadat); library(clubSandwich); library(splines); library(mvtnorm); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

location_scale <- function(y, v, scale, mods = NULL, method = "REML", starts = list()) {
  s <- as.matrix(scale); m <- if (is.null(mods)) matrix(0, length(y), 0) else as.matrix(mods)
  about <- if (is.null(mods)) ~ 1 else ~ m
  tries <- list(list(optimizer = "nlminb", iter.max = 1000, eval.max = 1000), list(optimizer = "BFGS", reltol = 1e-15, maxit = 5000),
                list(optimizer = "Nelder-Mead", reltol = 1e-15, maxit = 5000))
  tries <- c(tries, lapply(starts, function(alpha) c(tries[[1]], list(alpha.init = alpha))))
  fits <- lapply(tries, function(control) tryCatch(rma(y, v, mods = about, scale = ~ s, method = method, test = "t", control = control), error = function(e) NULL))
  fits <- Filter(Negate(is.null), fits)
  r <- fits[[which.max(sapply(fits, function(f) as.numeric(logLik(f))))]]
  same <- rma(y, v, mods = about, method = method, control = list(threshold = 1e-14, maxiter = 10000))
  list(effects = as.numeric(y), variances = v, scale_moderators = scale, moderators = mods, method = method, coefficients = as.numeric(r$beta),
       se = r$se, p_values = r$pval, ci_low = r$ci.lb, scale_coefficients = as.numeric(r$alpha), scale_se = r$se.alpha,
       scale_p_values = r$pval.alpha, scale_low = r$ci.lb.alpha, tau2 = as.numeric(r$tau2), log_likelihood = as.numeric(logLik(r)),
       lr_statistic = 2 * (as.numeric(logLik(r)) - as.numeric(logLik(same))))
}

multilevel <- function(y, v, factors, V = diag(v), shown = NULL, init = NULL) {
  d <- data.frame(y, factors)
  random <- lapply(names(factors), function(f) as.formula(paste("~ 1 |", f)))
  fits <- lapply(c(if (!is.null(init)) list(list(sigma2.init = init)), list(list(optimizer = "nlminb"), list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-13, maxit = 20000), list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-14))),
                 function(control) tryCatch(rma.mv(y, V, random = random, data = d, test = "t", dfs = "contain", control = control, sparse = FALSE), error = function(e) NULL))
  fits <- Filter(Negate(is.null), fits)
  r <- fits[[which.max(sapply(fits, function(f) as.numeric(logLik(f))))]]
  p <- predict(r)
  list(effects = as.numeric(y), variances = as.numeric(v), factors = lapply(factors, as.character), rho = shown, sigma2 = unname(r$sigma2), estimate = as.numeric(r$beta),
       se = r$se, df = unname(r$ddf), p_value = r$pval, ci_low = r$ci.lb, pi_low = p$pi.lb, q = r$QE, log_likelihood = as.numeric(logLik(r)))
}

dose_response <- function(y, v, dose, knots, at, reference) {
  inner <- knots[-c(1, length(knots))]; ends <- range(knots)
  B <- function(x) matrix(ns(x, knots = inner, Boundary.knots = ends), length(x))
  r <- rma(y, v, mods = B(dose), test = "knha", control = list(threshold = 1e-14, maxiter = 10000))
  p <- predict(r, newmods = B(at))
  D <- sweep(B(at), 2, B(reference))
  n <- length(coef(r)) - 1
  # The straight line within the curve: what of its coefficients is not proportional to those of the dose itself.
  x <- seq(ends[1], ends[2], length.out = 50); line <- coef(lm(x ~ B(x)))[-1]
  K <- cbind(0, t(qr.Q(qr(line), complete = TRUE)[, -1, drop = FALSE]))
  list(effects = as.numeric(y), variances = v, doses = dose, knots = knots, at = at, reference = reference, estimate = p$pred, se = p$se, ci_low = p$ci.lb,
       difference = as.numeric(D %*% coef(r)[-1]), difference_se = sqrt(diag(D %*% vcov(r)[-1, -1] %*% t(D))),
       qm = r$QM, qm_p = r$QMp, curvature = anova(r, X = K)$QM, curvature_p = anova(r, X = K)$QMp, tau2 = r$tau2)
}

profile <- function(y, v, thresholds) {
  y <- as.numeric(y)
  ll <- function(mu, tau) sum(dnorm(y, mu, sqrt(v + tau^2), log = TRUE))
  over <- function(f) {  # the greatest over tau, from a fine grid on
    taus <- c(0, exp(seq(log(1e-4), log(20), length.out = 300)))
    h <- sapply(taus, f); i <- which.max(h)
    max(h[i], optimize(f, taus[pmin(pmax(i + c(-1, 1), 1), 301)], maximum = TRUE, tol = 1e-13)$objective)
  }
  r <- rma(y, v, method = "ML", control = list(threshold = 1e-15, maxiter = 10000))
  top <- over(function(t) ll(sum(y / (v + t^2)) / sum(1 / (v + t^2)), t)); drop <- qchisq(0.95, 1) / 2
  of_mean <- function(mu) top - over(function(t) ll(mu, t)) - drop
  mu <- as.numeric(r$beta)
  # From the far end on, as the likelihood may fall and rise again.
  end <- function(f, far, near) {
    steps <- c(far, sort(c(seq(far, near, length.out = 201)[-1], y[(y - near) * (y - far) < 0]), decreasing = far > near))
    i <- which(sapply(steps, f) < 0)[1]
    if (is.na(i)) i <- length(steps)
    if (i == 1) NULL else uniroot(f, sort(steps[c(i - 1, i)]), tol = 1e-11)$root
  }
  limits <- c(end(of_mean, mu - 10, mu), end(of_mean, mu + 10, mu))
  pl <- confint(r, type = "PL", control = list(tol = 1e-12, maxiter = 10000))$random
  shares <- lapply(thresholds, function(q) {
    of_share <- function(z) top - over(function(t) ll(q + z * t, t)) - drop
    z <- pmax(pmin((mu - q) / sqrt(r$tau2), 7.9), -7.9)
    # A share of 0 or 1 is that of a common effect on one side of the threshold.
    common <- function(side) { m <- sum(y / v) / sum(1 / v); ll(if (side * (m - q) > 0) m else q, 0) }
    ends <- lapply(c(-7.9, 7.9), function(far) if (far == z || top - common(sign(far)) < drop) NULL else end(of_share, far, z))
    list(threshold = q, share = pnorm(z), low = if (is.null(ends[[1]])) 0 else pnorm(ends[[1]]), high = if (is.null(ends[[2]])) 1 else pnorm(ends[[2]]))
  })
  list(effects = y, variances = v, estimate = mu, ci_low = limits[1], ci_high = limits[2], lr = 2 * (of_mean(0) + drop), tau2 = r$tau2,
       tau2_low = pl["tau^2", "ci.lb"], tau2_high = pl["tau^2", "ci.ub"], log_likelihood = top, shares = shares)
}

worst <- function(y, v, ratios, sign) {
  y <- as.numeric(y); tau2 <- rma(y, v, control = list(threshold = 1e-15, maxiter = 10000))$tau2
  affirmative <- sign * y / sqrt(v) > qnorm(0.975)
  one <- function(ratio) {
    use <- if (is.infinite(ratio)) !affirmative else rep(TRUE, length(y))
    d <- data.frame(y = y[use], w = (ifelse(affirmative, 1, if (is.infinite(ratio)) 1 else ratio) / (v + tau2))[use], id = seq_len(sum(use)))
    m <- lm(y ~ 1, weights = w, data = d)
    t <- coef_test(m, vcovCR(m, cluster = d$id, type = "CR2", target = (v + tau2)[use], inverse_var = FALSE), test = "Satterthwaite")
    c(t$beta, t$SE, if (is.null(t$df_Satt)) t$df else t$df_Satt)
  }
  found <- sapply(c(ratios, Inf), one)
  near <- function(ratio) { f <- one(ratio); sign * f[1] - qt(0.975, f[3]) * f[2] }
  list(effects = y, variances = v, favoured = if (sign > 0) "greater" else "less", ratios = ratios, estimate = found[1, ], se = found[2, ], df = found[3, ],
       ratio_interval = if (near(1e6) > 0) NULL else uniroot(near, c(1, 1e6), tol = 1e-10)$root)
}

# Sequential boundaries by multivariate normal probabilities (mvtnorm), look by look; the size by metafor's common and random models.
sequential <- function(y, v, difference, alpha = 0.05, power = 0.8) {
  y <- as.numeric(y); exact <- list(threshold = 1e-15, maxiter = 10000)
  whole <- rma(y, v, control = exact); common <- rma(y, v, method = "FE"); alike <- common$se^2 / whole$se^2
  required <- ((qnorm(1 - alpha / 2) + qnorm(power)) / difference)^2 / alike
  t <- cumsum(1 / v) / required; last <- min(c(which(t >= 1), length(t))); t <- pmin(t[seq_len(last)], 1)
  spent <- 4 * pnorm(-qnorm(1 - alpha / 4) / sqrt(t))
  R <- outer(t, t, function(a, b) sqrt(pmin(a, b) / pmax(a, b)))
  bound <- c()
  for (j in seq_along(t)) {
    stay <- function(c) if (j == 1) 2 * pnorm(c) - 1 else pmvnorm(-c(bound, c), c(bound, c), corr = R[1:j, 1:j], algorithm = Miwa(steps = 512))[1]
    bound[j] <- uniroot(function(c) 1 - stay(c) - spent[j], c(0.5, 8), tol = 1e-9)$root
  }
  z <- sapply(seq_along(y)[-1], function(i) rma(y[1:i], v[1:i], control = exact)$zval)
  list(effects = y, variances = v, difference = difference, required = required, diversity = 100 * (1 - alike), fraction = t, boundary = bound, z = z)
}

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
bangert <- dat.bangertdrowns2004
normand <- escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999)
konst <- dat.konstantopoulos2011
born <- escalc(measure = "OR", ai = waward, n1i = wtotal, ci = maward, n2i = mtotal, data = dat.bornmann2007)
block <- function(v, cluster, rho) outer(sqrt(v), sqrt(v)) * outer(cluster, cluster, "==") * (rho + (1 - rho) * diag(length(v)))
known <- subset(bangert, !is.na(length))
# Made up: from its own start rma(scale = ) ends at a lower maximum than from steeper ones.
steep <- data.frame(y = c(0.19, 0.56, 0.45, -0.37, 0.37, 0.14, 0.15, 0.25, 0.41, 2.24, 0.62, -0.38, 0.1, -0.24),
                    v = c(0.04, 0.149, 0.025, 0.16, 0.079, 0.041, 0.026, 0.028, 0.062, 0.024, 0.038, 0.059, 0.09, 0.074),
                    m = c(0.9, 0.4, -0.7, 0, -0.4, -1.2, -0.5, -1.3, -1.2, 1.7, -1, 1.9, 0.1, 0.2))

golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), clubSandwich = as.character(packageVersion("clubSandwich"))),
  location_scale = list(
    bangert = with(bangert, location_scale(yi, vi, ni / 100)), bangert_ml = with(bangert, location_scale(yi, vi, ni / 100, method = "ML")),
    bangert_both = with(bangert, location_scale(yi, vi, cbind(ni / 100, year - 1990), mods = ni / 100)), bcg = with(bcg, location_scale(yi, vi, ablat / 10, mods = ablat)),
    steep = with(steep, location_scale(y, v, m, starts = list(c(-6, 4), c(-9, 6), c(-12, 8))))),
  multilevel = list(
    three = with(konst, multilevel(yi, vi, list(district = district, effect = seq_along(yi)))),
    four = with(born, multilevel(yi, vi, list(study = study, effect = obs, country = country))),
    crossed = with(born, multilevel(yi, vi, list(study = study, effect = obs, discipline = discipline), block(vi, study, 0.5), 0.5)),
    bound = with(konst, multilevel(yi, vi, list(district = district, effect = seq_along(yi), turn = rep(1:4, 14)))),
    # Made up: two maxima, the second of which rma.mv() finds from near it only.
    two = multilevel(c(-4.531, 1.07, -3.44, 5.693, 1.734, 5.474, 3.327, -2.212, 5.996, -3.622, 4.582, 4.099, 3.914, 0.944, -5.415),
                     c(0.00237, 0.0198, 0.0727, 0.00216, 0.0734, 0.00472, 0.485, 0.0924, 0.00101, 0.0408, 0.00809, 0.0302, 0.767, 1.53, 0.913),
                     list(f0 = c(0, 8, 9, 10, 3, 2, 3, 4, 2, 9, 5, 5, 5, 4, 0), f1 = c(4, 2, 2, 0, 5, 1, 11, 10, 0, 9, 0, 10, 12, 6, 6),
                          f2 = c(0, 1, 4, 1, 7, 3, 11, 6, 12, 7, 11, 0, 12, 1, 10)), init = c(16, 0.08, 0.001))),
  dose_response = list(
    weeks = with(known, dose_response(yi, vi, length, c(3, 10, 20), c(2, 5, 10, 15, 24), 10)),
    five = with(bcg, dose_response(yi, vi, ablat, c(13, 25, 33, 44, 52), c(13, 20, 33, 50), 33))),
  profile = list(bcg = profile(bcg$yi, bcg$vi, c(-0.2, -0.7, 1)), normand = profile(normand$yi, normand$vi, c(-2, 0)), bangert = profile(bangert$yi, bangert$vi, c(0.2, 0.5, 1.5)),
                 # Made up: one precise trial and some imprecise ones far from it have a likelihood with two humps.
                 apart = profile(c(2.8, -1.46, -0.88), c(0.00045, 2.5, 6.7), c(0.5, -1)),
                 further = profile(c(3.74, -4.01, -1.82, -0.94), c(0.00016, 7.3, 9.1, 2.9), c(0, 3)),
                 usual = profile(c(0.79, 0.57, -0.83, -0.23), c(0.00013, 0.57, 0.39, 0.51), 0.2)),
  sequential = list(five = sequential(normand$yi[c(1, 3, 4, 6, 7)] / 20, c(0.05, 0.04, 0.06, 0.03, 0.05), 0.3),
                    reached = sequential(c(0.5, 0.1, 0.4, 0.3, 0.6), c(0.04, 0.03, 0.05, 0.04, 0.03), 0.5)),
  worst = list(bcg = worst(bcg$yi, bcg$vi, c(1, 2, 10), -1), bangert = worst(bangert$yi, bangert$vi, c(1, 4), 1)))
write_json(golden, file.path(here, "golden_methods.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
