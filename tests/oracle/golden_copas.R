# Golden values for tests/engine/small_study/test_copas.py: the density of a published effect as the integral over the variable that
# decides on publication, given that it is above 0 (Gauss and Legendre); the variance within trials from that of what is published,
# solved by uniroot(). Maximised by nlminb() from several starts; standard errors from differences of the likelihood; limits of the
# average by uniroot() on the likelihood maximised over tau2 and rho from several starts.
suppressMessages({library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

# Nodes and weights on (0, 1), from the eigenvalues of the Jacobi matrix.
n <- 200; i <- seq_len(n - 1); J <- matrix(0, n, n); J[cbind(i, i + 1)] <- J[cbind(i + 1, i)] <- i / sqrt(4 * i^2 - 1)
e <- eigen(J, symmetric = TRUE); node <- (e$values + 1) / 2; weight <- e$vectors[1, ]^2

# Variance of what decides on publication, given that it does.
cut_variance <- function(u) sapply(u, function(t) {
  m <- integrate(function(d) d * dnorm(d), -t, Inf, rel.tol = 1e-12)$value / pnorm(t)
  q <- integrate(function(d) d^2 * dnorm(d), -t, Inf, rel.tol = 1e-12)$value / pnorm(t)
  q - m^2
})

minus <- function(par, y, s, u, cut, X) {
  p <- ncol(X); mu <- drop(X %*% par[seq_len(p)]); tau2 <- par[p + 1]; rho <- par[p + 2]
  # Published effects have variance s^2 = sigma^2 Var(rho delta + sqrt(1 - rho^2) e | delta > -u).
  sigma <- s / sqrt(rho^2 * cut + 1 - rho^2)
  ll <- sapply(seq_along(y), function(j) {
    reach <- u[j] + 9; d <- -u[j] + reach * node
    log(reach * sum(weight * dnorm(d) * dnorm(y[j], mu[j] + rho * sigma[j] * d, sqrt(tau2 + sigma[j]^2 * (1 - rho^2)))) / pnorm(u[j]))
  })
  -sum(ll)
}

hessian <- function(f, x, h) {
  k <- length(x); H <- matrix(0, k, k); E <- diag(h, k)
  for (a in seq_len(k)) for (b in seq_len(a))
    H[a, b] <- H[b, a] <- (f(x + E[a, ] + E[b, ]) - f(x + E[a, ] - E[b, ]) - f(x - E[a, ] + E[b, ]) + f(x - E[a, ] - E[b, ])) / (4 * h[a] * h[b])
  H
}

one <- function(y, s, chance, certain = 0.99) {
  slope <- (qnorm(certain) - qnorm(chance)) / (1 / min(s) - 1 / max(s)); u <- qnorm(chance) + slope * (1 / s - 1 / max(s)); cut <- cut_variance(u)
  best <- function(X, starts) {
    fits <- lapply(starts, function(x) nlminb(x, function(par) minus(par, y, s, u, cut, X), lower = c(rep(-Inf, ncol(X)), 0, -0.9999),
                                              upper = c(rep(Inf, ncol(X) + 1), 0.9999), control = list(rel.tol = 1e-14, iter.max = 500, eval.max = 1000)))
    fits[[which.min(sapply(fits, `[[`, "objective"))]]
  }
  ones <- matrix(1, length(y)); m <- mean(y); t <- max(var(y) - mean(s^2), 0.01)
  f <- best(ones, list(c(m, t, 0), c(m, t, 0.7), c(m, t, -0.7))); more <- best(cbind(1, s), list(c(f$par[1], 0, f$par[-1]), c(m, 0, t, 0)))
  free <- c(TRUE, f$par[2] > 1e-10, abs(f$par[3]) < 0.9998)
  at <- function(x) { p <- f$par; p[free] <- x; minus(p, y, s, u, cut, ones) }
  H <- hessian(at, f$par[free], c(1e-3, 2e-4, 1e-4)[free])
  drop <- function(mean) {
    at <- function(x) minus(c(mean, x), y, s, u, cut, ones)
    fits <- sapply(list(f$par[-1], c(t, 0), c(t, 0.9), c(t, -0.9)), function(x)
      nlminb(x, at, lower = c(0, -0.9999), upper = c(Inf, 0.9999), control = list(rel.tol = 1e-13))$objective)
    2 * (min(fits) - f$objective) - qchisq(0.95, 1)
  }
  se <- sqrt(solve(H)[1, 1])
  limit <- function(side) uniroot(drop, sort(f$par[1] + side * c(0.5, 6) * se), tol = 1e-9)$root
  list(published = chance, estimate = f$par[1], profile_low = limit(-1), profile_high = limit(1), tau2 = f$par[2], rho = f$par[3], se = se, log_likelihood = -f$objective,
       asymmetry_p = pchisq(2 * (f$objective - more$objective), 1, lower.tail = FALSE), unpublished = sum(1 / pnorm(u) - 1))
}

sets <- list(bangert = dat.bangertdrowns2004[seq(1, 48, 3), c("yi", "vi")],
             bcg = data.frame(yi = with(dat.bcg, log(tpos / (tpos + tneg)) - log(cpos / (cpos + cneg))), vi = with(dat.bcg, 1 / tpos - 1 / (tpos + tneg) + 1 / cpos - 1 / (cpos + cneg))))
golden <- list(versions = list(R = as.character(getRversion()), metadat = as.character(packageVersion("metadat"))),
               sets = lapply(sets, function(d) list(effects = as.numeric(d$yi), variances = as.numeric(d$vi), rows = lapply(c(0.8, 0.4), function(p) one(as.numeric(d$yi), sqrt(as.numeric(d$vi)), p)))))
write_json(golden, file.path(here, "golden_copas.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
