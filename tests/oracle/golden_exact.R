# Golden values for tests/engine/dependence: CR2 and Satterthwaite of cluster sets in which rounding decides, in 60 digits
# (Rmpfr): inverse square roots by the iteration of Denman and Beavers, variances held at 0 where the likelihood has them.
suppressMessages({library(Rmpfr); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
bits <- 220
exact <- function(x) mpfr(x, bits)

inverse <- function(M) {
  n <- nrow(M); W <- cbind(M, mpfrArray(diag(n), bits, dim = c(n, n)))
  for (i in seq_len(n)) {
    p <- i - 1 + which.max(as.numeric(abs(W[i:n, i]) / max(abs(W[i:n, i]))))
    if (p != i) W[c(i, p), ] <- W[c(p, i), ]
    W[i, ] <- W[i, ] / W[i, i]
    for (r in setdiff(seq_len(n), i)) W[r, ] <- W[r, ] - W[r, i] * W[i, ]
  }
  W[, n + seq_len(n), drop = FALSE]
}

inverse_root <- function(B) {
  n <- nrow(B); Y <- B; Z <- mpfrArray(diag(n), bits, dim = c(n, n))
  for (step in 1:200) {
    next_Y <- (Y + inverse(Z)) / 2; Z <- (Z + inverse(Y)) / 2
    moved <- max(abs(next_Y - Y)); Y <- next_Y
    if (moved < exact(10)^-50) return(Z)
  }
  stop("no root")
}

cholesky <- function(P) {
  n <- nrow(P); L <- mpfrArray(0, bits, dim = c(n, n))
  for (j in seq_len(n)) for (i in j:n) {
    s <- P[i, j]; if (j > 1) s <- s - sum(L[i, seq_len(j - 1)] * L[j, seq_len(j - 1)])
    L[i, j] <- if (i == j) sqrt(s) else s / L[j, j]
  }
  L
}

cr2 <- function(y, v, cluster, rho) {
  y <- exact(y); v <- exact(v); rho <- exact(rho)
  members <- split(seq_along(cluster), factor(cluster, unique(cluster)))
  blocks <- lapply(members, function(i) {
    P <- mpfrArray(0, bits, dim = c(length(i), length(i)))
    for (a in seq_along(i)) for (b in seq_along(i)) P[a, b] <- if (a == b) v[i[a]] else rho * sqrt(v[i[a]] * v[i[b]])
    P
  })
  ones <- lapply(members, function(i) mpfrArray(rep(1, length(i)), bits, dim = c(length(i), 1)))
  turned <- Map(function(P, o) inverse(P) %*% o, blocks, ones)
  info <- Reduce(`+`, Map(function(o, t) sum(o * t), ones, turned))
  mu <- Reduce(`+`, Map(function(i, t) sum(y[i] * t), members, turned)) / info
  loading <- Map(function(P, o, t) {
    R <- cholesky(P)
    B <- t(R) %*% (P - (o %*% t(o)) / info) %*% R
    (R %*% inverse_root(B) %*% t(R)) %*% t / info
  }, blocks, ones, turned)
  part <- Map(function(i, l) sum(l * (y[i] - mu)), members, loading)
  weight <- Map(function(P, l) sum(l * (P %*% l)), blocks, loading)
  pattern <- lapply(loading, sum)
  omega <- outer(seq_along(members), seq_along(members), Vectorize(function(a, b)
    as.numeric((if (a == b) weight[[a]] else exact(0)) - pattern[[a]] * pattern[[b]] / info)))
  list(robust_se = as.numeric(sqrt(Reduce(`+`, lapply(part, function(p) p^2)))), robust_df = sum(diag(omega))^2 / sum(omega^2),
       estimate = as.numeric(mu), se = as.numeric(1 / sqrt(info)))
}

sets <- list(
  small_direction = list(effects = c(.41, .4, .39, .42, .4003, .40001, .2), variances = c(.09, .01, .001, .0003, 1e-5, 3e-7, .05),
                         clusters = c(1, 1, 1, 1, 1, 1, 2), rho = 0.6),
  one_precise = list(effects = c(.2, .5, .1, .3), variances = c(1e-9, .5, .4, .6), clusters = 1:4, rho = 0.6),
  precise_pair = list(effects = c(.2, .2001, .5, .1, .3), variances = c(1e-7, 3e-5, .5, .4, .6), clusters = c(1, 1, 2, 3, 4), rho = 0.6))
golden <- list(versions = list(R = as.character(getRversion()), Rmpfr = as.character(packageVersion("Rmpfr"))),
               sets = lapply(sets, function(s) c(s, do.call(cr2, unname(s)))))
write_json(golden, file.path(here, "golden_exact.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
