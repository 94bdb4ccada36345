# Golden values for tests/engine/networks. What each family rests on:
# estimates, tau2, q, prediction, node splits, heterogeneity within designs: metafor's rma.mv() on contrasts with the first
#   arm; their covariance from the contrasts, held to that of the arms themselves.
# q_between_random: rma.mv()'s Wald test of the interaction at fixed tau2.
# p_scores: rma.mv()'s tests of every pair; sucra: the same from ranks in draws of all estimates, by simulation.
# contributions: every path of the evidence flow listed one by one, where the package sums over walks.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
source(file.path(here, "networks.R"))

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

# The covariance of contrasts with a first arm is its variance, and on the diagonal that of the other arm more.
hold_to_arms <- function(B, arms) {
  a <- function(study, treatment) arms$a[match(paste(study, treatment), paste(arms$study, arms$treatment))]
  V <- with(B$data, outer(study, study, "==") * a(study, t2) + diag(a(study, t1)))
  stopifnot(all.equal(B$V, V, check.attributes = FALSE, tolerance = 1e-9))
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
    list(treatment1 = i, treatment2 = j, joined = joined_by_others(d, i, j), tau2 = f$tau2, difference = coef(f)[w], difference_se = f$se[w],
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
