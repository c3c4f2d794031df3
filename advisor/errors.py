"""The one error tree. `str(error)` is fit to show a person: what happened, to which thing, what to do."""


class AdvisorError(Exception):
    """Anything the advisor can explain to a person."""


class ConfigurationError(AdvisorError):
    """A setting is missing or impossible."""


class QuestionError(AdvisorError):
    """A question cannot be taken as it is: empty, too long, or without words."""


class UnknownAnswerError(AdvisorError):
    """No answer with this id was given here."""


class UnknownConversationError(AdvisorError):
    """No conversation with this id is kept here."""


class CorpusError(AdvisorError):
    """A source text cannot be ingested; names the file."""


class UnsupportedDocumentError(CorpusError):
    """The file's format is not one that is read."""


class UnreadableDocumentError(CorpusError):
    """The file is missing, empty, binary, too large, not permitted or in no known encoding."""


class LibraryError(AdvisorError):
    """The library or its index cannot serve."""


class IndexMissingError(LibraryError):
    """There is no index yet."""


class IndexMismatchError(LibraryError):
    """The index was built with other settings than those of this run."""


class LibraryBusyError(LibraryError):
    """Another ingest is writing to the library."""
