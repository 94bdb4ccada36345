# Golden values for tests of several outcomes pooled together: estimates, covariances and tests by metafor's rma.mv(struct = "UN"), the
# highest of several searches; the maximum of the full likelihood by mvtnorm's dmvnorm(), searched from 200 starts.
suppressMessages({library(metafor); library(metadat); library(mvtnorm); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

# y and v: a row a trial, NA where an outcome is not reported; R: correlations of sampling errors, one matrix a trial.
multivariate <- function(y, v, R, starts = 200) {
  k <- nrow(y); p <- ncol(y); here <- !is.na(y)
  S <- lapply(seq_len(k), function(i) R[[i]] * sqrt(outer(v[i, ], v[i, ])))
  d <- data.frame(trial = rep(seq_len(k), each = p), outcome = factor(rep(seq_len(p), k)), yi = as.vector(t(y)))
  seen <- as.vector(t(here))
  V <- as.matrix(bldiag(lapply(seq_len(k), function(i) S[[i]][here[i, ], here[i, ], drop = FALSE])))
  tries <- list(list(optimizer = "nlminb"), list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 10000),
                list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-15, maxit = 20000))
  fits <- lapply(tries, function(control) tryCatch(rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN",
                                                          data = d[seen, ], control = control, sparse = FALSE), error = function(e) NULL))
  fits <- Filter(Negate(is.null), fits)
  r <- fits[[which.max(sapply(fits, function(f) as.numeric(logLik(f))))]]
  # All trials at once, as one draw of everything that was reported.
  y1 <- d$yi[seen]; o <- as.integer(d$outcome[seen]); together <- outer(d$trial[seen], d$trial[seen], "==")
  minus <- function(x) {
    L <- matrix(0, p, p); L[lower.tri(L, diag = TRUE)] <- x[-seq_len(p)]
    -dmvnorm(y1, x[o], V + (L %*% t(L))[o, o] * together, log = TRUE, checkSymmetry = FALSE)
  }
  set.seed(16)
  best <- Inf
  for (i in seq_len(starts)) {
    x <- c(colMeans(y, na.rm = TRUE) + rnorm(p, 0, 0.2), rnorm(p * (p + 1) / 2, 0, 0.4))
    best <- min(best, tryCatch(optim(x, minus, method = "BFGS", control = list(maxit = 150))$value, error = function(e) Inf))
  }
  list(effects = y, variances = v, rho = R, estimate = as.numeric(coef(r)), se = r$se, covariance = unname(vcov(r)), between = unname(r$G),
       q = r$QE, q_p = r$QEp, log_likelihood = as.numeric(logLik(r)), full_log_likelihood = -best)
}

wide <- function(d, outcome, value, trial) {
  m <- tapply(d[[value]], list(d[[trial]], d[[outcome]]), mean)
  matrix(m, nrow(m), ncol(m))
}
same <- function(rho, k, p = 2) rep(list(matrix(rho, p, p) + diag(1 - rho, p)), k)
berkey <- dat.berkey1998
shared <- lapply(split(berkey, berkey$trial), function(d) cov2cor(as.matrix(d[, c("v1i", "v2i")])))
kalaian <- dat.kalaian1996
ky <- wide(kalaian, "outcome", "yi", "study"); kv <- wide(kalaian, "outcome", "vi", "study")
set.seed(161)
made <- function(k, p, rho, tau, missing) {
  v <- matrix(runif(k * p, 0.02, 0.2), k); b <- rnorm(k)
  y <- matrix(seq(0.2, 0.6, length.out = p), k, p, byrow = TRUE) + tau * (0.7 * b + 0.5 * matrix(rnorm(k * p), k)) + sqrt(v) * matrix(rnorm(k * p), k)
  gone <- matrix(runif(k * p) < missing, k); gone[rowSums(!gone) == 0, 1] <- FALSE
  y[gone] <- NA; v[gone] <- NA
  multivariate(y, v, same(rho, k, p), 200)
}
sets <- list(berkey = multivariate(wide(berkey, "outcome", "yi", "trial"), wide(berkey, "outcome", "vi", "trial"), unname(shared)),
               kalaian = multivariate(ky, kv, same(0.66, nrow(ky))),
               few = made(4, 2, 0.5, 0.1, 0), apart = made(25, 2, 0.3, 0.4, 0.4), three = made(30, 3, 0.6, 0.4, 0.25))
write_json(list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor")), mvtnorm = as.character(packageVersion("mvtnorm"))), sets = sets), file.path(here, "golden_multivariate.json"), digits = NA, auto_unbox = TRUE, pretty = FALSE, na = "null")
