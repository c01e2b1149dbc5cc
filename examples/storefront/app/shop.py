"""The Python part of the shop: reads the catalogue, checks media, writes a page, a price list and a log."""

import hashlib
import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "vendor"
BUILD = ROOT / "build"
sys.path[:0] = [str(VENDOR / "json-lite" / "src"), str(VENDOR / "logging" / "src")]

from acme_logging import Logger  # noqa: E402 (found on the path above)
from json_lite import dumps, loads  # noqa: E402
from proto_messages import messages  # noqa: E402


def catalogue() -> list[dict[str, object]]:
    """Read one file for each product."""
    paths = sorted((VENDOR / "catalogue" / "products").glob("*/*.json"))
    products = [loads(path.read_text(encoding="utf-8")) for path in paths]
    return [product for product in products if isinstance(product, dict)]


def write_prices(products: list[dict[str, object]]) -> None:
    """Write `IDENTITY CENTS` lines for the C part."""
    lines = [f"{product['id']} {product['price']}\n" for product in products]
    (BUILD / "prices.txt").write_text("".join(lines), encoding="utf-8")


def write_page(products: list[dict[str, object]]) -> int:
    """Write the front page with the shop's logo and colours, and return its size in bytes."""
    assets = VENDOR / "assets"
    brand = loads((assets / "brand.json").read_text(encoding="utf-8"))
    title = f"{brand['name']}, {brand['season']}" if isinstance(brand, dict) else ""
    rows = [f"<li>{product['name']}: {product['price']}</li>" for product in products[:20]]
    style = (assets / "css" / "tokens.css").read_text(encoding="utf-8")
    logo = (assets / "logo.svg").read_text(encoding="utf-8")
    page = f"<!doctype html><title>{title}</title><style>{style}</style>{logo}<ul>{''.join(rows)}</ul>\n"
    return (BUILD / "index.html").write_bytes(page.encode())


def media_are_right() -> bool:
    """Compare the photos with the checksum that came with them."""
    media = VENDOR / "fixtures" / "media"
    wanted, name = (media / "SHA256SUMS").read_text(encoding="ascii").split()
    with (media / name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == wanted


def main() -> int:
    """Do all of it, and say what came out; 1 where the media are damaged."""
    BUILD.mkdir(exist_ok=True)
    log = io.StringIO()
    logger = Logger(log, api_token="not for the log")  # noqa: S106 (shows that it is blotted out)
    products = catalogue()
    stock = sum(product["stock"] for product in products if isinstance(product["stock"], int))
    write_prices(products)
    logger.log("info", "catalogue read")
    names = messages(VENDOR / "protos")
    greeting = (VENDOR / "fixtures" / "grüße" / "naïve.txt").read_text(encoding="utf-8").strip()
    right = media_are_right()
    lines = [
        f"products   {len(products)} with {stock} pieces in stock (catalogue, json-lite)",
        f"first      {dumps(products[0])}",
        f"messages   {len(names)}, the last is {names[-1]} (protos)",
        f"page       build/index.html, {write_page(products)} bytes (assets)",
        f"media      the checksum is {'right' if right else 'WRONG'} (fixtures)",
        f"greeting   {greeting} (fixtures)",
        f"log        {log.getvalue().strip()}",
    ]
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
