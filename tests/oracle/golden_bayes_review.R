# Golden values for tests/engine/pooling/test_review.py: the Bayesian average of every question of the review.
# Rests on: posterior, conditional on tau normal, integrated over tau by base R's integrate(); quantiles by uniroot().
# Held here to the definition alone, the product of normal densities integrated over average and tau, for one question
# each of one to five trials: no closed form of the average enters.
# Rscript golden_bayes_review.R EFFECTS.csv GOLDEN.json reads other effects: columns question_id, yi, vi.
suppressMessages(library(jsonlite))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
given <- commandArgs(TRUE)
files <- if (length(given) == 2) given else file.path(here, c("effects_of_review.csv", "golden_bayes_review.json"))
scale <- 0.5
threshold <- 0.24

# Sixteen standard deviations of the prior out, no more is left than 1e-56.
edges <- scale * c(0, .02, .08, .2, .4, .8, 1.4, 2.2, 3.5, 6, 16)
pieces <- function(f, cuts, tolerance = 1e-11) {
  sum(mapply(function(a, b) integrate(f, a, b, rel.tol = tolerance, abs.tol = tolerance * 1e-2, subdivisions = 1000)$value, head(cuts, -1), cuts[-1]))
}

posterior <- function(y, v) {
  # Rows are values of tau, columns trials.
  at <- function(t) {
    w <- 1 / outer(t^2, v, "+"); total <- rowSums(w); m <- drop(w %*% y) / total
    list(m = m, v = 1 / total, l = (rowSums(log(w)) - log(total) - rowSums(w * outer(m, y, "-")^2)) / 2)
  }
  top <- max(at(seq(0, 4, by = .01))$l)
  f <- function(t) 2 * dnorm(t, 0, scale) * exp(at(t)$l - top)
  Z <- pieces(f, edges)
  mean_below <- function(x) pieces(function(t) { g <- at(t); f(t) * pnorm(x, g$m, sqrt(g$v)) }, edges) / Z
  new_below <- function(x) pieces(function(t) { g <- at(t); f(t) * pnorm(x, g$m, sqrt(g$v + t^2)) }, edges) / Z
  tau_below <- function(x) pieces(f, c(edges[edges < x], x)) / Z
  reach <- c(min(y - 10 * sqrt(v)) - 4, max(y + 10 * sqrt(v)) + 4)
  root <- function(below, p, range) uniroot(function(x) below(x) - p, range, tol = 1e-11)$root
  list(ci_low = root(mean_below, .025, reach), estimate = root(mean_below, .5, reach), ci_high = root(mean_below, .975, reach),
       pi_low = root(new_below, .025, reach), pi_high = root(new_below, .975, reach),
       tau_low = root(tau_below, .025, c(1e-9, 4)), tau = root(tau_below, .5, c(1e-9, 4)), tau_high = root(tau_below, .975, c(1e-9, 4)),
       p_above_zero = 1 - mean_below(0), p_above_threshold = 1 - mean_below(threshold))
}

# Shares of the joint density of average and tau, nothing integrated by hand.
hold_to_definition <- function(y, v, found) {
  joint <- function(m, t) 2 * dnorm(t, 0, scale) * exp(colSums(dnorm(matrix(y, length(y), length(t)), m, sqrt(outer(v, t^2, "+")), log = TRUE)) - top)
  top <- max(sapply(seq(0, 2, .05), function(t) sum(dnorm(y, found$estimate, sqrt(v + t^2), log = TRUE))))
  over <- function(cuts, weight = function(m, t) 1) pieces(function(ms) sapply(ms, function(m) pieces(function(t) joint(m, t) * weight(m, t), edges, 1e-9)), cuts, 1e-9)
  width <- found$ci_high - found$ci_low
  inner <- with(found, c(estimate - width * c(8, 2), ci_low, estimate, ci_high, estimate + width * c(2, 8)))
  far <- with(found, estimate + width * c(-40, 40))
  cuts <- c(far[1], inner, far[2])
  Z <- over(cuts)
  share <- function(x) over(c(cuts[cuts < x], x)) / Z
  new <- function(x) over(cuts, function(m, t) pnorm(x, m, t)) / Z
  tau <- function(x) pieces(function(ts) sapply(ts, function(t) pieces(function(ms) sapply(ms, joint, t = t), cuts, 1e-9)), c(edges[edges < x], x), 1e-9) / Z
  by_definition <- with(found, c(share(ci_low), share(estimate), share(ci_high), new(pi_low), new(pi_high), tau(tau_low), tau(found$tau), tau(tau_high),
                                 1 - share(0), 1 - share(threshold)))
  expected <- c(.025, .5, .975, .025, .975, .025, .5, .975, found$p_above_zero, found$p_above_threshold)
  stopifnot(abs(by_definition - expected) < 1e-6)
}

effects <- read.csv(files[1])
questions <- split(effects[c("yi", "vi")], factor(effects$question_id, unique(effects$question_id)))
golden <- lapply(questions, function(d) posterior(d$yi, d$vi))
k <- sapply(questions, nrow)
for (name in names(questions)[!duplicated(k) & k <= 5]) hold_to_definition(questions[[name]]$yi, questions[[name]]$vi, golden[[name]])
write_json(list(versions = list(R = as.character(getRversion())), prior_scale = scale, threshold = threshold, questions = golden),
           files[2], digits = 10, auto_unbox = TRUE, pretty = TRUE)
