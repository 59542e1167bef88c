"""The gallery of the page: every screen in every state, from the page as it is built and states that stand still."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # helpers that several test folders share
