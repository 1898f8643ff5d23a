"""What a removal may do to one resource."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.kinds.kind import Item


@dataclass(frozen=True)
class LicensedHands:
    """The `Hands` of one removal: reads, and exactly the mutations that its kind declares."""

    aws: Aws
    item: Item
    unprotect_stacks: bool = False
    show: Callable[[str], None] = lambda progress: None

    def call(self, operation: str, **params: Any) -> Any:
        """One call of the kind's own service in the item's region."""
        kind = self.item.kind
        return self.aws.call(kind.service, operation, self.item.region, kind, **params)

    def pages(self, operation: str, items: str, **params: Any) -> list[Any]:
        """All entries of a listing of the kind's own service."""
        kind = self.item.kind
        return self.aws.pages(kind.service, operation, items, self.item.region, kind, **params)

    def answers(self, operation: str, **params: Any) -> Iterator[Any]:
        """The pages of a listing of the kind's own service."""
        kind = self.item.kind
        return self.aws.answers(kind.service, operation, self.item.region, kind, params)

    def out_of_time(self) -> bool:
        """Whether the deadline of the run has passed."""
        return self.aws.clock.now() >= self.aws.until

    def tell(self, progress: str) -> None:
        """Show how far a long piece of work has got."""
        self.show(progress)

    def exists(self, operation: str, **params: Any) -> bool:
        """Whether a read finds anything."""
        try:
            self.call(operation, **params)
        except CallError as error:
            if error.trouble is Trouble.GONE:
                return False
            raise
        return True

    def fail(self, operation: str, code: str, message: str) -> None:
        """An error that came inside a successful answer."""
        raise CallError(Trouble.DENIED if "Denied" in code else Trouble.BUSY, operation, code, message)
