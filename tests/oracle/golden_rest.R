# Golden values for functions of the engine that no other script covers: covariances of contrasts that share arms by metafor's
# vcalc(), differences of effects by rma() on a moderator, outliers by rma(), precisions of a network's comparisons from the
# inverse of the covariance that rma.mv() has.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
source(file.path(here, "networks.R"))

# Four arms, two outcomes: vcalc() takes covariances from weights of arms, which are one over their parts of the variance.
shared_arms <- function(rho) {
  d <- data.frame(arm1 = c("ipt", "wait", "ipt", "tau"), arm2 = c("wait", "cbt", "wait", "ipt"), outcome = c("x", "x", "y", "y"))
  part <- c(ipt = 0.021, cbt = 0.034, wait = 0.013, tau = 0.055)
  d$v1 <- part[d$arm1]; d$v2 <- part[d$arm2]; d$vi <- d$v1 + d$v2
  V <- vcalc(vi, cluster = rep(1, nrow(d)), obs = outcome, grp1 = arm1, grp2 = arm2, w1 = 1 / v1, w2 = 1 / v2, rho = rho, data = d)
  list(variances = d$vi, arms1 = d$arm1, arms2 = d$arm2, variances1 = d$v1, variances2 = d$v2, outcomes = d$outcome, rho = rho,
       covariance = unname(V))
}

# Changes of two independent groups: the coefficient of the group in a model without heterogeneity.
changes <- function(y1, v1, y2, v2) {
  r <- rma(c(y1, y2), c(v1, v2), mods = c(1, 0), method = "FE")
  list(first = c(y1, v1), second = c(y2, v2), value = unname(coef(r)[2]), variance = unname(vcov(r)[2, 2]))
}

outside <- function(yi, vi) {
  r <- rma(yi, vi, test = "adhoc", control = list(threshold = 1e-14, maxiter = 10000))
  own <- summary(structure(data.frame(yi = as.vector(yi), vi = vi), yi.names = "yi", vi.names = "vi", class = c("escalc", "data.frame")))
  list(yi = as.vector(yi), vi = vi, low = r$ci.lb, high = r$ci.ub, own_low = own$ci.lb, own_high = own$ci.ub,
       is_outlier = own$ci.lb > r$ci.ub | own$ci.ub < r$ci.lb)
}

# The covariance of all treatments against the first, inverted: off the diagonal stands minus the precision of a comparison.
precisions <- function(d) {
  treatments <- sort(unique(c(d$t1, d$t2)), method = "radix")
  B <- basic_contrasts(d)
  L <- solve(vcov(fit(B$data, B$V, design_matrix(B$data, treatments), "FE")))
  L <- rbind(-colSums(L), L); L <- cbind(-rowSums(L), L)
  edges <- unique(t(apply(cbind(match(d$t1, treatments), match(d$t2, treatments)), 1, sort)))
  edges <- edges[order(edges[, 1], edges[, 2]), , drop = FALSE]
  list(direct = matrix(treatments[edges], ncol = 2), precision = -L[edges])
}

networks <- fromJSON(file.path(here, "golden_network.json"))
networks <- networks[setdiff(names(networks), "versions")]
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
linde <- escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.linde2005)
linde <- linde[complete.cases(linde$yi, linde$vi), ]

write_json(list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
                  metadat = as.character(packageVersion("metadat"))),
  shared_arms = list(one = shared_arms(0.6), less = shared_arms(0.2)),
  differences = list(larger = changes(-0.9, 0.03, -0.35, 0.05), less = changes(0.123, 0.011, 0.456, 0.207)),
  outliers = list(bcg = outside(bcg$yi, bcg$vi), linde2005 = outside(linde$yi, linde$vi),
                  raudenbush1985 = outside(dat.raudenbush1985$yi, dat.raudenbush1985$vi)),
  precisions = lapply(networks, function(n) precisions(data.frame(
    study = as.character(n$studies), t1 = n$treatments1, t2 = n$treatments2, y = n$effects, v = n$variances)))
), file.path(here, "golden_rest.json"), digits = NA, auto_unbox = TRUE)
