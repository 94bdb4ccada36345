# One pooled answer of the invented example from its raw figures, with metafor; prints JSON.
suppressMessages({library(metafor); library(jsonlite)})
# Lower scores are better, so the second group minus the first favours the first.
smd <- function(trial, m1, sd1, n1, m2, sd2, n2) {
  es <- escalc("SMD", m1i = m2, sd1i = sd2, n1i = n2, m2i = m1, sd2i = sd1, n2i = n1)
  data.frame(trial = trial, yi = as.numeric(es$yi), vi = as.numeric(es$vi))
}
effects <- rbind(
  smd("alder2011", 16.4, 9.1, 36, 25.9, 9.8, 38),
  smd("birch2012", 17.4, 9.6, 58, 21.6, 10.2, 60),
  smd("birch2012", 12.1, 6.5, 58, 15.3, 6.9, 60),
  data.frame(trial = "elm2015", yi = 0.55, vi = 0.261^2),
  smd("gorse2017", 17.9, 8.3, 47, 19.2, 8.8, 49),
  smd("hazel2018", -7.9, 7.8, 25, -3.1, 7.4, 24)
)
trials <- aggregate(escalc(yi = yi, vi = vi, data = effects), cluster = trial, struct = "CS", rho = 0.5)
fit <- rma(yi, vi, data = trials, method = "REML", test = "adhoc", control = list(threshold = 1e-12, maxiter = 10000))
cat(toJSON(list(k = fit$k, estimate = as.numeric(fit$beta), tau2 = fit$tau2, ci_low = fit$ci.lb, ci_high = fit$ci.ub,
                q = fit$QE), digits = 16, auto_unbox = TRUE))
