"""The questionnaire's health: what is missing, who answered without looking, what was read the wrong way round."""
