"""Questionnaires: their order and roles, and XLSForms of KoBo and ODK, written and read."""
