"""Pictures of pages for whoever wants to look at them: taking them is a third of such a test."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

WANTED = "SIGNET_PICTURES"  # a folder


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page, where SIGNET_PICTURES names a folder for them."""
    if folder := os.environ.get(WANTED):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
