"""The scorecard: indicators beside target and benchmark, the distance in drivers, the value at stake."""
