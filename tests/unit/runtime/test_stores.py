"""What happens after a commit."""

from services.runtime.stores.ports import Transaction


def test_a_callback_that_breaks_neither_fails_what_is_committed_nor_stops_the_others() -> None:
    called: list[str] = []

    def broken() -> None:
        called.append("broken")
        raise RuntimeError("too late to fail")

    transaction = Transaction()
    for callback in (broken, broken, lambda: called.append("other")):
        transaction.after_commit(callback)
    transaction.committed()
    assert called == ["broken", "other"]
