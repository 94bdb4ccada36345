# Golden values for tests/appraisal/test_absolute.py: made-up questions from the arms compared with to numbers of people.
# Events: the table is positive where the intervention does better, so the effect of a bad event is turned first; odds by
# plogis(qlogis()), ratios by a product that stays within 0 and 1. Scales: pnorm(qnorm()), Furukawa & Leucht (2011), from
# the arms of the question on response.
suppressMessages(library(jsonlite))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))

arms <- list(
  response = data.frame(trial = c("a", "b", "c"), events = c(11, 30, 4), total = c(50, 61, 23)),
  relapse  = data.frame(trial = c("d", "e", "e"), events = c(20, 9, 12), total = c(33, 40, 41)),
  dropout  = data.frame(trial = c("f", "g", "h", "i"), events = c(0, 8, 5, 31), total = c(20, 50, 49, 77)))
good <- c(response = TRUE, relapse = FALSE, dropout = FALSE)
share <- function(rows) { by <- aggregate(cbind(events, total) ~ trial, rows, sum); by$events / by$total }

lead <- list(logOR = function(x, p) plogis(qlogis(p) + x), logRR = function(x, p) pmin(1, p * exp(x)),
             RD = function(x, p) pmax(0, pmin(1, p + x)), SMD = function(x, p) pnorm(qnorm(p) + x))
cases <- list(
  list("response", "logOR", c(.71, .22, 1.2)), list("response", "logRR", c(.3, -.1, 1.9)), list("response", "RD", c(.1, -.02, .22)),
  list("response", "SMD", c(.48, .35, .61)), list("response", "SMD", c(-.4, -.7, .1)),
  list("relapse", "logOR", c(.6, .1, 1.1)), list("relapse", "logRR", c(-.3, -.9, -.05)),
  list("dropout", "logOR", c(-.2, -.8, .4)), list("dropout", "RD", c(.05, .01, .4)))

rows <- lapply(cases, function(case) {
  risks <- share(arms[[case[[1]]]]); control <- median(risks); wanted <- good[[case[[1]]]]
  event <- if (wanted) case[[3]] else -case[[3]][c(1, 3, 2)]
  with <- lead[[case[[2]]]](event, control)
  more <- 1000 * (with - control)
  benefit <- if (wanted) more else -more[c(1, 3, 2)]
  list(outcome = case[[1]], measure = case[[2]], effect = case[[3]], arms = arms[[case[[1]]]], event_good = wanted,
       trials = length(risks), control = c(control, range(risks)), with = with, benefit = benefit, nnt = 1000 / benefit[c(1, 3, 2)],
       through_infinity = benefit[2] < 0 && benefit[3] > 0)
})
write_json(list(versions = list(R = as.character(getRversion())), rows = rows), file.path(here, "golden_absolute_review.json"),
           digits = 12, auto_unbox = TRUE, pretty = TRUE)
