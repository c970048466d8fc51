"""Long work of an operator's page that can be broken off: one piece of work for each open page. No Gradio here."""

import threading


class Stops:
    """Whether the work of a page shall stop, by the page's session. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, threading.Event] = {}

    def begin(self, session: str) -> threading.Event:
        """The event that is set once the work shall stop; what ran for the same page before is stopped."""
        event = threading.Event()
        with self._lock:
            before = self._running.get(session)
            self._running[session] = event
        if before:
            before.set()
        return event

    def end(self, session: str, event: threading.Event) -> None:
        """The work is over, however it ended."""
        with self._lock:
            if self._running.get(session) is event:
                del self._running[session]

    def stop(self, session: str) -> bool:
        """Stop what runs for a page; returns whether something did."""
        with self._lock:
            event = self._running.get(session)
        if event:
            event.set()
        return event is not None
