"""What was worked out once and may be wanted again: bounded, and safe to share between threads."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

MOST_ITEMS = 64
MOST_BYTES = 2**26


Key = TypeVar("Key")
Item = TypeVar("Item")


class BoundedCache(Generic[Key, Item]):
    """Items by key; the longest unused are dropped, but never the last one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._items: OrderedDict[Key, tuple[Item, int]] = OrderedDict()
        self._nbytes = 0

    def get(self, key: Key) -> Item | None:
        """The item, which stays here."""
        with self._lock:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key][0]

    def take(self, key: Key) -> Item | None:
        """The item, which is nobody else's until it is put back."""
        with self._lock:
            item, nbytes = self._items.pop(key, (None, 0))
            self._nbytes -= nbytes
            return item

    def put(self, key: Key, item: Item, nbytes: int) -> None:
        """Puts the item last."""
        with self._lock:
            self._nbytes += nbytes - self._items.pop(key, (None, 0))[1]
            self._items[key] = item, nbytes
            while len(self._items) > 1 and (len(self._items) > MOST_ITEMS or self._nbytes > MOST_BYTES):
                self._nbytes -= self._items.popitem(last=False)[1][1]
