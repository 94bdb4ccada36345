# Golden values for tests/synthesis/test_moderated.py: every planned moderator on every question with ten trials or more.
# Groups are told here once more, cells of several arms or countries by hand; metafor fits the contrasts and the means
# (predict) and, where there are no more than 2,000 different orders, permutes them all.
suppressMessages({library(metafor); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
trials <- read.csv(file.path(here, "moderators_of_review.csv"), colClasses = c(yi = "numeric", vi = "numeric"), na.strings = NULL)

high <- c("AU", "BE", "CA", "CH", "DE", "FI", "GB", "HK", "IT", "NL", "NZ", "SE", "US")
group_of <- list(
  control_condition = function(x) switch(x, care_as_usual = , enhanced_care_as_usual = "usual_care", wait_list = "waiting_list",
                                         pill_placebo = , attention_control = "placebo", no_treatment = "no_treatment", NA),
  format = function(x) switch(x, individual = "individual", group = "group", telephone = , internet = "remote", couple = , family = "couple_family", NA),
  setting = function(x) switch(x, primary_care = "primary_care", perinatal = "perinatal", medical_illness = , hiv = "medical_illness", NA),
  country_income = function(x) if (x == "") NA else if (x %in% high) "high" else "low_or_middle",
  risk_of_bias = function(x) switch(x, low = "low", some_concerns = , high_or_unclear = , high = "not_low", NA))
order_of <- list(control_condition = c("usual_care", "waiting_list", "placebo", "no_treatment"), format = c("individual", "group", "remote", "couple_family"),
                 setting = c("primary_care", "perinatal", "medical_illness"), country_income = c("high", "low_or_middle"), risk_of_bias = c("low", "not_low"))
cells <- function(text) if (text == "") "" else strsplit(paste0(text, ";."), ";", fixed = TRUE)[[1]][seq_len(lengths(regmatches(text, gregexpr(";", text))) + 1)]
one_group <- function(text, of) { found <- unique(unlist(lapply(cells(text), function(x) if (x == "") NA else of(x)))); if (length(found) == 1) found else NA }
one_number <- function(text) mean(as.numeric(cells(as.character(text))))
control <- list(threshold = 1e-13, maxiter = 10000, stepadj = .5)
fit <- function(y, v, X) rma(y, v, mods = X, method = "REML", test = "adhoc", control = control)

tested <- function(y, v, X) {
  r <- fit(y, v, X); tau0 <- rma(y, v, control = control)$tau2
  orders <- factorial(length(y)) / prod(factorial(table(apply(X, 1, paste, collapse = "|"))))
  out <- list(k = r$k, qm = r$QM, qm_df = r$QMdf[1], qm_df2 = r$QMdf[2], qm_p_value = r$QMp, tau2 = r$tau2, r2 = if (tau0 > 0) max(0, 100 * (tau0 - r$tau2) / tau0) else NA)
  # metafor counts ties up to a tolerance of its own, as we do.
  if (orders <= 2000) out <- c(out, list(permutations = round(orders), permutation_p_value = permutest(r, exact = TRUE, progbar = FALSE)$QMp))
  list(fit = r, row = out)
}
groups <- function(d, name) {
  g <- sapply(d[[name]], one_group, of = group_of[[name]], USE.NAMES = FALSE); kept <- !is.na(g)
  sizes <- table(factor(g[kept], order_of[[name]])); enough <- names(sizes)[sizes >= 2]; use <- g %in% enough
  if (!any(kept) || length(enough) < 2 || sum(use) < 10) return(NULL)
  g <- factor(g[use], enough); X <- model.matrix(~ g)[, -1, drop = FALSE]; t <- tested(d$yi[use], d$vi[use], X); r <- t$fit
  means <- predict(r, newmods = rbind(0, diag(length(enough) - 1)))
  c(t$row, list(k_unknown = sum(!kept), group = I(enough), group_k = as.integer(table(g)), estimate = means$pred, se = means$se, ci_low = means$ci.lb, ci_high = means$ci.ub,
                difference = I(r$beta[-1, 1]), difference_se = I(r$se[-1]), difference_ci_low = I(r$ci.lb[-1]), difference_ci_high = I(r$ci.ub[-1]), difference_p_value = I(r$pval[-1])))
}
slope <- function(d, name) {
  x <- suppressWarnings(sapply(d[[name]], one_number, USE.NAMES = FALSE)); use <- !is.na(x)
  if (sum(use) < 10 || length(unique(x[use])) < 2) return(NULL)
  t <- tested(d$yi[use], d$vi[use], cbind(x[use])); r <- t$fit
  c(t$row, list(k_unknown = sum(!use), lowest = min(x[use]), highest = max(x[use]), intercept = r$beta[1, 1], slope = r$beta[2, 1], slope_se = r$se[2],
                slope_ci_low = r$ci.lb[2], slope_ci_high = r$ci.ub[2], slope_p_value = r$pval[2]))
}
run <- function(d) {
  found <- c(sapply(names(group_of), groups, d = d, simplify = FALSE), sapply(c("n_sessions", "year", "baseline_severity"), slope, d = d, simplify = FALSE))
  Filter(Negate(is.null), found)
}
golden <- lapply(split(trials, factor(trials$question_id, unique(trials$question_id))), run)
write_json(list(versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))), questions = golden),
           file.path(here, "golden_moderators_review.json"), digits = 12, auto_unbox = TRUE, pretty = TRUE)
