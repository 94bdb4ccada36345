# Golden values for tests/synthesis/networks: the networks of the review.
# Rests on: metafor's rma.mv() on contrasts with the first arm and their covariance; intervals of Hartung and Knapp with a
#   floor from its quadratic form; few degrees of freedom: the posterior of whole covariance matrices, integrated over tau by
#   Gauss and Legendre, quantiles by uniroot(); contributions: every path of the evidence flow listed.
# Rscript golden_network_review.R CONTRASTS.csv GOLDEN.json reads other contrasts: network_id, study, treatment1,
# treatment2, yi, vi.
suppressMessages({library(metafor); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
source(file.path(here, "networks.R"))
given <- commandArgs(TRUE)
files <- if (length(given) == 2) given else file.path(here, c("networks_of_review.csv", "golden_network_review.json"))
scale <- 0.5
few <- 4
level <- .95

# tau2 where the derivative of the restricted likelihood is 0, held to what metafor finds in its fewer digits.
reml_tau2 <- function(b, V, X) {
  Q <- outer(b$study, b$study, "==") * (diag(nrow(b)) + 1) / 2
  score <- function(t2) {
    W <- solve(V + t2 * Q); P <- W - W %*% X %*% solve(t(X) %*% W %*% X, t(X) %*% W); r <- P %*% b$y
    drop(t(r) %*% Q %*% r) - sum(P * Q)
  }
  found <- if (score(0) <= 0) 0 else uniroot(score, c(0, 5), tol = 1e-14)$root
  stopifnot(abs(fit(b, V, X, "REML", quick)$tau2 - found) < 1e-4)
  found
}
reml <- function(b, V, X) fit(b, V, X, "REML", tau2 = reml_tau2(b, V, X))

# Intervals by t, the variance stretched by Q(tau2) / df where that is above 1.
floored <- function(b, V, X, f, C) {
  df <- nrow(b) - ncol(X)
  M <- V + f$tau2 * outer(b$study, b$study, "==") * (diag(nrow(b)) + 1) / 2
  r <- b$y - X %*% coef(f)
  stretch <- sqrt(max(1, sum(r * solve(M, r)) / df))
  estimate <- as.vector(C %*% coef(f)); se <- stretch * sqrt(diag(C %*% vcov(f) %*% t(C)))
  reach <- qt((1 + level) / 2, df) * se; new <- qt((1 + level) / 2, df) * sqrt(se^2 + f$tau2)
  data.frame(estimate, ci_low = estimate - reach, ci_high = estimate + reach, p_value = 2 * pt(-abs(estimate / se), df),
             pi_low = estimate - new, pi_high = estimate + new)
}

# Nodes and weights on (0, 1), from the eigenvalues of the Jacobi matrix.
gauss <- function(n) {
  k <- seq_len(n - 1); J <- matrix(0, n, n); J[cbind(k, k + 1)] <- J[cbind(k + 1, k)] <- k / sqrt(4 * k^2 - 1)
  e <- eigen(J, symmetric = TRUE)
  list(x = (e$values + 1) / 2, w = e$vectors[1, ]^2)
}
rule <- gauss(20)
edges <- scale * c(0, .02, .08, .2, .4, .8, 1.4, 2.2, 3.5, 6, 16)
nodes <- function(cuts) {
  a <- head(cuts, -1); b <- cuts[-1]
  list(x = as.vector(outer(rule$x, b - a) + rep(a, each = length(rule$x))), w = as.vector(outer(rule$w, b - a)))
}

posterior <- function(b, V, X) {
  P <- outer(b$study, b$study, "==") * (diag(nrow(b)) + 1) / 2
  at <- function(t) {
    M <- V + t^2 * P; W <- solve(M); S <- solve(t(X) %*% W %*% X); m <- S %*% t(X) %*% W %*% b$y; r <- b$y - X %*% m
    list(m = drop(m), S = S, l = -(determinant(M)$modulus - determinant(S)$modulus + sum(r * (W %*% r))) / 2 + dnorm(t, 0, scale, log = TRUE))
  }
  n <- nodes(edges); fits <- lapply(n$x, at)
  l <- sapply(fits, `[[`, "l"); top <- max(l); mass <- n$w * exp(l - top); Z <- sum(mass)
  tau_below <- function(x) { p <- nodes(c(edges[edges < x], x)); sum(p$w * exp(sapply(p$x, function(t) at(t)$l) - top)) / Z }
  root <- function(f, range) uniroot(f, range, tol = 1e-11)$root
  of <- function(c) {
    m <- sapply(fits, function(f) sum(c * f$m)); s <- sapply(fits, function(f) sqrt(drop(c %*% f$S %*% c)))
    below <- function(x, sd) sum(mass * pnorm(x, m, sd)) / Z
    at_p <- function(p, sd) root(function(x) below(x, sd) - p, range(m) + c(-1, 1) * 12 * max(sd[mass > 1e-9 * max(mass)]))
    tails <- c((1 - level) / 2, .5, (1 + level) / 2)
    q <- sapply(tails, at_p, sd = s); new <- sapply(tails[c(1, 3)], at_p, sd = sqrt(s^2 + n$x^2)); lower <- below(0, s)
    data.frame(estimate = q[2], ci_low = q[1], ci_high = q[3], p_value = 2 * min(lower, 1 - lower), pi_low = new[1], pi_high = new[2], better = 1 - lower)
  }
  list(of = of, tau = function() sapply(c((1 - level) / 2, .5, (1 + level) / 2), function(p) root(function(x) tau_below(x) - p, c(1e-9, 4))))
}

answer <- function(d) {
  names(d)[match(c("treatment1", "treatment2", "yi", "vi"), names(d))] <- c("t1", "t2", "y", "v")
  treatments <- sort(unique(c(d$t1, d$t2)), method = "radix")
  B <- basic_contrasts(d); b <- B$data; V <- as.matrix(B$V); X <- design_matrix(b, treatments)
  df <- nrow(b) - ncol(X)
  K <- rbind(0, diag(length(treatments) - 1)); pairs <- t(combn(length(treatments), 2))
  C <- K[pairs[, 1], , drop = FALSE] - K[pairs[, 2], , drop = FALSE]
  bayes <- df < few
  # Without a degree of freedom nothing is known of tau2; contributions are then those of a common effect.
  found <- if (df > 0) reml(b, V, X); tau2 <- if (df > 0) found$tau2 else 0
  rows <- if (bayes) { p <- posterior(b, V, X); do.call(rbind, lapply(seq_len(nrow(C)), function(r) p$of(C[r, ]))) } else floored(b, V, X, found, C)
  certainty <- if (bayes) rows$better else ifelse(rows$estimate > 0, 1 - rows$p_value / 2, rows$p_value / 2)
  beats <- matrix(0, length(treatments), length(treatments)); beats[pairs] <- certainty; beats[pairs[, 2:1]] <- 1 - certainty
  split <- lapply(seq_len(nrow(pairs)), function(r) {
    i <- treatments[pairs[r, 1]]; j <- treatments[pairs[r, 2]]
    s <- cbind(X, split_column(b, d, i, j)); w <- ncol(s)
    if (all(s[, w] == 0) || qr(s)$rank < w) return(NULL)
    L <- rbind(c(C[r, ], 1), c(C[r, ], 0), c(0 * C[r, ], 1))
    parts <- if (bayes) { p <- posterior(b, V, s); do.call(rbind, lapply(1:3, function(k) p$of(L[k, ]))) } else floored(b, V, s, reml(b, V, s), L)
    cells <- as.list(as.vector(t(parts[, c("estimate", "ci_low", "ci_high")])))
    names(cells) <- paste0(rep(c("direct", "indirect", "difference"), each = 3), c("", "_low", "_high"))
    data.frame(treatment1 = i, treatment2 = j, joined = joined_by_others(d, i, j), cells, difference_p_value = parts$p_value[3])
  })
  common <- if (df > 0) fit(b, V, X, "FE")
  Z <- design_interaction(b); Z <- Z[, qr(Z)$pivot[seq_len(qr(Z)$rank)], drop = FALSE]
  within_df <- nrow(b) - ncol(Z)
  q_within <- if (within_df > 0) fit(b, V, Z, "FE")$QE
  shares <- contributions(d, b, V, X, tau2, treatments)
  list(tau2 = if (df > 0) tau2, q = common$QE, q_df = df, q_heterogeneity = q_within, q_heterogeneity_df = within_df,
       tau = if (bayes) posterior(b, V, X)$tau(), estimates = data.frame(treatment1 = treatments[pairs[, 1]], treatment2 = treatments[pairs[, 2]], rows[1:6]),
       split = do.call(rbind, split), treatments = treatments, p_scores = rowSums(beats) / (length(treatments) - 1),
       studies = shares$studies, contributions = shares$of_studies)
}

d <- read.csv(files[1], stringsAsFactors = FALSE, encoding = "UTF-8")
networks <- split(d[c("study", "treatment1", "treatment2", "yi", "vi")], factor(d$network_id, unique(d$network_id)))
write_json(list(versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
                prior_scale = scale, few_trials = few, networks = lapply(networks, answer)),
           files[2], digits = 10, auto_unbox = TRUE, pretty = FALSE)
