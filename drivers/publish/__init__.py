"""From a notebook, parameters and a language to a published report."""
