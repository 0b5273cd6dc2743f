# Errors of mclust's two classifiers on folds that are given: arguments are a table whose first column
# is the class, and a table of fold numbers with one column per repetition. Prints one line per kind.
arguments <- commandArgs(TRUE)
suppressMessages(library(mclust))
rows <- read.csv(arguments[1])
folds <- read.csv(arguments[2])
classes <- factor(rows[[1]])
X <- as.matrix(rows[-1])
for (kind in c("EDDA", "MclustDA")) {
  errors <- c()
  taken <- system.time(for (repetition in folds) {
    wrong <- 0
    for (fold in unique(repetition)) {
      held <- repetition == fold
      model <- MclustDA(X[!held, , drop = FALSE], classes[!held], modelType = kind, verbose = FALSE)
      found <- predict(model, X[held, , drop = FALSE])$classification
      wrong <- wrong + sum(as.character(found) != as.character(classes[held]))
    }
    errors <- c(errors, wrong / nrow(X))
  })
  cat(kind, taken[["elapsed"]], errors, "\n")
}
