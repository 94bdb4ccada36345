# Golden values for tests/exchange/network and tests/exchange/exports: what R makes of files for netmeta and CINeMA.
# by_arm: every pair of arms of a study by metafor's escalc(), signed so that a good result of the first arm is positive.
# Rscript tests/oracle/golden_network_files.R ARMS.csv OUT.json does the same with another file by arm.
# Rscript tests/oracle/golden_network_files.R --contrasts CONTRASTS.csv OUT.json holds a file of contrasts to what netmeta
# asks of a study with several arms: its effects add up, and its variances are those of sums of independent arms (their
# Laplacian's weights are not negative).
suppressMessages({library(metafor); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

read_any <- function(file) {
  first <- readLines(file, n = 1)
  d <- read.table(file, header = TRUE, sep = if (grepl(";", first)) ";" else ",", quote = "\"", comment.char = "",
                  stringsAsFactors = FALSE, encoding = "UTF-8", check.names = TRUE)
  # A text that a spreadsheet would run is written with an apostrophe before it.
  d$study <- sub("^'(?=[=@+-])", "", d[[intersect(c("study", "studlab"), names(d))[1]]], perl = TRUE)
  d
}

by_arm <- function(d) {
  rows <- lapply(split(d, factor(d$study, unique(d$study))), function(e) {
    pairs <- combn(nrow(e), 2)
    a <- e[pairs[1, ], ]; b <- e[pairs[2, ], ]
    found <- if ("y" %in% names(e)) {
      escalc("SMD", m1i = a$y, sd1i = a$sd, n1i = a$n, m2i = b$y, sd2i = b$sd, n2i = b$n)
    } else {
      escalc("OR", ai = a$r, n1i = a$n, ci = b$r, n2i = b$n)
    }
    sign <- ifelse(a$small.values == "desirable", -1, 1)
    data.frame(study = a$study, t1 = a$t, t2 = b$t, yi = sign * as.numeric(found$yi), vi = as.numeric(found$vi))
  })
  do.call(rbind, unname(rows))
}

of_study <- function(e) {
  arms <- unique(c(e$treat1, e$treat2)); m <- length(arms)
  Y <- V <- matrix(0, m, m, dimnames = list(arms, arms))
  for (r in seq_len(nrow(e))) {
    Y[e$treat1[r], e$treat2[r]] <- e$TE[r]; Y[e$treat2[r], e$treat1[r]] <- -e$TE[r]
    V[e$treat1[r], e$treat2[r]] <- V[e$treat2[r], e$treat1[r]] <- e$seTE[r]^2
  }
  # Laplacian of the weights from the effective resistances: netmeta's reduction of studies with several arms.
  J <- diag(m) - 1 / m
  P <- -J %*% V %*% J / 2
  s <- svd(P); keep <- s$d > max(s$d) * 1e-12
  L <- s$v[, keep, drop = FALSE] %*% (t(s$u[, keep, drop = FALSE]) / s$d[keep])
  gap <- max(abs(outer(Y[, 1], Y[, 1], "-") - Y))
  o <- arms[-1]
  list(data = data.frame(study = e$study[1], t1 = o, t2 = arms[1], y = Y[o, 1]), gap = gap,
       weight = if (m > 2) min(-L[upper.tri(L)]) else NA, complete = nrow(e) == m * (m - 1) / 2,
       V = outer(V[1, o], V[1, o], "+") / 2 - V[o, o, drop = FALSE] / 2)
}

contrasts <- function(d) {
  parts <- lapply(split(d, factor(d$study, unique(d$study))), of_study)
  b <- do.call(rbind, lapply(unname(parts), `[[`, "data"))
  V <- bldiag(lapply(unname(parts), `[[`, "V"))
  several <- sapply(parts, function(p) !is.na(p$weight))
  list(complete = all(sapply(parts, `[[`, "complete")), gap = max(sapply(parts, `[[`, "gap")),
       least_weight = if (any(several)) min(sapply(parts[several], `[[`, "weight")) else NULL,
       least_eigenvalue = min(eigen(V, symmetric = TRUE, only.values = TRUE)$values), rows = nrow(b))
}

args <- commandArgs(TRUE)
if (length(args) && args[1] == "--contrasts") {
  write_json(contrasts(read_any(args[2])), args[3], digits = NA, auto_unbox = TRUE)
} else if (length(args)) {
  write_json(by_arm(read_any(args[1])), args[2], digits = NA)
} else {
  samples <- file.path(here, "..", "exchange", "samples")
  golden <- lapply(c(means = "network_arms.csv", counts = "network_counts.csv"),
                   function(name) by_arm(read_any(file.path(samples, name))))
  write(toJSON(golden, digits = NA, pretty = TRUE), file.path(here, "golden_network_files.json"))
}
