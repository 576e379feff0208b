"""The sampling units of a survey as its estimates meet them: drawn again, or summed over."""

from __future__ import annotations

from drivers.models.resamples import resampling_factors, unit_totals

__all__ = ["resampling_factors", "unit_totals"]
