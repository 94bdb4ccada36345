# Golden values for tests of p-uniform* and z-curve. p-uniform*: the likelihood of dnorm() over pnorm() beyond the critical value, maximised by
# optim() from many starts; limits where it has fallen by qchisq()/2, by uniroot(). z-curve: the mixture of folded and cut normals, by
# 200 000 steps of expectation and maximisation.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

p_uniform <- function(y, v) {
  cv <- qnorm(0.975) * sqrt(v); s <- y >= cv
  ll <- function(mu, tau) {
    sd <- sqrt(v + tau^2)
    sum(dnorm(y, mu, sd, log = TRUE) - ifelse(s, pnorm(cv, mu, sd, lower.tail = FALSE, log.p = TRUE), pnorm(cv, mu, sd, log.p = TRUE)))
  }
  tight <- list(reltol = 1e-15, maxit = 5000)
  set.seed(1)
  tries <- lapply(1:200, function(i) optim(c(runif(1, -1, 1), runif(1, 0, 0.7)), function(x) -ll(x[1], abs(x[2])), control = tight))
  best <- tries[[which.min(sapply(tries, `[[`, "value"))]]
  mu <- best$par[1]; tau <- abs(best$par[2]); top <- -best$value; drop <- qchisq(0.95, 1) / 2
  over_tau <- function(m) max(sapply(list(c(0, 0.05), c(0, 0.5), c(0.2, 2)), function(b) optimize(function(t) ll(m, t), b, maximum = TRUE, tol = 1e-11)$objective), ll(m, 0))
  over_mu <- function(t) max(sapply(list(c(-3, 0), c(-1, 1), c(0, 2)), function(b) optimize(function(m) ll(m, t), b, maximum = TRUE, tol = 1e-11)$objective))
  root <- function(f, a, b) uniroot(f, c(a, b), tol = 1e-12)$root
  low <- root(function(m) over_tau(m) - top + drop, mu - 2, mu); high <- root(function(m) over_tau(m) - top + drop, mu, mu + 2)
  zero <- over_mu(0) - top + drop
  pm <- rma(y, v, method = "PM", control = list(tol = 1e-14))
  list(effects = as.numeric(y), variances = v, estimate = mu, tau2 = if (tau < 1e-4) 0 else tau^2, log_likelihood = top, ci_low = low, ci_high = high,
       tau2_low = if (zero > 0) 0 else root(function(t) over_mu(t) - top + drop, 0, tau)^2,
       tau2_high = root(function(t) over_mu(t) - top + drop, tau, tau + 3)^2,
       lr_statistic = 2 * (top - over_tau(0)), bias_statistic = 2 * (top - ll(as.numeric(pm$beta), sqrt(pm$tau2))))
}

z_curve <- function(y, v) {
  z <- abs(y) / sqrt(v); a <- qnorm(0.975); m <- 0:6
  sig <- z[z >= a]; x <- sig[sig < 6]
  f <- sapply(m, function(mu) (dnorm(x, mu) + dnorm(-x, mu)) / integrate(function(u) dnorm(u, mu) + dnorm(-u, mu), a, 6, rel.tol = 1e-12)$value)
  w <- rep(1 / 7, 7)
  for (i in 1:200000) w <- colMeans(sweep(f, 2, w, `*`) / as.numeric(f %*% w))
  up <- pnorm(a, m, lower.tail = FALSE); down <- pnorm(-a, m); power <- up + down; n <- length(x); N <- length(sig)
  list(effects = as.numeric(y), variances = v, log_likelihood = sum(log(f %*% w)), weights = w, k_significant = N,
       replication_rate = (n * sum(w * (up^2 + down^2) / power) + N - n) / N, expected_discovery_rate = N / (N + n * sum(w * (1 / power - 1))))
}

set.seed(7)
made <- function(k, mu, tau, kept, v = runif(k, 0.01, 0.12)) {
  y <- rnorm(k, mu, sqrt(tau^2 + v)); y_kept <- y > qnorm(0.975) * sqrt(v) | runif(k) < kept
  list(y = y[y_kept], v = v[y_kept])
}
one <- made(60, 0.3, 0.2, 0.4); two <- made(80, 0.1, 0, 0.3); three <- made(300, 0.35, 0.2, 0.2)
bangert <- dat.bangertdrowns2004
golden <- list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor"))),
               p_uniform = list(one = p_uniform(one$y, one$v), two = p_uniform(two$y, two$v), bangert = p_uniform(bangert$yi, bangert$vi)),
               z_curve = list(three = z_curve(three$y, three$v), one = z_curve(one$y, one$v)))
write_json(golden, file.path(here, "golden_history.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
