# What golden_network.R and golden_network_review.R share; metafor is loaded by them.
# Random effects of contrasts that share a study correlate 1/2, so every contrast has the same heterogeneity.
# Nelder-Mead run to the end finds tau2 to 8 digits; the many fits of the node splits make do with the quicker default.
exact <- list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-15, maxit = 2000)
quick <- list(optimizer = "nlminb")

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

# Whether a chain of trials, none of which holds both treatments, joins them: only then is there indirect evidence
# (van Valkenhoef et al. 2016). Beside trials of more arms the column above can be fitted without.
joined_by_others <- function(d, i, j) {
  e <- d[!d$study %in% intersect(d$study[d$t1 == i | d$t2 == i], d$study[d$t1 == j | d$t2 == j]), ]
  reached <- i
  repeat {
    more <- union(reached, c(e$t2[e$t1 %in% reached], e$t1[e$t2 %in% reached]))
    if (length(more) == length(reached)) return(j %in% reached)
    reached <- more
  }
}

# Random-walk contributions by listing every path of the evidence flow (the package sums over walks instead).
contributions <- function(d, b, V, X, tau2, treatments) {
  n <- length(treatments)
  L <- matrix(0, n, n, dimnames = list(treatments, treatments))
  own <- list()
  for (s in unique(b$study)) {
    i <- which(b$study == s)
    M <- V[i, i, drop = FALSE] + tau2 * (diag(length(i)) + 1) / 2
    C <- matrix(0, length(i), n, dimnames = list(NULL, treatments))
    C[cbind(seq_along(i), match(b$t1[i], treatments))] <- 1
    C[cbind(seq_along(i), match(b$t2[i], treatments))] <- -1
    own[[s]] <- t(C) %*% solve(M) %*% C
    L <- L + own[[s]]
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
  # Studies share what flows through a comparison by their weights in it, none of which is below 0.
  shares <- sapply(own, function(l) pmax(-l[edges], 0))
  shares <- matrix(shares, nrow(edges)) / rowSums(matrix(shares, nrow(edges)))
  # A row for each comparison.
  percent <- 100 * do.call(rbind, apply(comparisons, 1, function(p) walk(p[1], p[2]), simplify = FALSE))
  list(edges = matrix(treatments[edges], ncol = 2), comparisons = matrix(treatments[comparisons], ncol = 2),
       percent = percent, studies = names(own), of_studies = percent %*% shares)
}

