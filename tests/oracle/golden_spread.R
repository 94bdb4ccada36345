# Standard deviations of averages under priors of tau with long tails, for two and three trials: integrals over log(tau), a stretch of it at a time,
# as far as its square can be exponentiated.
library(jsonlite)
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

spread <- function(y, v, log_density, to = 340) {
  log_mass <- function(s) sapply(s, function(s) { w <- 1 / (v + exp(2 * s)); m <- sum(w * y) / sum(w)
    log_density(s) + .5 * sum(log(w)) - .5 * log(sum(w)) - .5 * sum(w * (y - m)^2) })
  mean <- function(s) sapply(s, function(s) { w <- 1 / (v + exp(2 * s)); sum(w * y) / sum(w) })
  variance <- function(s) sapply(s, function(s) 1 / sum(1 / (v + exp(2 * s))))
  ends <- seq(-60, to, by = 2)
  whole <- function(g) sum(sapply(seq_along(ends)[-1], function(i) integrate(function(s) g(s) * exp(log_mass(s)), ends[i - 1], ends[i], rel.tol = 1e-10, subdivisions = 2000)$value))
  Z <- whole(function(s) 1); m <- whole(mean) / Z
  list(effects = y, variances = v, se = sqrt(whole(function(s) variance(s) + (mean(s) - m)^2) / Z))
}

# Densities of log(tau), up to a constant.
log_t <- function(s) dt((2 * s + 3.44) / 2.59, 5, log = TRUE)
log_normal <- function(mean, sd) function(s) dnorm(2 * s, mean, sd, log = TRUE)
inverse_gamma <- function(shape, scale) function(s) dgamma(exp(-s), shape, scale, log = TRUE) - s
three <- list(c(.1, .5, .2), c(.04, .05, .06)); two <- lapply(three, head, 2)
write_json(list(
  versions = list(R = as.character(getRversion())),
  log_t = list(three = spread(three[[1]], three[[2]], log_t)),
  wide = list(two = spread(two[[1]], two[[2]], log_normal(0, 10)), three = spread(three[[1]], three[[2]], log_normal(0, 10)),
              four = spread(c(three[[1]], 3), c(three[[2]], .01), log_normal(0, 10))),
  usual = list(three = spread(three[[1]], three[[2]], inverse_gamma(1, .15))),
  steep = list(two = spread(two[[1]], two[[2]], inverse_gamma(1.5, .15)))),
  file.path(here, "golden_spread.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
