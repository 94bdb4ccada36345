# Golden values for tests of model-averaged Bayes. Published: log marginal likelihoods that RoBMA's own tests record (bridge sampling, two
# decimals), for its three trials and 12 models. Simulated: the probability of the data as the mean likelihood of 400 000 draws from the priors, with its
# Monte Carlo error; average and tau by the same draws, weighted.
suppressMessages(library(jsonlite))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
r <- c(0.1, 0.2, 0.3); n <- c(15, 20, 50); d <- 2 * r / sqrt(1 - r^2)
three <- list(y = d, v = 4 / n + d^2 / (2 * n))
# Bem (2011) as in RoBMA's data.
bem <- list(y = c(0.25, 0.20, 0.26, 0.23, 0.22, 0.15, 0.09, 0.19, 0.42),
            v = c(0.10155048, 0.08246211, 0.10323629, 0.10182427, 0.10120277, 0.08210765, 0.07085372, 0.10089846, 0.14752627)^2)

draws <- 400000
simulate <- function(set, effect, heterogeneity, kind, steps = NULL, two_sided = FALSE, power = 1, scale = 1, heavy = TRUE) {
  set.seed(2026)
  mu <- if (effect) rnorm(draws) else numeric(draws)
  tau <- if (heterogeneity) 1 / rgamma(draws, 1, rate = 0.15) else numeric(draws)
  slope <- if (kind == "slope") abs(if (heavy) rcauchy(draws, 0, scale) else rnorm(draws, 0, scale)) else numeric(draws)
  ll <- numeric(draws)
  if (kind == "weights") {
    m <- length(steps)
    g <- matrix(rexp(draws * (m + 1)), draws); g <- g / rowSums(g)       # Dirichlet(1, ..., 1), summed up: weights from the largest p down
    w <- t(apply(g, 1, cumsum)); w <- w[, (m + 1):1]; w[, 1] <- 1
  }
  for (i in seq_along(set$y)) {
    se <- sqrt(set$v[i]); sd <- sqrt(set$v[i] + tau^2)
    ll <- ll + dnorm(set$y[i], mu + slope * se^power, sd, log = TRUE)
    if (kind == "weights") {
      z <- set$y[i] / se; p <- if (two_sided) 2 * pnorm(-abs(z)) else pnorm(-z)
      z_at <- qnorm(if (two_sided) steps / 2 else steps, lower.tail = FALSE) * se
      beyond <- sapply(z_at, function(at) pnorm(at, mu, sd, lower.tail = FALSE) + if (two_sided) pnorm(-at, mu, sd) else 0)
      mass <- cbind(beyond, 1) - cbind(0, beyond)
      ll <- ll + log(w[, 1 + sum(p > steps)]) - log(rowSums(w * mass))
    }
  }
  l <- exp(ll - max(ll)); mean_l <- mean(l)
  list(effect = effect, heterogeneity = heterogeneity, kind = kind, steps = I(as.numeric(steps)), two_sided = two_sided, power = power, scale = scale, heavy = heavy,
       log_evidence = log(mean_l) + max(ll), error = sd(l) / sqrt(draws) / mean_l,
       mean = sum(l * mu) / sum(l), mean_error = sqrt(sum(l^2 * (mu - sum(l * mu) / sum(l))^2)) / sum(l))
}
kinds <- list(list(kind = "none"), list(kind = "weights", steps = 0.05), list(kind = "weights", steps = c(0.05, 0.1), two_sided = TRUE),
              list(kind = "weights", steps = c(0.025, 0.05, 0.5)), list(kind = "slope"), list(kind = "slope", power = 2, scale = 5))
all_of <- function(set) unlist(lapply(c(FALSE, TRUE), function(e) unlist(lapply(c(FALSE, TRUE), function(h)
  lapply(kinds, function(k) do.call(simulate, c(list(set, e, h), k)))), recursive = FALSE)), recursive = FALSE)
golden <- list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
  published = list(effects = three$y, variances = three$v,
                   log_evidence = c(-2.90, -2.60, -1.46, -2.66, -2.61, -1.73, -2.01, -2.28, -2.25, -2.38, -2.70, -2.56)),
  simulated = list(three = list(effects = three$y, variances = three$v, models = all_of(three)), bem = list(effects = bem$y, variances = bem$v, models = all_of(bem))))
write_json(golden, file.path(here, "golden_model_average.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
