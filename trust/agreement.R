# Computes with metafor, from the tables of the last run: every pooled answer, every effect of arm rows, every comparison
# of groups of trials and every slope. Prints JSON, a table of rows for each.
# Usage: Rscript agreement.R synthesis_weights.csv pairs.csv valued.csv
suppressMessages({library(metafor); library(jsonlite)})
files <- commandArgs(trailingOnly = TRUE)
read <- function(file) read.csv(file, stringsAsFactors = FALSE, encoding = "UTF-8")
each <- function(rows, by, f) {
  found <- do.call(rbind, lapply(split(rows, rows[by], drop = TRUE), f))
  rownames(found) <- NULL
  found
}
# metafor stops its REML search at 1e-5 unless told otherwise.
fit <- function(rows, ...) {
  rma(yi, vi, data = rows, method = "REML", test = "adhoc",
      control = list(threshold = 1e-12, maxiter = 10000, stepadj = 0.5), ...)
}

trials <- read(files[1])
trials <- trials[trials$question_id %in% names(which(table(trials$question_id) >= 2)), ]
pooled <- each(trials, "question_id", function(rows) {
  r <- fit(rows); new <- predict(r)
  data.frame(question_id = rows$question_id[1], estimate = as.numeric(r$beta), se = r$se, tau2 = r$tau2,
             ci_low = r$ci.lb, ci_high = r$ci.ub, q = r$QE, i2 = r$I2, p_value = r$pval,
             # With two trials a prediction interval says nothing, so none is shown.
             pi_low = if (r$k > 2) new$pi.lb else NA, pi_high = if (r$k > 2) new$pi.ub else NA)
})

pairs <- read(files[2])
name <- c(SMD = "SMD", MD = "MD", logOR = "OR", logRR = "RR", RD = "RD")
effects <- each(pairs, "measure", function(rows) {
  measure <- name[[rows$measure[1]]]
  found <- if (measure %in% c("SMD", "MD")) {
    escalc(measure, m1i = mean1, sd1i = sd1, n1i = n1, m2i = mean2, sd2i = sd2, n2i = n2, data = rows)
  } else escalc(measure, ai = events1, n1i = total1, ci = events2, n2i = total2, data = rows)
  data.frame(effect_id = rows$effect_id, yi = as.numeric(found$yi), vi = as.numeric(found$vi))
})

# Trials of a question in the order of the groups of the plan, each with its value; at least as many as the plan asks for.
valued <- read(files[3])
tested <- function(rows, r) {
  data.frame(question_id = rows$question_id[1], moderator_id = rows$moderator_id[1], tau2 = r$tau2, qm = r$QM,
             qm_df = r$QMdf[1], qm_df2 = r$QMdf[2], qm_p_value = r$QMp)
}
groups <- each(valued[valued$kind == "categorical", ], c("question_id", "moderator_id"), function(rows) {
  rows$value <- factor(rows$value, unique(rows$value))
  every <- table(rows$value)
  enough <- names(every)[every >= 2]
  rows <- rows[rows$value %in% enough, ]
  if (length(enough) < 2 || nrow(rows) < rows$min_trials[1]) return(NULL)
  rows$value <- droplevels(rows$value)
  r <- fit(rows, mods = ~ value)
  means <- predict(r, newmods = rbind(0, diag(length(enough) - 1)))
  # The first is what the others differ from; a group of one trial has no average.
  at <- match(names(every), enough)
  other <- ifelse(at > 1, at, NA)
  data.frame(tested(rows, r), group = names(every), group_k = as.integer(every), estimate = means$pred[at],
             se = means$se[at], ci_low = means$ci.lb[at], ci_high = means$ci.ub[at], difference = as.vector(r$beta)[other],
             difference_se = r$se[other], difference_ci_low = r$ci.lb[other], difference_ci_high = r$ci.ub[other],
             difference_p_value = r$pval[other])
})
slopes <- each(valued[valued$kind == "continuous", ], c("question_id", "moderator_id"), function(rows) {
  rows$value <- as.numeric(rows$value)
  if (length(unique(rows$value)) < 2 || nrow(rows) < rows$min_trials[1]) return(NULL)
  r <- fit(rows, mods = ~ value)
  data.frame(tested(rows, r), k = r$k, intercept = r$beta[1, 1], slope = r$beta[2, 1], slope_se = r$se[2],
             slope_ci_low = r$ci.lb[2], slope_ci_high = r$ci.ub[2], slope_p_value = r$pval[2])
})
versions <- list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")))
cat(toJSON(list(versions = versions, pooled = pooled, effects = effects, groups = groups, slopes = slopes),
           digits = 16, auto_unbox = TRUE, na = "null"))
