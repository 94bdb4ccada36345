# Golden values for tests/engine/diagnostics. What each family rests on: metafor's influence(), baujat() and gosh().
suppressMessages({library(metafor); library(metadat); library(jsonlite)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

columns <- function(d, method, test = "z") {
  m <- rma(as.vector(d$yi), as.vector(d$vi), method = method, test = test, control = if (method %in% c("REML", "ML")) list(threshold = 1e-13, maxiter = 10000) else list())
  x <- influence(m); b <- suppressWarnings(with(list(), { pdf(NULL); on.exit(dev.off()); baujat(m) }))
  i <- x$inf
  list(method = method, test = test, rstudent = i$rstudent, dffits = i$dffits, cooks_distance = i$cook.d, covariance_ratio = i$cov.r, tau2_deleted = i$tau2.del,
       q_deleted = i$QE.del, hat = i$hat, weight_percent = i$weight, dfbetas = x$dfbs[[1]], is_influential = x$is.infl,
       baujat_x = b$x, baujat_y = b$y)
}

analyse <- function(d) list(yi = as.vector(d$yi), vi = as.vector(d$vi),
  fits = list(columns(d, "REML"), columns(d, "DL"), columns(d, "ML"), columns(d, "FE")), knha = columns(d, "REML", "knha"))

subsets <- function(d) {
  m <- rma(as.vector(d$yi), as.vector(d$vi), control = list(threshold = 1e-13, maxiter = 10000))
  g <- gosh(m, progbar = FALSE)
  size <- rowSums(g$incl)
  list(yi = as.vector(d$yi), vi = as.vector(d$vi), included = unname(g$incl[size > 1, ]) * 1, estimate = g$res$estimate[size > 1],
       tau2 = g$res$tau2[size > 1], i2 = g$res$I2[size > 1], q = g$res$QE[size > 1])
}

bcg <- with(dat.bcg, escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg))
normand <- escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999)
golden <- list(
  versions = list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")), metadat = as.character(packageVersion("metadat"))),
  sets = lapply(list(bcg_rr = bcg, normand1999 = normand, raudenbush1985 = dat.raudenbush1985, hackshaw1998 = dat.hackshaw1998,
                     molloy2014 = escalc("ZCOR", ri = ri, ni = ni, data = dat.molloy2014)), analyse),
  gosh = subsets(normand[1:7, ]))
write_json(golden, file.path(here, "golden_influence.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE, na = "null")
