"""A notebook run from top to bottom, with its parameters, in a kernel that is there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from drivers.errors import CodebookError, DriversError, KernelError, ModelError, PublishError, SurveyError
from drivers.publish.kernel import STARTING
from drivers.publish.request import ReportRequest

_OURS: dict[str, type[DriversError]] = {
    error.__name__: error for error in (CodebookError, SurveyError, ModelError, PublishError)
}


def execute(request: ReportRequest, kernel: Any, failed: Path) -> Any:
    """The executed notebook.

    Parameters
    ----------
    request
        What is run.
    kernel
        Manager of a running kernel.
    failed
        Where the executed notebook is kept if a cell fails; gone after a run that succeeds.

    Raises
    ------
    DriversError
        Of the kind that the notebook met, with its sentence.
    KernelError
        Where the kernel ended or did not answer, which says nothing of the notebook.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source = request.source
    with tempfile.TemporaryDirectory(prefix="drivers-") as scratch:
        running = Path(scratch) / source.name
        try:
            executed = papermill.execute_notebook(
                str(source),
                str(running),
                parameters=request.values,
                progress_bar=False,
                # Writing the whole notebook before and after each cell took a third of the time.
                request_save_on_cell_execute=False,
                kernel_name="python3",
                # Which a notebook that was written by a program may not say.
                language="python",
                km=kernel,
                start_timeout=STARTING,
            )
        except PapermillExecutionError as error:
            shutil.copy(running, failed)
            if error.ename in _OURS:
                raise _OURS[error.ename](error.evalue) from None
            raise PublishError(
                f"{source.name}: expected every cell to run, found {error.ename} in cell {error.exec_count}: "
                f"{error.evalue}; look at {failed}."
            ) from None
        except RuntimeError as error:
            raise KernelError(
                f"{source.name}: expected a kernel that runs to the end, found: {error}; try again."
            ) from None
    failed.unlink(missing_ok=True)
    return executed
