"""What to read: one row per reference, checked against its publisher's record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """One text: who, when, what, where it appeared, its DOI if it has one, and what it is good for."""

    authors: str
    year: int
    title: str
    place: str
    doi: str
    use: str

    def markdown(self) -> str:
        """One line of Markdown; the title is the link."""
        title = f"[{self.title}](https://doi.org/{self.doi})" if self.doi else f"*{self.title}*"
        return f"{self.authors} ({self.year}). {title}. {self.place}. {self.use}"


READING: dict[str, tuple[Reference, ...]] = {
    "To begin with": (
        Reference(
            "Reynolds", 2009, "Gaussian Mixture Models", "Encyclopedia of Biometrics",
            "10.1007/978-0-387-73003-5_196", "Five pages: the model, EM, and speakers as mixtures.",
        ),
        Reference(
            "Bishop", 2006, "Pattern Recognition and Machine Learning", "Springer, chapter 9",
            "", "k-means, mixtures and EM, derived at leisure.",
        ),
        Reference(
            "McLachlan and Peel", 2000, "Finite Mixture Models", "Wiley",
            "10.1002/0471721182", "The handbook.",
        ),
    ),
    "Fitting": (
        Reference(
            "Dempster, Laird and Rubin", 1977, "Maximum Likelihood from Incomplete Data via the EM Algorithm",
            "Journal of the Royal Statistical Society B 39", "10.1111/j.2517-6161.1977.tb01600.x",
            "Where EM got its name, and why the likelihood cannot fall.",
        ),
        Reference(
            "Arthur and Vassilvitskii", 2007, "k-means++: The Advantages of Careful Seeding", "SODA",
            "", "Where to start.",
        ),
        Reference(
            "Celeux and Govaert", 1995, "Gaussian Parsimonious Clustering Models", "Pattern Recognition 28",
            "10.1016/0031-3203(94)00125-6", "The fourteen covariance families.",
        ),
        Reference(
            "Fraley and Raftery", 2002,
            "Model-Based Clustering, Discriminant Analysis, and Density Estimation",
            "Journal of the American Statistical Association 97", "10.1198/016214502760047131",
            "Families, hierarchical starts, noise and BIC as one method.",
        ),
        Reference(
            "Scrucca, Fop, Murphy and Raftery", 2016,
            "mclust 5: Clustering, Classification and Density Estimation "
            "Using Gaussian Finite Mixture Models",
            "The R Journal 8", "10.32614/RJ-2016-021", "The package to compare with.",
        ),
    ),
    "Choosing": (
        Reference(
            "Schwarz", 1978, "Estimating the Dimension of a Model", "The Annals of Statistics 6",
            "10.1214/aos/1176344136", "BIC.",
        ),
        Reference(
            "Akaike", 1974, "A New Look at the Statistical Model Identification",
            "IEEE Transactions on Automatic Control 19", "10.1109/TAC.1974.1100705", "AIC.",
        ),
        Reference(
            "Kass and Raftery", 1995, "Bayes Factors",
            "Journal of the American Statistical Association 90", "10.1080/01621459.1995.10476572",
            "How much a difference in BIC weighs.",
        ),
        Reference(
            "Biernacki, Celeux and Govaert", 2000,
            "Assessing a Mixture Model for Clustering with the Integrated Completed Likelihood",
            "IEEE Transactions on Pattern Analysis and Machine Intelligence 22", "10.1109/34.865189", "ICL.",
        ),
        Reference(
            "McLachlan", 1987,
            "On Bootstrapping the Likelihood Ratio Test Statistic "
            "for the Number of Components in a Normal Mixture",
            "Applied Statistics 36", "10.2307/2347790", "The test for one more component.",
        ),
        Reference(
            "Baudry, Raftery, Celeux, Lo and Gottardo", 2010, "Combining Mixture Components for Clustering",
            "Journal of Computational and Graphical Statistics 19", "10.1198/jcgs.2010.08111",
            "From components to clusters.",
        ),
        Reference(
            "Rasmussen", 2000, "The Infinite Gaussian Mixture Model", "NIPS 12",
            "", "No fixed number of components.",
        ),
        Reference(
            "Blei and Jordan", 2006, "Variational Inference for Dirichlet Process Mixtures",
            "Bayesian Analysis 1", "10.1214/06-BA104", "The same without sampling.",
        ),
        Reference(
            "Miller and Harrison", 2014,
            "Inconsistency of Pitman-Yor Process Mixtures for the Number of Components",
            "Journal of Machine Learning Research 15", "", "Why the number of used components grows.",
        ),
    ),
    "Using": (
        Reference(
            "Hastie and Tibshirani", 1996, "Discriminant Analysis by Gaussian Mixtures",
            "Journal of the Royal Statistical Society B 58", "10.1111/j.2517-6161.1996.tb02073.x",
            "One mixture per class.",
        ),
        Reference(
            "Tipping and Bishop", 1999, "Mixtures of Probabilistic Principal Component Analyzers",
            "Neural Computation 11", "10.1162/089976699300016728", "Local linear maps with uncertainty.",
        ),
        Reference(
            "Scrucca", 2010, "Dimension Reduction for Model-Based Clustering",
            "Statistics and Computing 20", "10.1007/s11222-009-9138-7", "The directions that part clusters.",
        ),
        Reference(
            "Reynolds, Quatieri and Dunn", 2000, "Speaker Verification Using Adapted Gaussian Mixture Models",
            "Digital Signal Processing 10", "10.1006/dspr.1999.0361", "Voices.",
        ),
        Reference(
            "Rabiner", 1989,
            "A Tutorial on Hidden Markov Models and Selected Applications in Speech Recognition",
            "Proceedings of the IEEE 77", "10.1109/5.18626", "Mixtures with memory.",
        ),
        Reference(
            "Hamilton", 1989,
            "A New Approach to the Economic Analysis of Nonstationary Time Series and the Business Cycle",
            "Econometrica 57", "10.2307/1912559", "Regimes.",
        ),
        Reference(
            "Zivkovic", 2004, "Improved Adaptive Gaussian Mixture Model for Background Subtraction", "ICPR",
            "10.1109/ICPR.2004.1333992", "A mixture in every pixel of a film.",
        ),
        Reference(
            "Rother, Kolmogorov and Blake", 2004,
            "GrabCut: Interactive Foreground Extraction Using Iterated Graph Cuts",
            "ACM Transactions on Graphics 23", "10.1145/1015706.1015720",
            "Lifting an object out of a photograph.",
        ),
    ),
}  # fmt: skip
