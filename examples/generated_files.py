"""Files that are made instead of committed here: many, or large.

Every byte comes from SHAKE-256 over a fixed name, so it is the same on every machine and in every version of Python;
`random` promises no such thing for all its methods.
"""

import hashlib
from collections.abc import Callable, Iterator

_KINDS = ("tea", "cup", "pot", "tray", "lamp", "scarf", "kettle", "Löffel", "茶碗", "bag")
_COLOURS = ("green", "white", "black", "blue", "red", "grün", "plain", "grey")
_PRODUCTS = 2000
_REQUESTS = 3000
_PHOTO_BYTES = 10_500_000


def _stream(name: str, size: int) -> bytes:
    return hashlib.shake_256(f"bitdeps examples: {name}".encode()).digest(size)


def _numbers(name: str, count: int) -> tuple[int, ...]:
    raw = _stream(name, 4 * count)
    return tuple(int.from_bytes(raw[start : start + 4], "big") for start in range(0, len(raw), 4))


def products(edition: int = 1) -> Iterator[tuple[str, bytes]]:
    """Give 2,000 files of JSON; each later edition changes the price of one in ten."""
    for number in range(_PRODUCTS):
        kind, colour, cents, stock = _numbers(f"product {number}", 4)
        since = max([0] + [e for e in range(2, edition + 1) if (number + e) % 10 == 0])
        price = 100 + (cents + 7 * since) % 9900
        name = f"{_COLOURS[colour % len(_COLOURS)]} {_KINDS[kind % len(_KINDS)]}"
        text = f'{{"id":"p{number:04}","name":"{name}","price":{price},"stock":{stock % 500}}}\n'
        yield f"products/{number % 100:02}/p{number:04}.json", text.encode()


def traffic() -> Iterator[tuple[str, bytes]]:
    """Give the requests of a busy hour, one after the other as they came; one in 250 is malformed."""
    yield "traffic/requests.http", b"".join(_request(number) for number in range(_REQUESTS))


def _request(number: int) -> bytes:
    action, product, quantity, client = _numbers(f"request {number}", 4)
    target = f"/products/p{product % _PRODUCTS:04}"
    if action % 250 == 0:
        target = f"/search for p{product % _PRODUCTS:04}"
    elif action % 3 == 0:
        target = f"/order?product=p{product % _PRODUCTS:04}&quantity={1 + quantity % 12}&note=gr%C3%BCn+{action % 7}"
    headers = f"Host: shop.acme.example\r\nUser-Agent: client/{client % 5}.{client % 9}\r\nAccept: */*\r\n"
    return f"GET {target} HTTP/1.1\r\n{headers}\r\n".encode()


def photos() -> Iterator[tuple[str, bytes]]:
    """Give a file of 10.5 MB that does not compress, and its checksum for `sha256sum --check`."""
    content = _stream("photos", _PHOTO_BYTES)
    yield "media/photos.bin", content
    yield "media/SHA256SUMS", f"{hashlib.sha256(content).hexdigest()}  photos.bin\n".encode()


GENERATORS: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
    "photos": photos,
    "products-1": products,
    "products-2": lambda: products(2),
    "products-3": lambda: products(3),
    "traffic": traffic,
}
