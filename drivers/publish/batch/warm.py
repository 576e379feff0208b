"""Everything that a notebook may need, imported once; the fork server imports this module and every kernel has it.

Nothing is computed here: a process that has run a thread or a parallel loop must not be forked. What is read once and
kept (catalogues, the letters of figures) is read, which takes no thread.
"""

import gc
from importlib import import_module

import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import scipy.optimize  # noqa: F401
import sklearn.feature_extraction.text
import sklearn.linear_model  # noqa: F401
import statsmodels.api  # noqa: F401

from drivers.labels import LANGUAGES, Labels
from drivers.present.figures.lettering import text_width
from drivers.present.style import stylesheet
from drivers.present.words import wording

for _name in (
    "drivers.present.channel",
    "drivers.publish.batch.kernel_process",
    "drivers.publish.batch.runner",
    "drivers.survey.prepared",
):
    import_module(_name)
_package = import_module(__name__.partition(".")[0])
for _name in _package.__all__:
    # The public names come with their modules when they are first asked for.
    getattr(_package, _name)
for _language in LANGUAGES:
    text_width(wording(_language, Labels()).ui("skip"), 12)
stylesheet()
# What is there for good need not be looked through for what is not, nor copied for having been looked at.
gc.collect()
gc.freeze()
