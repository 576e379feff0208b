"""How respondents came into the survey: strata, sampling units, finite populations, replicate weights."""
