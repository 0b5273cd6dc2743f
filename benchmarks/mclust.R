# Seconds that mclustBIC takes over all families and 1 to 9 components of a table of numbers.
arguments <- commandArgs(TRUE)
suppressMessages(library(mclust))
rows <- as.matrix(read.csv(arguments[1]))
storage.mode(rows) <- "double"
if (ncol(rows) == 1) rows <- rows[, 1]
set.seed(1)
invisible(mclustBIC(faithful[1:50, ], G = 1:3, verbose = FALSE))
taken <- system.time(found <- mclustBIC(rows, G = 1:9, verbose = FALSE))
cat(taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]], -max(found, na.rm = TRUE), "\n")
