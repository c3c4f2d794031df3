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


class UnknownKeyError(AdvisorError):
    """There is no API key with this id."""


class CorpusError(AdvisorError):
    """A source text cannot be ingested; names the file."""


class UnsupportedDocumentError(CorpusError):
    """The file's format is not one that is read."""


class UnreadableDocumentError(CorpusError):
    """The file is missing, empty, binary, too large, not permitted or in no known encoding."""


class UnknownDeliverableError(AdvisorError):
    """There is no checklist, assessment, comparison or brief with that id."""


class ConflictError(AdvisorError):
    """What is to be changed was changed by somebody else since it was read."""


class ChangeError(AdvisorError):
    """A change names something that is not there."""


class FormatError(AdvisorError):
    """A deliverable cannot be written in a format."""


class LibraryError(AdvisorError):
    """The library or its index cannot serve."""


class IndexMissingError(LibraryError):
    """There is no index yet."""


class IndexMismatchError(LibraryError):
    """The index was built with other settings than those of this run."""


class LibraryBusyError(LibraryError):
    """Another ingest is writing to the library."""


class ProviderError(AdvisorError):
    """The chat model cannot be used: not reached, or its server failed. `retryable` when asking again may help."""

    def __init__(self, message: str, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after = retry_after  # seconds that the server asks to wait; None where it does not say


class ProviderTimeoutError(ProviderError):
    """The chat model did not answer in time."""


class RateLimitedError(ProviderError):
    """The chat model's server takes no more requests at the moment."""


class ProviderAuthError(ProviderError):
    """The chat model's server does not accept the key, or not for this model."""


class ProviderRestingError(ProviderError):
    """The chat model's server is left alone for a while, since it has just failed."""


class MalformedReplyError(ProviderError):
    """The chat model's reply is not in the form that was asked for, or is cut off."""
