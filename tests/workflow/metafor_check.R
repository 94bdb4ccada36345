# Pools synthesis_weights.csv and recomputes every effect size of arm rows with metafor; prints JSON.
# Usage: Rscript metafor_check.R synthesis_weights.csv pairs.csv
suppressMessages({library(metafor); library(jsonlite)})
files <- commandArgs(trailingOnly = TRUE)
trials <- read.csv(files[1], stringsAsFactors = FALSE)
trials <- trials[trials$question_id %in% names(which(table(trials$question_id) >= 2)), ]

pooled <- lapply(split(trials, trials$question_id), function(rows) {
  # metafor stops its REML search at 1e-5 unless told otherwise.
  fit <- rma(yi, vi, data = rows, method = "REML", test = "adhoc",
             control = list(threshold = 1e-12, maxiter = 10000, stepadj = 0.5))
  list(estimate = as.numeric(fit$beta), se = fit$se, tau2 = fit$tau2, ci_low = fit$ci.lb, ci_high = fit$ci.ub,
       q = fit$QE, i2 = fit$I2, p_value = fit$pval,
       pi_low = predict(fit)$pi.lb, pi_high = predict(fit)$pi.ub)
})

pairs <- read.csv(files[2], stringsAsFactors = FALSE)
means <- pairs[pairs$measure %in% c("SMD", "MD"), ]
counts <- pairs[pairs$measure %in% c("logOR", "logRR", "RD"), ]
name <- c(SMD = "SMD", MD = "MD", logOR = "OR", logRR = "RR", RD = "RD")
effects <- rbind(
  do.call(rbind, lapply(split(means, means$measure), function(rows) {
    es <- escalc(name[[rows$measure[1]]], m1i = mean1, sd1i = sd1, n1i = n1, m2i = mean2, sd2i = sd2, n2i = n2,
                 data = rows)
    data.frame(effect_id = rows$effect_id, yi = as.numeric(es$yi), vi = as.numeric(es$vi))
  })),
  do.call(rbind, lapply(split(counts, counts$measure), function(rows) {
    es <- escalc(name[[rows$measure[1]]], ai = events1, n1i = total1, ci = events2, n2i = total2, data = rows)
    data.frame(effect_id = rows$effect_id, yi = as.numeric(es$yi), vi = as.numeric(es$vi))
  })))
cat(toJSON(list(pooled = pooled, effects = effects), digits = 16, auto_unbox = TRUE, na = "null"))
