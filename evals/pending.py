"""From feedback to test: down-voted answers as pending golden items, for a person to review.

`python -m evals.pending --data-dir data > pending.yaml`. Each item has the question with the turns before it, the
answer and the evidence that were shown, and the reason given. A reviewer corrects the evidence and moves the item into
`golden/answerable.yaml`, or without evidence into `golden/refusals.yaml`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from advisor.config import load_settings
from advisor.conversations import CONVERSATIONS_FILE, Conversations
from advisor.types import Complaint


def pending_item(complaint: Complaint) -> dict[str, Any]:
    """A complaint in the form of a golden item; keys that golden items lack are for the reviewer to drop."""
    answer = complaint.answer
    return {
        "id": f"pending-{answer.id[:8]}",
        "kind": "feedback",
        **({"turns": list(complaint.earlier)} if complaint.earlier else {}),
        "question": answer.question,
        "evidence": [{"document": c.document_id, "quote": c.quote} for c in answer.citations],
        "note": complaint.reason or "no reason given",
        "voted": complaint.created,
        "status": answer.status,
        "answer": answer.text,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the pending items as YAML; 0 when there are some, 1 when there is nothing to export."""
    parser = argparse.ArgumentParser(prog="python -m evals.pending", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="where conversations are kept (ADVISOR_DATA_DIR, else data)")
    path = load_settings(data_dir=parser.parse_args(arguments).data_dir).data_dir / CONVERSATIONS_FILE
    if not path.exists():
        print(
            f"{path} does not exist: nobody has asked anything there. Name another folder with --data-dir.",
            file=sys.stderr,
        )
        return 1
    conversations = Conversations(path)
    try:
        complaints = conversations.complaints()
    finally:
        conversations.close()
    if not complaints:
        print("No answer has been voted down.", file=sys.stderr)
        return 1
    print(yaml.safe_dump([pending_item(c) for c in complaints], allow_unicode=True, sort_keys=False, width=120), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
