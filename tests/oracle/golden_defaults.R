# What metafor and clubSandwich give with their default settings, for docs/validation.md: where they stop beside the number that
# they look for. The data sets are those of golden_pooling.json and golden_exact.json.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
read <- function(name) fromJSON(file.path(here, name))
quietly <- function(f) tryCatch(suppressWarnings(f), error = function(e) NULL)
number <- function(x) if (is.null(x)) NA else x

pooled <- lapply(read("golden_pooling.json")$sets, function(s) {
  fit <- function(method) quietly(rma(s$effects, s$variances, method = method))
  r <- fit("REML"); p <- fit("PM"); ci <- if (!is.null(r)) quietly(confint(r)$random)
  list(reml = number(r$tau2), pm = number(p$tau2), low = if (is.null(ci)) NA else ci[1, 2], high = if (is.null(ci)) NA else ci[1, 3])
})
# The variances between and within clusters are those of the exact solution, 0: what differs is CR2 alone.
robust <- lapply(read("golden_exact.json")$sets, function(s) {
  cl <- s$clusters; V <- outer(cl, cl, "==") * s$rho * sqrt(outer(s$variances, s$variances)); diag(V) <- s$variances
  id <- seq_along(cl); y <- s$effects
  fit <- quietly(rma.mv(y, V, random = ~ 1 | cl / id, data = data.frame(y, cl, id), sigma2 = c(0, 0)))
  out <- if (!is.null(fit)) quietly(coef_test(fit, cluster = cl, vcov = "CR2"))
  list(se = if (is.null(out)) NA else out$SE, df = if (is.null(out)) NA else out[[intersect(c("df_Satt", "df"), names(out))[1]]])
})
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."),
                 metafor = as.character(packageVersion("metafor")), clubSandwich = as.character(packageVersion("clubSandwich")))
writeLines(toJSON(list(versions = versions, pooled = pooled, robust = robust), auto_unbox = TRUE, digits = NA, na = "null", pretty = 1),
           file.path(here, "golden_defaults.json"))
