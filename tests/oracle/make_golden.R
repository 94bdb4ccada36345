# The one entry point for all golden values: runs every golden_*.R beside it; twice in a row gives the same bytes.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)[1]))
for (script in sort(list.files(here, "^golden_.*[.]R$", full.names = TRUE))) {
  cat("running", basename(script), "\n")
  # A process of its own for each: no script sees what another left behind.
  if (system2(file.path(R.home("bin"), "Rscript"), shQuote(script)) != 0) stop(script, " failed")
}
