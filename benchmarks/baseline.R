# The analyses of this review as one would write them with metafor: benchmarks/baseline.py runs it beside the pipeline.
# Usage: Rscript baseline.R FOLDER CORES. The folder holds pairs.csv (cells of both arms of every effect), weights.csv (one effect
# per question and trial), versions.csv and choices.csv (effects per trial under every combination of choices), valued.csv
# (trials with the values of moderators). Writes NAME.json into its folder found, a table of rows for each analysis, as
# soon as the analysis is done: it takes hours.
#
# It is spared what metafor has no function for: choosing and combining effects of a trial, Bayesian answers of few trials,
# certainty and labels, networks. What is the same under several choices is fitted once.
suppressMessages({library(metafor); library(jsonlite); library(data.table); library(parallel)})
invisible(pdf(NULL))
given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]
cores <- as.integer(given[2])
dir.create(file.path(folder, "found"))
read <- function(name) fread(file.path(folder, name), encoding = "UTF-8")
OUTLIERS <- c("kept", "left_out")
# metafor stops its searches at 1e-5 or 1e-4, looks for tau2 up to 100 only, and fails where a step is too wide, unless told otherwise.
CONTROL <- list(threshold = 1e-10, maxiter = 10000, stepadj = 0.5)
fit <- function(y, v, method = "REML", test = "adhoc", ...) {
  control <- switch(method, REML = , ML = CONTROL, PM = list(tol = 1e-12), list())
  suppressWarnings(rma(y, v, method = method, test = test, control = control, ...))
}
try_or <- function(code, otherwise = NULL) tryCatch(suppressWarnings(code), error = function(problem) otherwise)
each <- function(rows, by, f) {
  found <- mclapply(split(rows, by = by, sorted = FALSE), f, mc.cores = cores)
  failed <- vapply(found, inherits, NA, "try-error")
  if (any(failed)) stop(names(found)[failed][1], ": ", found[failed][[1]])
  rbindlist(found, fill = TRUE)
}
save_as <- function(rows, name) {
  write(toJSON(rows, digits = 16, auto_unbox = TRUE, na = "null"), file.path(folder, "found", paste0(name, ".json")))
}

# Effects of two arms.
name <- c(SMD = "SMD", MD = "MD", logOR = "OR", logRR = "RR", RD = "RD")
effects <- each(read("pairs.csv"), "measure", function(rows) {
  measure <- name[[rows$measure[1]]]
  found <- if (measure %in% c("SMD", "MD")) {
    escalc(measure, m1i = mean1, sd1i = sd1, n1i = n1, m2i = mean2, sd2i = sd2, n2i = n2, data = rows)
  } else escalc(measure, ai = events1, n1i = total1, ci = events2, n2i = total2, data = rows)
  data.table(effect_id = rows$effect_id, yi = as.numeric(found$yi), vi = as.numeric(found$vi))
})
save_as(effects, "effects")

# Answers, variants, leave-one-out, influence, subsets, small studies.
weights <- read("weights.csv")
several <- weights[, if (.N >= 2) .SD, by = question_id]
answer <- function(r) {
  new <- predict(r)
  limits <- try_or(confint(r, control = list(tau2.max = 1e6))$random)
  data.table(estimate = r$beta[1], se = r$se, tau2 = r$tau2, i2 = r$I2, q = r$QE, p_value = r$pval, ci_low = r$ci.lb,
             ci_high = r$ci.ub, pi_low = new$pi.lb, pi_high = new$pi.ub, tau2_low = limits[1, 2], tau2_high = limits[1, 3])
}
pooled <- each(several, "question_id", function(d) data.table(question_id = d$question_id[1], answer(fit(d$yi, d$vi))))
save_as(pooled, "pooled")
variants <- each(several, "question_id", function(d) rbindlist(Map(
  function(variant, method, test) {
    r <- fit(d$yi, d$vi, method, test); new <- predict(r)
    data.table(question_id = d$question_id[1], variant, estimate = r$beta[1], ci_low = r$ci.lb, ci_high = r$ci.ub)
  },
  c("common_effect", "method_DL", "method_PM", "interval_normal"), c("CE", "DL", "PM", "REML"),
  c("z", "adhoc", "adhoc", "z"))))
save_as(variants, "variants")
without <- each(several[, if (.N >= 3) .SD, by = question_id], "question_id", function(d) {
  left <- leave1out(fit(d$yi, d$vi))
  data.table(question_id = d$question_id[1], trial_id = d$trial_id, estimate = left$estimate, ci_low = left$ci.lb,
             ci_high = left$ci.ub, tau2 = left$tau2)
})
save_as(without, "without")
five <- several[, if (.N >= 5) .SD, by = question_id]
influential <- each(five, "question_id", function(d) {
  r <- fit(d$yi, d$vi, test = "z")
  found <- influence(r)$inf; pull <- baujat(r, plot = FALSE)
  data.table(question_id = d$question_id[1], trial_id = d$trial_id, rstudent = found$rstudent, dffits = found$dffits,
             cooks_distance = found$cook.d, hat = found$hat, baujat_x = pull$x, baujat_y = pull$y)
})
save_as(influential, "influence")
# All subsets up to eleven trials, else 2048 of them, as here.
subsets <- each(five, "question_id", function(d) {
  found <- gosh(fit(d$yi, d$vi, test = "z"), subsets = 2048, progbar = FALSE)$res
  data.table(question_id = d$question_id[1], subsets = nrow(found), i2 = mean(found$I2, na.rm = TRUE))
})
save_as(subsets, "subsets")
small <- each(several[, if (.N >= 10) .SD, by = question_id], "question_id", function(d) {
  se <- sqrt(d$vi); r <- fit(d$yi, d$vi, test = "z")
  egger <- try_or(regtest(d$yi, d$vi, model = "lm"))
  rank <- try_or(ranktest(d$yi, d$vi))
  filled <- try_or(trimfill(fit(d$yi, d$vi, test = "adhoc")))
  pet <- try_or(lm(d$yi ~ se, weights = 1 / d$vi)); peese <- try_or(lm(d$yi ~ d$vi, weights = 1 / d$vi))
  chosen <- try_or(selmodel(fit(d$yi, d$vi, method = "ML", test = "z"), type = "stepfun", 
                            alternative = if (r$beta[1] > 0) "greater" else "less", steps = 0.025))
  data.table(question_id = d$question_id[1], egger = if (is.null(egger)) NA else egger$pval, rank = if (is.null(rank)) NA else rank$tau,
             filled = if (is.null(filled)) NA else filled$beta[1], pet = coef(pet)[[1]], peese = coef(peese)[[1]],
             selection_model = if (is.null(chosen)) NA else chosen$beta[1])
})
save_as(small, "small")

# Every combination of choices: fitted with all trials, and again without those whose interval lies outside the pooled one.
test <- c(adhoc = "adhoc", HKSJ = "knha", normal = "z")
of_version <- split(read("versions.csv"), by = c("question_id", "version"))
choices <- unique(read("choices.csv")[, .(question_id, version, outliers, method, interval)])
specified <- each(choices, c("question_id", "version", "method", "interval"), function(rows) {
  one <- rows[1]; d <- of_version[[paste(one$question_id, one$version, sep = ".")]]
  if (is.null(d) || nrow(d) < 2) return(NULL)
  r <- try_or(fit(d$yi, d$vi, one$method, test[[one$interval]]))
  if (is.null(r)) return(NULL)
  half <- qnorm(0.975) * sqrt(d$vi)
  inside <- d$yi - half <= r$ci.ub & d$yi + half >= r$ci.lb
  clean <- if (all(inside)) r else if (sum(inside) < 2) NULL else try_or(fit(d$yi[inside], d$vi[inside], one$method, test[[one$interval]]))
  rbindlist(Map(function(outliers, r) if (!is.null(r)) {
    data.table(one[, .(question_id, version, method, interval)], outliers, k = r$k, estimate = r$beta[1], ci_low = r$ci.lb,
               ci_high = r$ci.ub, tau2 = r$tau2)
  }, OUTLIERS, list(r, clean)))
})
save_as(specified, "multiverse")

# Moderators: groups and slopes, each with a permutation test.
valued <- read("valued.csv")
moderated <- each(valued, c("question_id", "moderator_id"), function(d) {
  if (d$kind[1] == "categorical") {
    groups <- d[, .N, by = value][N >= 2]$value
    d <- d[value %in% groups]
    if (length(groups) < 2 || nrow(d) < d$min_trials[1]) return(NULL)
    design <- model.matrix(~ factor(d$value, groups))[, -1, drop = FALSE]
  } else {
    if (length(unique(d$value)) < 2 || nrow(d) < d$min_trials[1]) return(NULL)
    design <- cbind(as.numeric(d$value))
  }
  r <- fit(d$yi, d$vi, mods = design)
  permuted <- try_or(permutest(r, iter = 2000, progbar = FALSE))
  data.table(question_id = d$question_id[1], moderator_id = d$moderator_id[1], qm = r$QM, qm_p_value = r$QMp, tau2 = r$tau2)
})
save_as(moderated, "moderators")
