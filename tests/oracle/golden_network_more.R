# Golden values for tests/engine/networks/test_component.py, test_regression.py and test_ranking.py: additive components and
# meta-regression as design matrices of metafor's rma.mv() on contrasts with the first arm of each trial; intervals of P-scores and
# ranks by simulation of the basic parameters.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
source(file.path(here, "networks.R"))
for (part in parse(file.path(here, "golden_network.R")))
  if (length(part) == 3 && is.call(part[[3]]) && identical(part[[3]][[1]], as.name("function"))) eval(part)

# Columns that follow from others are left out: estimates of what is determined do not depend on which.
independent <- function(X) X[, sort(qr(X, tol = 1e-9)$pivot[seq_len(qr(X, tol = 1e-9)$rank)]), drop = FALSE]

# Estimates and standard errors of combinations of coefficients of X, of full rank.
against <- function(r, C) list(estimate = as.vector(C %*% coef(r)), se = sqrt(diag(C %*% vcov(r) %*% t(C))))

components <- function(d, inactive) {
  B <- basic_contrasts(d); b <- B$data
  treatments <- sort(unique(c(d$t1, d$t2)), method = "radix")
  parts <- lapply(strsplit(treatments, "+", fixed = TRUE), trimws)
  active <- setdiff(sort(unique(unlist(parts)), method = "radix"), inactive)
  holds <- t(sapply(parts, function(p) as.numeric(active %in% p)))
  dimnames(holds) <- list(treatments, active)
  X <- holds[b$t1, , drop = FALSE] - holds[b$t2, , drop = FALSE]
  stopifnot(qr(X)$rank == ncol(X))
  reml <- fit(b, B$V, X, "REML"); common <- fit(b, B$V, X, "FE"); own <- fit(b, B$V, independent(design_matrix(b, treatments)), "FE")
  pairs <- t(combn(length(treatments), 2))
  list(effects = d$y, variances = d$v, treatments1 = d$t1, treatments2 = d$t2, studies = d$study, inactive = inactive,
       components = active, random = against(reml, diag(length(active))), tau2 = reml$tau2,
       first = treatments[pairs[, 1]], second = treatments[pairs[, 2]],
       comparison = against(reml, holds[pairs[, 1], ] - holds[pairs[, 2], ]),
       q = common$QE, q_df = nrow(b) - ncol(X), q_own = own$QE, df_own = nrow(b) - ncol(independent(design_matrix(b, treatments))))
}

regression <- function(d, x, reference, at, separate) {
  B <- basic_contrasts(d); b <- B$data
  treatments <- c(reference, setdiff(sort(unique(c(d$t1, d$t2)), method = "radix"), reference))
  X <- design_matrix(b, treatments)
  gain <- X * (x[match(b$study, d$study)] - at)
  if (!separate) gain <- matrix(rowSums(gain))
  whole <- cbind(X, gain); n <- ncol(X)
  kept <- sort(qr(whole, tol = 1e-9)$pivot[seq_len(qr(whole, tol = 1e-9)$rank)])
  stopifnot(seq_len(n) %in% kept)
  # A coefficient is determined if its column adds to the rank of all other columns.
  adds <- sapply(seq_len(ncol(whole)), function(j) qr(whole[, -j], tol = 1e-9)$rank < qr(whole, tol = 1e-9)$rank)
  known <- adds[-seq_len(n)]
  stopifnot(ncol(whole) - length(kept) == sum(!known))
  r <- fit(b, B$V, whole[, kept], "REML")
  t_fit <- fit(b, B$V, whole[, kept], "REML", test = "t")
  slopes <- which(kept > n)
  list(effects = d$y, variances = d$v, treatments1 = d$t1, treatments2 = d$t2, studies = d$study, moderators = x, reference = reference,
       at = at, interaction = if (separate) "separate" else "common", treatments = treatments,
       estimate = unname(coef(r)[seq_len(n)]), se = r$se[seq_len(n)], known_there = adds[seq_len(n)], known = known, slope = unname(coef(r)[slopes]), slope_se = r$se[slopes],
       slope_p = r$pval[slopes], qm = anova(r, btt = slopes)$QM, qm_p = anova(r, btt = slopes)$QMp, tau2 = r$tau2,
       tau2_without = fit(b, B$V, X, "REML")$tau2, q = fit(b, B$V, whole[, kept], "FE")$QE, q_df = nrow(b) - length(kept))
}

ranking <- function(d) {
  treatments <- sort(unique(c(d$t1, d$t2)), method = "radix")
  B <- basic_contrasts(d)
  r <- fit(B$data, B$V, design_matrix(B$data, treatments), "REML")
  set.seed(77); draws <- 20000; n <- length(treatments)
  drawn <- cbind(0, matrix(rnorm(draws * (n - 1)), draws) %*% chol(vcov(r)) + rep(coef(r), each = draws))
  K <- rbind(0, diag(n - 1))
  se <- sapply(seq_len(n), function(i) sapply(seq_len(n), function(j) sqrt(max(0, (K[i, ] - K[j, ]) %*% vcov(r) %*% (K[i, ] - K[j, ])))))
  scores <- sapply(seq_len(n), function(i) rowMeans(sapply(setdiff(seq_len(n), i), function(j) pnorm((drawn[, i] - drawn[, j]) / se[i, j]))))
  ranks <- t(apply(-drawn, 1, rank))
  list(low = apply(scores, 2, quantile, 0.025), high = apply(scores, 2, quantile, 0.975), mean_rank = colMeans(ranks),
       best = colMeans(ranks == 1), draws = draws)
}

# Combinations of a therapy, a drug and a programme, made up, with one trial of three arms.
arms <- data.frame(
  study = c("a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f", "f", "g", "g", "h", "h", "i", "i"),
  treatment = c("drug", "list", "therapy", "list", "drug+therapy", "drug", "drug+therapy", "list", "therapy", "usual", "drug", "therapy", "drug + therapy",
                "usual", "list", "therapy+programme", "therapy", "drug", "usual"),
  m = c(0.42, 0, 0.61, 0.05, 0.9, 0.5, 0.55, 0, 0.2, 0, 0.4, 0.35, 0.7, 0.1, -0.05, 0.5, 0.38, 0.6, 0.1),
  a = c(0.02, 0.025, 0.03, 0.03, 0.04, 0.035, 0.02, 0.02, 0.015, 0.02, 0.03, 0.03, 0.03, 0.05, 0.05, 0.02, 0.03, 0.04, 0.03))
arms$treatment <- gsub("drug + therapy", "drug+therapy", arms$treatment, fixed = TRUE)
made <- with(arms, pairs_of_arms(study, treatment, m, a))
o <- with(dat.hasselblad1998, log_odds(xi, ni, study)); hasselblad <- with(dat.hasselblad1998, pairs_of_arms(study, trt, o$m, o$a))
senn <- with(dat.senn2013, pairs_of_arms(study, treatment, mi, sdi^2 / ni))
# Some moderator that differs between trials: made up from their names.
x_of <- function(d, every) { s <- unique(d$study); ((seq_along(s) * 7) %% every / every)[match(d$study, s)] }

golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
  components = list(made = components(made, "list"),
                    # The same without the trials that join the parts: what they share in components still compares them.
                    apart = components(made[made$study %in% c("a", "b", "c", "d", "e", "f", "g", "h"), ], "list")),
  regression = list(senn_common = regression(senn, x_of(senn, 11), "placebo", 0.4, FALSE),
                    senn_separate = regression(senn, x_of(senn, 11), "placebo", 0.4, TRUE),
                    hasselblad_common = regression(hasselblad, x_of(hasselblad, 9), "no_contact", 0.5, FALSE),
                    hasselblad_separate = regression(hasselblad, x_of(hasselblad, 9), "no_contact", 0.5, TRUE)),
  ranking = list(senn2013 = ranking(senn), hasselblad1998 = ranking(hasselblad)))
write_json(golden, file.path(here, "golden_network_more.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
