"""The words the pages use, each in a sentence or two."""

from __future__ import annotations

GLOSSARY: dict[str, str] = {
    "AIC": "Akaike's criterion, 2 p - 2 log L. Cheaper on parameters than BIC, so it keeps more "
    "components. Small is good.",
    "Anomaly": "A row that the model finds improbable. How improbable it must be is the threshold.",
    "ARI": "Adjusted Rand index: agreement of two groupings, 1 for the same, about 0 for chance.",
    "AUROC": "The probability that a random anomaly scores above a random ordinary row; .5 is guessing.",
    "BIC": "Schwarz's criterion, p log n - 2 log L: the fit, minus a price for each of p parameters. "
    "Here, as in scikit-learn, small is good; mclust turns the sign.",
    "Calibrated": "Of all answers given with probability .8, eight in ten are right.",
    "Cluster": "A group of rows as a reader would draw it. It may consist of several components.",
    "Component": "One Gaussian of the mixture, with a weight, a mean and a covariance.",
    "Concentration": "How readily a Dirichlet process opens another component. Small means few.",
    "Condition number": "Longest axis of an ellipsoid over its shortest, squared. Large means nearly flat.",
    "Covariance": "Spread of the columns and how they move together: the size, shape and direction of "
    "a component's ellipsoid.",
    "Covariance family": "What components share: volume, shape and orientation may each be equal (E), "
    "variable (V) or none (I). VVV shares nothing, EEE everything, EII are equal spheres.",
    "Density": "Probability per unit of the columns. It may exceed one; its integral is one.",
    "Dirichlet process": "A prior over mixtures with any number of components, of which the data use a few.",
    "E-step": "Given the parameters, each row's probabilities of the components.",
    "EM": "Expectation maximisation: E-step and M-step in turn. The likelihood never falls.",
    "Emission": "What a hidden Markov model's state lets us see: here a Gaussian or a mixture.",
    "Energy distance": "Distance between two samples that is zero only for equal distributions.",
    "Entropy": "Uncertainty, in nats. Of memberships: 0 when every row belongs to one component.",
    "Floor": "The smallest variance a component may have, so that none collapses on a single row.",
    "GMMDR": "Directions along which the components' means and covariances differ most.",
    "Held out": "Rows the model never saw, kept back to judge it.",
    "Hidden Markov model": "A mixture whose component depends on that of the row before.",
    "Highest-density region": "The smallest region that holds a given probability.",
    "ICL": "BIC plus the entropy of the memberships: prefers components that do not overlap.",
    "k-means": "Groups by the nearest centre: a mixture of equal spheres that never doubts.",
    "Lab": "A colour space in which equal distances look about equally different.",
    "Likelihood": "The density of all rows together; its logarithm, per row, is shown in nats.",
    "M-step": "Given the memberships, the weights, means and covariances that fit best.",
    "Mahalanobis distance": "Distance to a mean in units of the component's own spread.",
    "Mixture": "A weighted sum of densities: first choose a component, then draw a row from it.",
    "Mode": "A local peak of the density. A mixture may have fewer or more modes than components.",
    "Nat": "Unit of log-likelihood: one nat is a factor of 2.718 in probability.",
    "Noise component": "A flat component that takes the rows which belong nowhere.",
    "Posterior": "Probability after the row was seen, as opposed to prior.",
    "Regime": "A stretch of a series during which one component rules.",
    "Responsibility": "A component's share in a row, between 0 and 1; shares of a row sum to 1.",
    "Stick length": "The part of the remaining weight that a component breaks off.",
    "Temperature": "One number that makes a classifier's probabilities as sure as they should be.",
    "Trustworthiness": "Whether neighbours in a picture were neighbours in the data; 1 is best.",
    "Uncertainty": "One minus the largest responsibility of a row.",
    "Weight": "A component's share of all rows.",
    "Whitened": "Turned and scaled so that all columns have variance one and no correlation.",
}
