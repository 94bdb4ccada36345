# Golden values for dose and response over trials with several doses: rma.mv() on splines::ns(), with the sampling covariances of vcalc()
# for comparisons that share a group. The best of three optimisers.
suppressMessages({library(metafor); library(metadat); library(splines); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

dose_response <- function(d, rho, knots, at, reference) {
  V <- vcalc(vi, cluster = study, obs = comp, grp1 = group1, grp2 = group2, w1 = n_sz, w2 = n_hc, rho = rho, data = d)
  inner <- knots[-c(1, length(knots))]; ends <- range(knots)
  B <- function(x) matrix(ns(x, knots = inner, Boundary.knots = ends), length(x))
  X <- B(d$difficulty)
  fits <- lapply(list(list(optimizer = "nlminb"), list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-15, maxit = 20000),
                      list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15)),
                 function(control) tryCatch(rma.mv(yi, V, mods = X, random = ~ 1 | study / comp, data = d, control = control, sparse = FALSE), error = function(e) NULL))
  fits <- Filter(Negate(is.null), fits)
  r <- fits[[which.max(sapply(fits, function(f) as.numeric(logLik(f))))]]
  p <- predict(r, newmods = B(at))
  D <- sweep(B(at), 2, B(reference))
  x <- seq(ends[1], ends[2], length.out = 50); line <- coef(lm(x ~ B(x)))[-1]
  K <- cbind(0, t(qr.Q(qr(line), complete = TRUE)[, -1, drop = FALSE]))
  e <- as.numeric(resid(r))
  list(effects = d$yi, variances = d$vi, doses = d$difficulty, trials = d$study, covariance = unname(as.matrix(V)), knots = knots, at = at, reference = reference,
       estimate = p$pred, se = p$se, ci_low = p$ci.lb, difference = as.numeric(D %*% coef(r)[-1]), difference_se = sqrt(diag(D %*% vcov(r)[-1, -1] %*% t(D))),
       qm = r$QM, qm_p = r$QMp, curvature = anova(r, X = K)$QM, curvature_p = anova(r, X = K)$QMp, tau2 = r$sigma2[1], tau2_within = r$sigma2[2],
       scale = sum(e * solve(r$M, e)) / (length(e) - ncol(X) - 1))
}

knapp <- subset(dat.knapp2017, !is.na(difficulty))
golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
  trials = list(
    three = dose_response(knapp, 0.4, c(2, 3.83, 5), c(2, 3, 4, 5, 5.6), 3),
    four = dose_response(knapp, 0.6, c(2, 3, 4, 5), c(2.5, 3.5, 5.5), 4),
    alike = dose_response(subset(knapp, study > 12), 0.1, c(2.5, 3.83, 5), c(2, 3, 5), 3)))
write_json(golden, file.path(here, "golden_dose_response.json"), digits = NA, auto_unbox = TRUE, pretty = FALSE)
