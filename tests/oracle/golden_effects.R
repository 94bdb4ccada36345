# Golden values for effect sizes: metafor's escalc, and published formulas in plain R where it has none.
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
pair <- function(d) list(values = c(d$yi), variances = c(d$vi))

means <- function(d) {
  d <- d[complete.cases(d[, c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]), ]
  out <- list(mean1 = d$m1i, sd1 = d$sd1i, n1 = d$n1i, mean2 = d$m2i, sd2 = d$sd2i, n2 = d$n2i)
  for (m in c("SMD", "SMDH", "MD")) out[[m]] <- pair(escalc(m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d))
  out$SMD1 <- pair(escalc("SMD1", m1i = m1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d))
  if (all(d$m1i > 0 & d$m2i > 0)) out$ROM <- pair(escalc("ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d))
  # The other three definitions of Hedges' g, written out.
  N <- d$n1i + d$n2i; m <- N - 2; s <- sqrt(((d$n1i - 1) * d$sd1i^2 + (d$n2i - 1) * d$sd2i^2) / m); g <- (d$m1i - d$m2i) / s
  J <- exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2)); A <- 1 - 3 / (4 * N - 9)
  out$esc <- list(values = A * g, variances = N / (d$n1i * d$n2i) + g^2 / (2 * N))
  out$meta <- list(values = J * g, variances = 1 / d$n1i + 1 / d$n2i + (J * g)^2 * (1 - (m - 2) / (m * J^2)))
  out$revman <- list(values = A * g, variances = 1 / d$n1i + 1 / d$n2i + (A * g)^2 / (2 * (N - 3.94)))
  out
}

tables <- function(a, n1, c, n2) {
  out <- list(events1 = a, total1 = n1, events2 = c, total2 = n2)
  for (m in c("OR", "RR", "RD", "AS", "OR2DL", "OR2DN")) out[[m]] <- pair(escalc(m, ai = a, n1i = n1, ci = c, n2i = n2))
  used <- a + c > 0 & a + c < n1 + n2
  out$informative <- used
  out$PETO <- pair(escalc("PETO", ai = a[used], n1i = n1[used], ci = c[used], n2i = n2[used], to = "none"))
  # Correction by arm size: k1 = n1/(n1 + n2), so that without any event the ratio stays near one.
  z <- a == 0 | a == n1 | c == 0 | c == n2; k1 <- ifelse(z, n1 / (n1 + n2), 0); k2 <- ifelse(z, n2 / (n1 + n2), 0)
  out$OR_treatment_arm <- pair(escalc("OR", ai = a + k1, bi = n1 - a + k1, ci = c + k2, di = n2 - c + k2, to = "none"))
  out$RR_treatment_arm <- pair(escalc("RR", ai = a + k1, bi = n1 - a + k1, ci = c + k2, di = n2 - c + k2, to = "none"))
  out
}

quantile_fit <- function(x, p) {
  s <- (x[length(x)] - x[1]) / (qnorm(p[length(p)]) - qnorm(p[1])); m <- x[(length(x) + 1) / 2]
  loss <- function(q) function(par) sum((q(p, par) - x)^2)
  models <- list(
    list(q = function(p, t) qnorm(p, t[1], exp(t[2])), start = c(m, log(s)), mean = function(t) t[1], sd = function(t) exp(t[2])),
    list(q = function(p, t) qlnorm(p, t[1], exp(t[2])), start = c(log(m), log(log(x[length(x)] / x[1]) / (qnorm(p[length(p)]) - qnorm(p[1])))),
         mean = function(t) exp(t[1] + exp(2 * t[2]) / 2), sd = function(t) exp(t[1] + exp(2 * t[2]) / 2) * sqrt(exp(exp(2 * t[2])) - 1)),
    list(q = function(p, t) qgamma(p, exp(t[1]), scale = exp(t[2])), start = c(2 * log(m / s), log(s^2 / m)),
         mean = function(t) exp(t[1] + t[2]), sd = function(t) exp(t[2] + t[1] / 2)),
    list(q = function(p, t) qweibull(p, exp(t[1]), exp(t[2])), start = c(log(1.2 * m / s), log(m)),
         mean = function(t) exp(t[2]) * gamma(1 + exp(-t[1])), sd = function(t) exp(t[2]) * sqrt(gamma(1 + 2 * exp(-t[1])) - gamma(1 + exp(-t[1]))^2)))
  fits <- lapply(models, function(one) {
    o <- optim(one$start, loss(one$q), control = list(reltol = 1e-16, maxit = 20000))
    for (again in 1:5) o <- optim(o$par, loss(one$q), control = list(reltol = 1e-16, maxit = 20000))
    c(o$value, one$mean(o$par), one$sd(o$par))
  })
  fits[[which.min(sapply(fits, `[`, 1))]][2:3]
}

five <- rbind(c(2, 10, 15, 22, 40, 40), c(0.5, 4, 6, 14, 60, 100), c(11, 18, 21, 23.5, 31, 25), c(5, 9, 12, 18, 33, 230))
recover <- function(row) {
  a <- row[1]; q1 <- row[2]; m <- row[3]; q3 <- row[4]; b <- row[5]; n <- row[6]
  xi <- 2 * qnorm((n - .375) / (n + .25)); eta <- 2 * qnorm((.75 * n - .125) / (n + .25))
  w <- 4 / (4 + n^.75); u <- .7 + .39 / n; w1 <- 2.2 / (2.2 + n^.75); w2 <- .7 - .72 / n^.55
  list(numbers = row,
    wan = list(range = c((a + 2 * m + b) / 4, (b - a) / xi), quartiles = c((q1 + m + q3) / 3, (q3 - q1) / eta),
               five = c((a + 2 * q1 + 2 * m + 2 * q3 + b) / 8, ((b - a) / xi + (q3 - q1) / eta) / 2)),
    luo = list(range = c(w * (a + b) / 2 + (1 - w) * m, (b - a) / xi), quartiles = c(u * (q1 + q3) / 2 + (1 - u) * m, (q3 - q1) / eta),
               five = c(w1 * (a + b) / 2 + w2 * (q1 + q3) / 2 + (1 - w1 - w2) * m,
                        (b - a) / ((2 + .14 * n^.6) * qnorm((n - .375) / (n + .25))) + (q3 - q1) / ((2 + 2 / (.07 * n^.6)) * qnorm((.75 * n - .125) / (n + .25))))),
    mcgrath = list(range = quantile_fit(c(a, m, b), c(1 / n, .5, 1 - 1 / n)), quartiles = quantile_fit(c(q1, m, q3), c(.25, .5, .75)),
                   five = quantile_fit(row[1:5], c(1 / n, .25, .5, .75, 1 - 1 / n))))
}

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
  recovery = apply(five, 1, recover)), file.path(here, "golden_effects.json"), digits = NA, auto_unbox = TRUE, na = "null", null = "null")
