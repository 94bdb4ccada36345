# Golden values for tests/engine/networks. What each family rests on:
# estimates, tau2, q, prediction, node splits, heterogeneity within designs: metafor's rma.mv() on contrasts with the first
#   arm; their covariance from the contrasts, held to that of the arms themselves.
# q_between_random: rma.mv()'s Wald test of the interaction at fixed tau2.
# p_scores: rma.mv()'s tests of every pair; sucra: the same from ranks in draws of all estimates, by simulation.
# contributions: every path of the evidence flow listed one by one, where the package sums over walks.
# Random effects of contrasts that share a study correlate 1/2, so every contrast has the same heterogeneity.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
# Nelder-Mead run to the end finds tau2 to 8 digits; the many fits of the node splits make do with the quicker default.
exact <- list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-15, maxit = 2000)
quick <- list(optimizer = "nlminb")

# Every pairwise contrast of a study, from arms with effect m and independent variance a.
pairs_of_arms <- function(study, treatment, m, a) {
  study <- as.character(study); treatment <- as.character(treatment)
  rows <- lapply(split(seq_along(m), factor(study, unique(study))), function(i) {
    p <- combn(i, 2)
    data.frame(study = as.character(study[p[1, ]]), t1 = as.character(treatment[p[1, ]]),
               t2 = as.character(treatment[p[2, ]]), y = m[p[1, ]] - m[p[2, ]], v = a[p[1, ]] + a[p[2, ]])
  })
  structure(do.call(rbind, unname(rows)), arms = data.frame(study, treatment, a))
}

# Per study: contrasts of every other arm with the first one, and their covariance.
basic_contrasts <- function(d) {
  studies <- unique(d$study)
  parts <- lapply(studies, function(s) {
    e <- d[d$study == s, ]
    arms <- unique(c(e$t1, e$t2))
    m <- length(arms)
    D <- Y <- matrix(0, m, m, dimnames = list(arms, arms))
    for (r in seq_len(nrow(e))) {
      D[e$t1[r], e$t2[r]] <- D[e$t2[r], e$t1[r]] <- e$v[r]
      Y[e$t1[r], e$t2[r]] <- e$y[r]
      Y[e$t2[r], e$t1[r]] <- -e$y[r]
    }
    o <- arms[-1]
    V <- outer(D[1, o], D[1, o], "+") / 2 - D[o, o, drop = FALSE] / 2
    list(data = data.frame(study = s, t1 = o, t2 = arms[1], y = Y[o, 1], design = paste(sort(arms), collapse = ":")), V = V)
  })
  list(data = do.call(rbind, lapply(parts, `[[`, "data")), V = bldiag(lapply(parts, `[[`, "V")))
}

design_matrix <- function(b, treatments) {
  X <- matrix(0, nrow(b), length(treatments), dimnames = list(NULL, treatments))
  X[cbind(seq_len(nrow(b)), match(b$t1, treatments))] <- 1
  X[cbind(seq_len(nrow(b)), match(b$t2, treatments))] <- -1
  X[, -1, drop = FALSE]
}

fit <- function(b, V, X, method, control = exact, test = "z", ...) {
  b$contrast <- seq_len(nrow(b))
  args <- list(b$y, V, mods = X, intercept = FALSE, data = b, method = method, control = control, sparse = FALSE, test = test)
  if (method != "FE") args <- c(args, list(random = ~ contrast | study, struct = "CS", rho = 1/2))
  suppressWarnings(do.call(rma.mv, c(args, list(...))))
}

# The covariance of contrasts with a first arm is its variance, and on the diagonal that of the other arm more.
hold_to_arms <- function(B, arms) {
  a <- function(study, treatment) arms$a[match(paste(study, treatment), paste(arms$study, arms$treatment))]
  V <- with(B$data, outer(study, study, "==") * a(study, t2) + diag(a(study, t1)))
  stopifnot(all.equal(B$V, V, check.attributes = FALSE, tolerance = 1e-9))
}

# A saturated design: each set of treatments compared has its own parameters.
design_interaction <- function(b) {
  designs <- unique(b$design)
  blocks <- lapply(designs, function(g) {
    arms <- strsplit(g, ":")[[1]]
    X <- matrix(0, nrow(b), length(arms))
    i <- which(b$design == g)
    X[cbind(i, match(b$t1[i], arms))] <- 1
    X[cbind(i, match(b$t2[i], arms))] <- -1
    X[, -1, drop = FALSE]
  })
  do.call(cbind, blocks)
}

# Side splitting, symmetrical: in studies that hold both treatments the first gains half the difference, the second loses half.
split_column <- function(b, d, i, j) {
  both <- sapply(b$study, function(s) { e <- d[d$study == s, ]; all(c(i, j) %in% c(e$t1, e$t2)) })
  half <- function(t) ifelse(t == i, 0.5, ifelse(t == j, -0.5, 0))
  ifelse(both, half(b$t1) - half(b$t2), 0)
}

# Random-walk contributions by listing every path of the evidence flow (the package sums over walks instead).
contributions <- function(d, b, V, X, tau2, treatments) {
  n <- length(treatments)
  L <- matrix(0, n, n, dimnames = list(treatments, treatments))
  for (s in unique(b$study)) {
    i <- which(b$study == s)
    M <- V[i, i, drop = FALSE] + tau2 * (diag(length(i)) + 1) / 2
    C <- matrix(0, length(i), n, dimnames = list(NULL, treatments))
    C[cbind(seq_along(i), match(b$t1[i], treatments))] <- 1
    C[cbind(seq_along(i), match(b$t2[i], treatments))] <- -1
    L <- L + t(C) %*% solve(M) %*% C
  }
  P <- solve(L + 1 / n) - 1 / n
  edges <- which(upper.tri(L) & abs(L) > 1e-12, arr.ind = TRUE)
  edges <- edges[order(edges[, 1], edges[, 2]), , drop = FALSE]
  walk <- function(a, z) {
    phi <- P[, a] - P[, z]
    flow <- function(i, j) -L[i, j] * (phi[i] - phi[j])
    share <- numeric(nrow(edges))
    go <- function(node, path, prob) {
      if (node == z) {
        for (e in path) share[e] <<- share[e] + prob / length(path)
        return(invisible())
      }
      out <- numeric(0); to <- integer(0); id <- integer(0)
      for (e in seq_len(nrow(edges))) {
        if (edges[e, 1] == node) other <- edges[e, 2] else if (edges[e, 2] == node) other <- edges[e, 1] else next
        f <- flow(node, other)
        if (f > 1e-12) { out <- c(out, f); to <- c(to, other); id <- c(id, e) }
      }
      for (q in seq_along(out)) go(to[q], c(path, id[q]), prob * out[q] / sum(out))
    }
    go(a, integer(0), 1)
    share
  }
  comparisons <- which(upper.tri(L), arr.ind = TRUE)
  comparisons <- comparisons[order(comparisons[, 1], comparisons[, 2]), , drop = FALSE]
  list(edges = matrix(treatments[edges], ncol = 2), comparisons = matrix(treatments[comparisons], ncol = 2),
       percent = 100 * t(apply(comparisons, 1, function(p) walk(p[1], p[2]))))
}

analyse <- function(d, contributions_too = TRUE) {
  treatments <- sort(unique(c(d$t1, d$t2)), method = "radix")
  B <- basic_contrasts(d); b <- B$data; V <- B$V
  if (!is.null(attr(d, "arms"))) hold_to_arms(B, attr(d, "arms"))
  X <- design_matrix(b, treatments)
  common <- fit(b, V, X, "FE"); reml <- fit(b, V, X, "REML"); ml <- fit(b, V, X, "ML")
  K <- rbind(0, diag(length(treatments) - 1))
  pairs <- t(combn(length(treatments), 2))
  C <- K[pairs[, 1], , drop = FALSE] - K[pairs[, 2], , drop = FALSE]
  against <- function(r) list(estimate = as.vector(C %*% coef(r)), se = sqrt(diag(C %*% vcov(r) %*% t(C))))
  # Prediction intervals by t with the residual degrees of freedom, as tau2 is estimated.
  predicted <- if (nrow(b) - ncol(X) >= 2) predict(fit(b, V, X, "REML", test = "t"), newmods = C)
  # One minus the one-sided p-value that the first of a pair is better.
  certainty <- apply(C, 1, function(l) { a <- anova(reml, X = rbind(l)); if (a$zval > 0) 1 - a$pval / 2 else a$pval / 2 })
  beats <- matrix(0, length(treatments), length(treatments))
  beats[pairs] <- certainty; beats[pairs[, 2:1]] <- 1 - certainty
  # Area under the cumulative ranking curve: the mean over ranks but the last of the probability to rank that well.
  set.seed(20)
  draws <- 40000
  drawn <- matrix(rnorm(draws * ncol(X)), draws) %*% chol(vcov(reml)) + rep(coef(reml), each = draws)
  ranks <- t(apply(-cbind(0, drawn), 1, rank))
  below <- length(treatments) - 1
  sucra <- sapply(seq_along(treatments), function(t) mean(sapply(seq_len(below), function(r) mean(ranks[, t] <= r))))
  sucra_error <- apply(ranks, 2, sd) / below / sqrt(draws)
  Z <- design_interaction(b)
  Z <- Z[, qr(Z)$pivot[seq_len(qr(Z)$rank)], drop = FALSE]
  within <- fit(b, V, Z, "REML")
  within_common <- fit(b, V, Z, "FE")
  split <- lapply(seq_len(nrow(pairs)), function(r) {
    i <- treatments[pairs[r, 1]]; j <- treatments[pairs[r, 2]]
    s <- cbind(X, split_column(b, d, i, j))
    if (all(s[, ncol(s)] == 0) || qr(s)$rank < ncol(s)) return(NULL)
    f <- fit(b, V, s, "REML", quick)
    w <- ncol(s)
    list(treatment1 = i, treatment2 = j, tau2 = f$tau2, difference = coef(f)[w], difference_se = f$se[w],
         indirect = sum(C[r, ] * coef(f)[-w]), indirect_se = sqrt(drop(C[r, ] %*% vcov(f)[-w, -w] %*% C[r, ])),
         direct = sum(c(C[r, ], 1) * coef(f)), direct_se = sqrt(drop(c(C[r, ], 1) %*% vcov(f) %*% c(C[r, ], 1))))
  })
  split <- do.call(rbind, lapply(Filter(Negate(is.null), split), function(s) data.frame(lapply(s, unname))))
  out <- list(
    effects = d$y, variances = d$v, treatments1 = d$t1, treatments2 = d$t2, studies = d$study,
    treatments = treatments, first = treatments[pairs[, 1]], second = treatments[pairs[, 2]],
    common = against(common), random = c(against(reml), list(tau2 = reml$tau2)),
    ml = c(against(ml), list(tau2 = ml$tau2)), pi_low = predicted$pi.lb, pi_high = predicted$pi.ub,
    q = common$QE, q_df = nrow(b) - ncol(X), p_scores = rowSums(beats) / below, sucra = sucra, sucra_error = sucra_error,
    q_within = within_common$QE, q_within_df = nrow(b) - ncol(Z), tau2_within = within$tau2,
    split = split)
  both <- cbind(X, Z); kept <- qr(both)$pivot[seq_len(qr(both)$rank)]
  stopifnot(seq_len(ncol(X)) %in% kept, length(kept) == ncol(Z))
  out$q_between_random <- fit(b, V, both[, sort(kept)], "REML", tau2 = within$tau2, btt = (ncol(X) + 1):ncol(Z))$QM
  if (contributions_too) out$contributions <- contributions(d, b, V, X, reml$tau2, treatments)
  out
}

log_odds <- function(events, total, study) {
  zero <- ave(events == 0 | events == total, study, FUN = any)
  events <- events + 0.5 * zero; total <- total + zero
  list(m = log(events / (total - events)), a = 1 / events + 1 / (total - events))
}

senn <- with(dat.senn2013, pairs_of_arms(study, treatment, mi, sdi^2 / ni))
o <- with(dat.hasselblad1998, log_odds(xi, ni, study)); hasselblad <- with(dat.hasselblad1998, pairs_of_arms(study, trt, o$m, o$a))
o <- with(dat.woods2010, log_odds(r, N, author)); woods <- with(dat.woods2010, pairs_of_arms(author, treatment, o$m, o$a))
o <- with(dat.dogliotti2014, log_odds(stroke, total, id)); dogliotti <- with(dat.dogliotti2014, pairs_of_arms(id, treatment, o$m, o$a))
o <- with(dat.dong2013, log_odds(death, randomized, id)); dong <- with(dat.dong2013, pairs_of_arms(id, treatment, o$m, o$a))
linde <- with(dat.linde2016, data.frame(study = as.character(id), t1 = as.character(treat1), t2 = as.character(treat2), y = lnOR, v = selnOR^2))

golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
                  metadat = as.character(packageVersion("metadat"))),
  senn2013 = analyse(senn), linde2016 = analyse(linde, FALSE), hasselblad1998 = analyse(hasselblad),
  woods2010 = analyse(woods), dogliotti2014 = analyse(dogliotti), dong2013 = analyse(dong))
write_json(golden, file.path(here, "golden_network.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
