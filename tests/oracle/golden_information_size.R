# Golden values for tests/appraisal/test_importance.py: people one trial needs, by power.t.test() and power.prop.test() of R's stats.
suppressMessages(library(jsonlite))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

both <- function(found) 2 * ceiling(found$n)
risks <- list(c(0.225, 0.3096), c(0.6, 0.5), c(0.3, 0.35), c(0.05, 0.1), c(0.9, 0.8), c(0.5, 0.2))
golden <- list(
  difference = lapply(c(0.1, 0.2, 0.24, 0.3, 0.5, 0.8), function(d)
    list(difference = d, people = both(power.t.test(delta = d, power = 0.8)))),
  risks = lapply(risks, function(p)
    list(control = p[1], treated = p[2], people = both(power.prop.test(p1 = p[1], p2 = p[2], power = 0.8, tol = 1e-10)))))
write_json(golden, file.path(here, "golden_information_size.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
