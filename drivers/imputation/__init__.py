"""Missing answers drawn from those of similar respondents, in several copies."""

from drivers.imputation.chained import Imputation, impute

__all__ = ["Imputation", "impute"]
