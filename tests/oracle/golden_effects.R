# Golden values for tests/engine/effect_sizes. What each family rests on:
# means, tables, change, scale: metafor's escalc(); hedges_g by "esc" its D2ORL on the scale of d, by "meta" its vtype "UB".
#   (RevMan's definition and the value of "esc": statsmodels, in test_means.py.)
# tables, treatment-arm correction: escalc() of counts raised by what its two defining equations, solved, ask for.
# reports: t.test(), lm(), anova() and escalc() of the same people; sd_of_change: sd() of differences.
# covariance: inverse of the Hessian of the normal likelihood of three arms, and the delta method by differences.
# recovery: metafor 4.4's conv.fivenum() as recorded in conv_fivenum.csv (metafor 3.8-1 has none yet); simulated order
#   statistics; Wan's means from the bounds they come from; McGrath's by least squares with moments by integration.
# response: the normal density integrated up to the cut-off.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
pair <- function(d) list(values = c(d$yi), variances = c(d$vi))

means <- function(d) {
  d <- d[complete.cases(d[, c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]), ]
  out <- list(mean1 = d$m1i, sd1 = d$sd1i, n1 = d$n1i, mean2 = d$m2i, sd2 = d$sd2i, n2 = d$n2i)
  of <- function(m, ...) pair(escalc(m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d, ...))
  for (m in c("SMD", "SMDH", "MD", "D2ORL", "D2ORN")) out[[m]] <- of(m)
  out$SMD1 <- pair(escalc("SMD1", m1i = m1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d))
  if (all(d$m1i > 0 & d$m2i > 0)) out$ROM <- of("ROM")
  out$meta <- of("SMD", vtype = "UB")
  # D2ORL multiplies d, uncorrected, by the standard deviation of the logistic distribution, whose variance is integrated.
  logistic <- integrate(function(x) x^2 * dlogis(x), -Inf, Inf, rel.tol = 1e-13)$value
  out$d <- list(values = out$D2ORL$values / sqrt(logistic), variances = out$D2ORL$variances / logistic)
  out
}

tables <- function(a, n1, c, n2) {
  out <- list(events1 = a, total1 = n1, events2 = c, total2 = n2)
  for (m in c("OR", "RR", "RD", "AS", "OR2DL", "OR2DN")) out[[m]] <- pair(escalc(m, ai = a, n1i = n1, ci = c, n2i = n2))
  used <- a + c > 0 & a + c < n1 + n2
  out$informative <- used
  out$PETO <- pair(escalc("PETO", ai = a[used], n1i = n1[used], ci = c[used], n2i = n2[used], to = "none"))
  # Correction by arm size: what is added to both arms makes 1, and without any event the odds ratio of the two is 1.
  z <- a == 0 | a == n1 | c == 0 | c == n2
  k1 <- mapply(function(N1, N2) uniroot(function(k) c(escalc("OR", ai = k, bi = N1 + k, ci = 1 - k, di = N2 + 1 - k, to = "none")$yi), c(1e-6, 1 - 1e-6), tol = 1e-15)$root, n1, n2)
  k2 <- z * (1 - k1); k1 <- z * k1
  out$OR_treatment_arm <- pair(escalc("OR", ai = a + k1, bi = n1 - a + k1, ci = c + k2, di = n2 - c + k2, to = "none"))
  out$RR_treatment_arm <- pair(escalc("RR", ai = a + k1, bi = n1 - a + k1, ci = c + k2, di = n2 - c + k2, to = "none"))
  out
}

# Closest distribution by least squares on the quantiles; its moments by integration over the quantile function.
quantile_fit <- function(x, p) {
  spread <- (x[length(x)] - x[1]) / (qnorm(p[length(p)]) - qnorm(p[1])); m <- x[(length(x) + 1) / 2]
  models <- list(
    list(q = function(p, t) qnorm(p, t[1], exp(t[2])), start = c(m, log(spread))),
    list(q = function(p, t) qlnorm(p, t[1], exp(t[2])), start = c(log(m), log(spread / m))),
    list(q = function(p, t) qgamma(p, exp(t[1]), scale = exp(t[2])), start = c(2 * log(m / spread), log(spread^2 / m))),
    list(q = function(p, t) qweibull(p, exp(t[1]), exp(t[2])), start = c(log(1.2 * m / spread), log(m))))
  fits <- lapply(models, function(one) {
    loss <- function(t) sum((one$q(p, t) - x)^2)
    o <- list(par = one$start)
    for (again in 1:6) o <- optim(o$par, loss, control = list(reltol = 1e-16, maxit = 20000))
    moment <- function(f) integrate(function(p) f(one$q(p, o$par)), 0, .5, rel.tol = 1e-9)$value + integrate(function(p) f(one$q(1 - p, o$par)), 0, .5, rel.tol = 1e-9)$value
    mean <- moment(identity)
    c(o$value, mean, sqrt(moment(function(x) (x - mean)^2)))
  })
  fits[[which.min(sapply(fits, `[`, 1))]][2:3]
}

# Wan's means: half-way between the smallest and the largest mean that people between the given numbers can have. Of the
# quartiles alone nothing is bounded: the mean of the three.
half_way <- function(numbers) (mean(head(numbers, -1)) + mean(numbers[-1])) / 2

five <- rbind(c(2, 10, 15, 22, 40, 40), c(0.5, 4, 6, 14, 60, 100), c(11, 18, 21, 23.5, 31, 25), c(5, 9, 12, 18, 33, 230))
recover <- function(row) {
  a <- row[1]; q1 <- row[2]; m <- row[3]; q3 <- row[4]; b <- row[5]; n <- row[6]
  list(numbers = row, wan = list(range = half_way(c(a, m, b)), quartiles = mean(c(q1, m, q3)), five = half_way(row[1:5])),
    mcgrath = list(range = quantile_fit(c(a, m, b), c(1 / n, .5, 1 - 1 / n)), quartiles = quantile_fit(c(q1, m, q3), c(.25, .5, .75)),
                   five = quantile_fit(row[1:5], c(1 / n, .25, .5, .75, 1 - 1 / n))))
}

# Five numbers of n normal deviates, drawn as gaps of gamma deviates. The weights that make mean and standard deviation
# vary least are regression coefficients of what is left when they are 0; with their Monte Carlo standard errors.
order_statistics <- function(n, draws = 2e5) {
  set.seed(1000 + n)
  places <- c(1, .25 * n + .75, (n + 1) / 2, .75 * n + .25, n, n + 1)
  gaps <- matrix(rgamma(6 * draws, rep(diff(c(0, places)), each = draws)), draws)
  sums <- gaps %*% upper.tri(diag(6), diag = TRUE)
  x <- qnorm(sums[, 1:5] / sums[, 6])
  m <- x[, 3]; middle <- (x[, 1] + x[, 5]) / 2; hinges <- (x[, 2] + x[, 4]) / 2; range <- x[, 5] - x[, 1]; box <- x[, 4] - x[, 2]
  by_range <- range / mean(range); by_box <- box / mean(box)
  fit <- function(f) unname(summary(lm(f))$coefficients[, 1:2])
  list(n = n, range_width = c(mean(range), sd(range) / sqrt(draws)), quartile_width = c(mean(box), sd(box) / sqrt(draws)),
       range = fit(m ~ 0 + I(m - middle)), quartiles = fit(m ~ 0 + I(m - hinges)), five = fit(m ~ 0 + I(m - middle) + I(m - hinges)),
       sd = fit(I(by_box - 1) ~ 0 + I(by_box - by_range)))
}

# Two groups of people, and what a paper may report of them.
report <- function(n1, n2, shift, spread, seed) {
  set.seed(seed)
  x <- rnorm(n1, 20 + shift, spread); y <- rnorm(n2, 20, spread)
  d <- data.frame(score = c(x, y), group = factor(rep(2:1, c(n1, n2))))
  fit <- lm(score ~ group, d); t <- t.test(x, y, var.equal = TRUE); ninety <- t.test(x, y, var.equal = TRUE, conf.level = .9)
  list(n1 = n1, n2 = n2, t = unname(t$statistic), f = anova(fit)$`F value`[1], p = t$p.value, difference = unname(diff(rev(t$estimate))),
       sd = sigma(fit), se = t$stderr, low = t$conf.int[1], high = t$conf.int[2], low90 = ninety$conf.int[1], high90 = ninety$conf.int[2],
       normal = unname(confint.default(fit)[2, ]), SMD = pair(escalc("SMD", m1i = mean(x), sd1i = sd(x), n1i = n1, m2i = mean(y), sd2i = sd(y), n2i = n2)))
}

differences <- function(n, seed) {
  set.seed(seed)
  before <- rnorm(n, 25, 6); after <- .5 * before + rnorm(n, 2, 5)
  c(before = sd(before), after = sd(after), correlation = cor(before, after), change = sd(after - before))
}

# Two arms against the same third, standardised by the deviation of all three; maximum of the likelihood at deviation 1.
shared_arm <- function(m, n) {
  loss <- function(p) sum(n) * p[4] + sum(n * (1 + (p[1:3] - m)^2)) * exp(-2 * p[4]) / 2
  V <- solve(optimHess(c(m, 0), loss, control = list(ndeps = rep(1e-4, 4))))
  g <- function(p) c(p[1] - p[3], p[2] - p[3]) / exp(p[4])
  G <- sapply(1:4, function(i) { h <- replace(numeric(4), i, 1e-5); (g(c(m, 0) + h) - g(c(m, 0) - h)) / 2e-5 })
  list(g = g(c(m, 0)), n = n, covariance = (G %*% V %*% t(G))[1, 2])
}

responders <- function(mean, sd, cutoff) list(mean = mean, sd = sd, cutoff = cutoff,
  below = integrate(dnorm, -Inf, cutoff, mean = mean, sd = sd, rel.tol = 1e-11)$value)

change <- data.frame(m1 = c(24, 18, 30), m2 = c(30, 24, 28), s1 = c(6, 7.5, 4), s2 = c(8, 5, 9), r = c(.4, .7, -.2), n = c(20, 45, 8))
linde <- subset(dat.linde2005, !is.na(ai) & !is.na(n1i))
y <- subset(dat.yusuf1985, table == "6" & !is.na(ai))
write_json(list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), metadat = as.character(packageVersion("metadat"))),
  means = list(normand1999 = means(dat.normand1999), curtis1998 = means(dat.curtis1998[1:30, ]),
               small = means(data.frame(m1i = c(10, 3), sd1i = c(5, 1), n1i = c(15, 2), m2i = c(14, 1), sd2i = c(6, 2), n2i = c(12, 3)))),
  tables = list(bcg = with(dat.bcg, tables(tpos, tpos + tneg, cpos, cpos + cneg)), linde2005 = with(linde, tables(ai, n1i, ci, n2i)),
                yusuf1985 = with(y, tables(ai, n1i, ci, n2i)), nielweise2007 = with(dat.nielweise2007, tables(ai, n1i, ci, n2i)),
                empty = tables(c(0, 0, 10, 5, 12), c(100, 20, 10, 9, 12), c(0, 3, 8, 0, 30), c(50, 21, 8, 11, 30))),
  change = c(as.list(change), list(SMCC = pair(escalc("SMCC", m1i = m1, m2i = m2, sd1i = s1, sd2i = s2, ri = r, ni = n, data = change)),
                                   SMCR = pair(escalc("SMCR", m1i = m1, m2i = m2, sd1i = s2, ri = r, ni = n, data = change)))),
  recovery = list(recorded = read.csv(file.path(here, "conv_fivenum.csv")), rows = apply(five, 1, recover), simulated = lapply(c(25, 40, 60, 100, 230), order_statistics)),
  reports = list(report(20, 24, 4, 7, 1), report(8, 5, -3, 6, 2), report(60, 45, .5, 9, 3), report(2, 3, 2, 4, 4), report(150, 160, -2, 8, 5)),
  differences = lapply(1:3, function(seed) as.list(differences(c(12, 40, 90)[seed], seed))),
  covariance = list(shared_arm(c(.8, .3, 0), c(30, 28, 32)), shared_arm(c(-.5, .9, .1), c(12, 60, 25)), shared_arm(c(1.4, 1.1, -.2), c(45, 15, 80))),
  response = list(responders(10, 5, 15), responders(80, 5, 75.5), responders(12, 6, 10), responders(9.3, 4.1, 11.75))), file.path(here, "golden_effects.json"), digits = NA, auto_unbox = TRUE, na = "null", null = "null")
