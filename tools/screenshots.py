"""Pictures of the manager report of `service_center` for the README, one in each language.

    .venv/bin/python tools/screenshots.py reports/published/gallery/service_center reports/screenshots

`make gallery` publishes the pages first. The pictures show the top of a page in a window of 1280 by
1500 pixels, in light colours.
"""

from __future__ import annotations

import argparse
import os
import sys
from io import BytesIO
from pathlib import Path

from drivers.errors import DriversError, PublishError
from drivers.labels import LANGUAGES
from drivers.publish.pdf import find_browser
from drivers.publish.whole import write_whole

REPORT = "00_manager_report"
WIDTH, HEIGHT = 1280, 1500
MOST = 250_000
"""Bytes of a picture; git keeps every one that it is given."""
COLOURS = (256, 128, 64, 32)
"""How many a picture has, from the first that fits."""


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, help="folder of the published pages")
    parser.add_argument("folder", type=Path, help="folder of the pictures")
    options = parser.parse_args()
    try:
        for file in take(options.pages, options.folder):
            print(f"{file} ({file.stat().st_size / 1000:.0f} kB)")
    except DriversError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def take(pages: Path, folder: Path) -> list[Path]:
    """The files of the pictures, in every language."""
    from playwright.sync_api import sync_playwright

    sources = {language: pages / f"{REPORT}.{language}.html" for language in LANGUAGES}
    for source in sources.values():
        if not source.is_file():
            raise PublishError(f"Expected a page to picture, found no file {source}; run 'make gallery' first.")
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        for language, source in sources.items():
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1, color_scheme="light"
            )
            page.goto(source.resolve().as_uri())
            files.append(write_whole(folder / f"manager_report.{language}.png", small(page.screenshot())))
            page.close()
        browser.close()
    return files


def small(picture: bytes) -> bytes:
    """The picture with as many colours as fit into the size."""
    from PIL import Image

    whole = Image.open(BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        stream = BytesIO()
        # Without dithering, which would make letters rough and the file larger.
        reduced = whole.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(stream, format="PNG", optimize=True)
        if stream.tell() < MOST:
            break
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())
