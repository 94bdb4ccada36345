# Golden values for tests/engine/small_study: selection models whose likelihood falls from tau2 = 0. tau2 is held there, the
# rest is maximised by optim() and its standard errors are differences of the likelihoods of golden_small_study.R; estimates
# must be near those of metafor's selmodel(). beta_zero: sets whose likelihood falls from where an exponent of the beta weights is 0.
# The weights are written as powers, which have a value there, integrated, and maximised by nlminb() from several starts with 0 as its
# bound; standard errors are of what is not at a bound. metafor holds an exponent at 1e-5, and is near where it ends at all.
suppressMessages({library(metafor); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
for (part in parse(file.path(here, "golden_small_study.R")))
  if (length(part) == 3 && is.call(part[[3]]) && identical(part[[3]][[1]], as.name("function"))) eval(part)
some <- list(list(optimizer = "nlminb", rel.tol = 1e-12), list(optimizer = "nlminb"), list(optimizer = "Nelder-Mead"))

held <- function(y, v, alternative, loss, ...) {
  s <- best_of(rma(y, v, method = "ML", control = list(threshold = 1e-12, maxiter = 10000)), alternative = alternative, ..., optimisers = some)
  weights <- if (length(s$delta) > 1 && s$delta[1] == 1) s$delta[-1] else s$delta
  stopifnot(s$tau2 < 1e-6)
  o <- optim(c(s$beta, log(weights)), function(x) loss(c(x[1], exp(x[-1]))), control = list(reltol = 1e-15, maxit = 5000))
  found <- c(o$par[1], exp(o$par[-1]))
  stopifnot(abs(found[1] - s$beta) < 1e-3)
  se <- sqrt(diag(solve(hessian(loss, found))))
  list(yi = y, vi = v, alternative = alternative, estimate = found[1], se = se[1], delta = found[-1], delta_se = se[-1])
}

powers_loss <- function(y, v) function(par) {
  z <- qnorm(1e-5, lower.tail = FALSE); s <- sqrt(v + par[2]); e <- sqrt(v)
  weight <- function(p) { p <- pmin(pmax(p, 1e-5), 1 - 1e-5); p^(par[3] - 1) * (1 - p)^(par[4] - 1) }
  A <- sapply(seq_along(y), function(i) {
    f <- function(x) weight(pnorm(x / e[i], lower.tail = FALSE)) * dnorm(x, par[1], s[i])
    cuts <- seq(-z, z, length.out = 9) * e[i]
    sum(sapply(1:8, function(q) integrate(f, cuts[q], cuts[q + 1], rel.tol = 1e-10)$value)) +
      weight(0) * pnorm(z * e[i], par[1], s[i], lower.tail = FALSE) + weight(1) * pnorm(-z * e[i], par[1], s[i])
  })
  -sum(log(weight(pnorm(y / e, lower.tail = FALSE))) + dnorm(y, par[1], s, log = TRUE) - log(A))
}

zero <- function(y, v, metafor) {
  loss <- powers_loss(y, v)
  fits <- lapply(list(c(1, 0, 1, .1), c(-.5, .05, .1, 3), c(2, .2, 2, .1)), function(x)
    nlminb(x, loss, lower = c(-Inf, 0, 0, 0), control = list(rel.tol = 1e-14, iter.max = 1000, eval.max = 2000)))
  f <- fits[[which.min(sapply(fits, `[[`, "objective"))]]; par <- f$par
  free <- c(TRUE, par[-1] > 0)
  o <- optim(par[free], function(x) { par[free] <- x; if (any(par[-1] < 0)) 1e10 else loss(par) }, control = list(reltol = 1e-15, maxit = 5000)); par[free] <- o$par
  # At a bound the likelihood falls.
  stopifnot(any(par[3:4] == 0), sapply(which(!free), function(j) loss(par + 1e-4 * (1:4 == j)) > o$value))
  se <- rep(NA, 4); se[free] <- sqrt(diag(solve(hessian(function(x) { par[free] <- x; loss(par) }, par[free]))))
  if (metafor) {
    s <- best_of(rma(y, v, method = "ML", control = list(threshold = 1e-12, maxiter = 10000)), type = "beta", alternative = "greater", optimisers = some)
    stopifnot(abs(s$beta - par[1]) < 2e-3, abs(s$delta - par[3:4]) < 5e-3)
  }
  list(yi = y, vi = v, estimate = par[1], tau2 = par[2], delta = par[3:4], se = se[1], delta_se = se[3:4], log_likelihood = -o$value)
}

y <- c(-.35, -.42, -.18, -.77, -.09, -1.1, -.5, -.22, -.03); v <- c(.013, .05, .02, .09, .011, .12, .03, .025, .06)
y2 <- c(.61, .52, .75, .48, .9, .1, .35, .05); v2 <- c(.04, .05, .09, .04, .15, .06, .02, .11)
golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
  beta = held(y, v, "less", function(x) beta_loss(-y, v)(c(-x[1], -Inf, log(x[-1]))), type = "beta"),
  step = held(y2, v2, "greater", function(x) step_loss(y2, v2, .025, "greater")(c(x[1], 0, x[-1])), type = "stepfun", steps = .025),
  beta_zero = list(
    zero(c(.564, -.098, .595, .409, .551, .604, .188), c(.0379, .1185, .0994, .1197, .108, .049, .0665), metafor = TRUE),
    zero(c(-.501, .733, 2.455, 2.515, 2.173), c(.0826, .3217, .0815, .0423, .0858), metafor = TRUE),
    zero(c(0.520, -0.127, -0.517, -0.062, -0.072), c(0.1346, 0.0184, 0.0619, 0.0229, 0.0740), metafor = FALSE)))
write_json(golden, file.path(here, "golden_bounds.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
