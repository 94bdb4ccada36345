# Works out from the tables of the last run what an answer means for people: from the arms compared with to numbers needed.
# Usage: Rscript absolute.R data/processed conditions.csv outcomes.csv; prints JSON.
suppressMessages(library(jsonlite))
args <- commandArgs(trailingOnly = TRUE)
read <- function(name) read.csv(file.path(args[1], paste0(name, ".csv")), stringsAsFactors = FALSE)
ratings <- read("ratings"); plan <- read("syntheses"); counts <- read("outcomes"); used <- read("selections")
parents <- with(read.csv(args[2], stringsAsFactors = FALSE), setNames(parent, condition))
good <- with(read.csv(args[3], stringsAsFactors = FALSE), setNames(event_good == "true", outcome))
used <- unique(used[used$used == "True" & used$evidence == "counts", c("question_id", "trial_id", "row2_id")])
arms <- merge(used, counts[, c("row_id", "events", "total")], by.x = "row2_id", by.y = "row_id")
sums <- aggregate(cbind(events, total) ~ question_id + trial_id, arms, sum)
risks <- tapply(sums$events / sums$total, sums$question_id, median)
asked <- merge(plan, ratings[, c("question_id", "estimate", "ci_low", "ci_high")], by = "question_id", suffixes = c(".primary", ""))
key <- function(q, condition) paste(condition, q$population, q$intervention, q$comparator, q$timepoint, q$phase)
response <- asked[asked$outcome == "response" & asked$question_id %in% names(risks), ]
response <- setNames(response$question_id, key(response, response$condition))

of <- function(q) {
  if (is.na(q$estimate)) return(NULL)
  from <- q$question_id
  if (q$outcome == "symptom_severity" && q$measure == "SMD") {
    condition <- q$condition
    while (!is.na(condition) && condition != "" && is.na(response[key(q, condition)])) condition <- parents[[condition]]
    from <- unname(response[key(q, condition)])
  }
  risk <- risks[from]
  if (is.na(from) || is.na(risk) || risk == 0 || risk == 1) return(NULL)
  wanted <- q$measure == "SMD" || good[[q$outcome]]
  turn <- if (wanted) 1 else -1
  lead <- switch(q$measure, SMD = function(x) pnorm(qnorm(risk) + x), logOR = function(x) plogis(qlogis(risk) + x),
                 logRR = function(x) min(1, risk * exp(x)), return(NULL))
  with <- sapply(turn * c(q$estimate, q$ci_low, q$ci_high), lead)
  benefit <- turn * (with - risk)
  list(question_id = q$question_id, control_question_id = from, control_risk = risk[[1]], with_intervention = with[1],
       benefit_per_1000 = 1000 * benefit[1], benefit_low = 1000 * benefit[2], benefit_high = 1000 * benefit[3],
       nnt = 1 / benefit[1], nnt_best = 1 / benefit[3], nnt_worst = 1 / benefit[2])
}
rows <- Filter(Negate(is.null), lapply(split(asked, seq_len(nrow(asked))), of))
cat(toJSON(unname(rows), digits = 16, auto_unbox = TRUE))
