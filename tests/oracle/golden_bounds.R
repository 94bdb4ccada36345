# Golden values for tests/engine/small_study: selection models whose likelihood falls from tau2 = 0. tau2 is held there, the
# rest is maximised by optim() and its standard errors are differences of the likelihoods of golden_small_study.R; estimates
# must be near those of metafor's selmodel().
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

y <- c(-.35, -.42, -.18, -.77, -.09, -1.1, -.5, -.22, -.03); v <- c(.013, .05, .02, .09, .011, .12, .03, .025, .06)
y2 <- c(.61, .52, .75, .48, .9, .1, .35, .05); v2 <- c(.04, .05, .09, .04, .15, .06, .02, .11)
golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor"))),
  beta = held(y, v, "less", function(x) beta_loss(-y, v)(c(-x[1], -Inf, log(x[-1]))), type = "beta"),
  step = held(y2, v2, "greater", function(x) step_loss(y2, v2, .025, "greater")(c(x[1], 0, x[-1])), type = "stepfun", steps = .025))
write_json(golden, file.path(here, "golden_bounds.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
