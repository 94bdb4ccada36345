# Golden values for tests/engine/test_agreement.py: kappa from the observed and the expected agreement of chisq.test(),
# its standard error by the delta method on the multinomial covariance of the cells, with a gradient by central differences.
suppressMessages(library(jsonlite))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

kappa_of <- function(cells) {
  m <- matrix(cells, sqrt(length(cells)))
  expected <- suppressWarnings(chisq.test(m * 1e6))$expected / 1e6
  (sum(diag(m)) - sum(diag(expected))) / (sum(m) - sum(diag(expected)))
}
error_of <- function(counts) {
  n <- sum(counts); p <- c(counts) / n
  step <- function(i) { up <- down <- p; up[i] <- p[i] + 1e-5; down[i] <- p[i] - 1e-5; (shares(up) - shares(down)) / 2e-5 }
  # Of cells that do not add up to 1 as of those that do: only the share of each matters.
  shares <- function(cells) {
    k <- sqrt(length(cells)); m <- matrix(cells / sum(cells), k)
    chance <- sum(rowSums(m) * colSums(m)); (sum(diag(m)) - chance) / (1 - chance)
  }
  gradient <- sapply(seq_along(p), step)
  sqrt(c(t(gradient) %*% (diag(p) - p %o% p) %*% gradient) / n)
}
tables <- list(
  c(88, 14, 18, 10, 40, 10, 2, 6, 12), c(75, 5, 0, 1, 4, 0, 4, 1, 10), c(20, 5, 10, 15), c(3, 1, 2, 4),
  c(140, 4, 2, 6, 31, 3, 1, 2, 11))
rows <- lapply(tables, function(cells) {
  counts <- matrix(cells, sqrt(length(cells)), byrow = TRUE)
  estimate <- kappa_of(counts); error <- error_of(counts); z <- qnorm(.975)
  list(counts = counts, kappa = estimate, ci_low = max(-1, estimate - z * error), ci_high = min(1, estimate + z * error))
})
write_json(rows, file.path(here, "golden_agreement.json"), digits = 10, auto_unbox = TRUE, pretty = TRUE)
