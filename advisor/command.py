"""The command line: `cx-advisor ask|search|checklist`, of a server or of the library on this machine."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError
from pydantic_core import to_json
from rich.console import Console
from rich.text import Text

from advisor.client import Client
from advisor.config import load_settings
from advisor.errors import AdvisorError, QuestionError, ServerError
from advisor.terminal import Shown, plain, show
from advisor.types import Answer, Checklist, Profile, RetrievedPassage, Status

if TYPE_CHECKING:
    from advisor.advisor import Advisor

SERVER, KEY = "CX_ADVISOR_SERVER", "CX_ADVISOR_KEY"  # not `ADVISOR_`: they are no settings of a server
Asked: TypeAlias = "Client | Advisor"
Say: TypeAlias = Callable[[str], None]


def main(argv: Sequence[str] | None = None) -> int:
    """0 when there is an answer, 1 when it is a refusal or nothing was found, 2 on an error."""
    arguments = _parse(argv)
    logging.basicConfig(level=logging.ERROR)
    beside = Console(stderr=True, highlight=False, markup=False)
    try:
        with beside.status("") as working:

            def say(doing: str) -> None:
                working.update(Text(plain(doing)))

            with _opened(arguments, say) as asked:
                result = _DO[arguments.command](asked, arguments, say)
    except AdvisorError as error:
        beside.print(plain(str(error)), style="red", soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        return 130
    if arguments.json:
        sys.stdout.write(_as_json(result) + "\n")
    else:
        show(result, Console(highlight=False, markup=False))
    return 1 if _is_nothing(result) else 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON, as the HTTP API gives it")
    common.add_argument("--server", metavar="URL", default=os.environ.get(SERVER), help=f"whom to ask (or ${SERVER})")
    common.add_argument("--key", default=os.environ.get(KEY), help=f"its key; better in ${KEY}, which nobody else sees")
    common.add_argument("--data-dir", type=Path, help="without a server: where the library is kept (default: data)")
    whom = argparse.ArgumentParser(add_help=False)
    group = whom.add_argument_group("whom the advice is for")
    for name, meaning in _WHOM.items():
        group.add_argument(f"--{name}", help=meaning)
    group.add_argument("--channel", action="append", dest="channels", default=[], help="a channel; may be repeated")
    group.add_argument("--maturity", type=int, help="how far customer work is, 1 to 5")
    group.add_argument("--days", type=int, dest="horizon_days", help="within how many days it should be done")
    parser = argparse.ArgumentParser(prog="cx-advisor", description="Customer experience advice you can check.")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", parents=[common, whom], help="ask a question; every statement is cited")
    ask.add_argument("question")
    ask.add_argument("--conversation", metavar="ID", help="go on with the conversation of an earlier answer")
    ask.add_argument("--checklist", action="store_true", help="with a checklist")
    search = commands.add_parser("search", parents=[common], help="find the passages that an answer would rest on")
    search.add_argument("text")
    search.add_argument("-k", type=int, default=8, choices=range(1, 51), metavar="K", help="how many (default: 8)")
    checklist = commands.add_parser("checklist", parents=[common, whom], help="make a checklist, kept under its id")
    checklist.add_argument("question")
    return parser.parse_args(argv)


_WHOM = {
    "role": "whose advice it is, as COO",
    "sector": "what the organisation does, as telecoms",
    "size": "how large it is, as “4,000 staff”",
    "goal": "what is to be reached",
}


@contextmanager
def _opened(arguments: argparse.Namespace, say: Say) -> Iterator[Asked]:
    """The server that is named, or the advisor over the library on this machine."""
    if arguments.server:
        say(f"Asking {arguments.server}")
        with Client(arguments.server, arguments.key) as client:
            yield client
        return
    settings = load_settings(data_dir=arguments.data_dir)
    say("Loading the language model")
    from advisor.advisor import build_advisor  # takes seconds, which a server's client need not wait for

    with closing(build_advisor(settings)) as advisor:
        yield advisor


def _ask(asked: Asked, arguments: argparse.Namespace, say: Say) -> Answer:
    whom = _profile(arguments)
    for event in asked.stream(arguments.question, arguments.conversation, whom, arguments.checklist):
        if isinstance(event, Status):
            say(event.text)
        elif isinstance(event, Answer):
            return event
    raise ServerError("The answer broke off before it was whole. Ask again.")


def _search(asked: Asked, arguments: argparse.Namespace, say: Say) -> list[RetrievedPassage]:
    say("Searching the library")
    return asked.search(arguments.text, arguments.k)


def _checklist(asked: Asked, arguments: argparse.Namespace, say: Say) -> Checklist:
    say("Making the checklist")
    make = asked.make_checklist if isinstance(asked, Client) else asked.advice.make_checklist
    return make(arguments.question, _profile(arguments))


_DO: dict[str, Callable[[Asked, argparse.Namespace, Say], Shown]] = {
    "ask": _ask,
    "search": _search,
    "checklist": _checklist,
}


def _profile(arguments: argparse.Namespace) -> Profile | None:
    given = {name: getattr(arguments, name) for name in Profile.model_fields}
    if not any(given.values()):
        return None
    try:
        return Profile(**given)
    except ValidationError as error:
        first = error.errors()[0]
        raise QuestionError(f"{first['loc'][0]}: {first['msg']}.") from error


def _as_json(result: Shown) -> str:
    whole = {"passages": result} if isinstance(result, list) else result
    return to_json(whole, indent=2).decode()


def _is_nothing(result: Shown) -> bool:
    if isinstance(result, Answer):
        return result.status == "refused"
    return not (result if isinstance(result, list) else result.items)


if __name__ == "__main__":
    sys.exit(main())
