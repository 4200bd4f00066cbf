"""Drawing one small picture, in a process of its own: content on standard input, a JPEG on standard output.

It is started as text (``thumbnails``) and imports nothing of the product.
"""

import io
import resource
import sys

SIDE = 480
PIXELS = 100_000_000
MEMORY, PROCESSOR, WRITTEN = 1 << 30, 20, 4 << 20


def hold() -> None:
    """No more memory, processor time, files or processes than a drawing needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def of_pdf(content: bytes):  # type: ignore[no-untyped-def]
    """The first page, as wide or as high as the picture will be."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    page = document[0]
    width, height = page.get_size()
    scale = min(2 * SIDE / max(width, height, 1), 4)
    return page.render(scale=scale, may_draw_forms=False).to_pil()


def of_image(content: bytes):  # type: ignore[no-untyped-def]
    """The image, the right way up."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    found = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    if found.width * found.height > PIXELS:
        raise ValueError("too many pixels")
    found.draft("RGB", (2 * SIDE, 2 * SIDE))
    return ImageOps.exif_transpose(found)


def main() -> None:
    """Read, draw, write."""
    hold()
    from PIL import Image

    content = sys.stdin.buffer.read()
    found = of_pdf(content) if sys.argv[1] == "pdf" else of_image(content)
    found.thumbnail((SIDE, SIDE))
    if found.mode in ("RGBA", "LA", "P", "PA"):
        found = found.convert("RGBA")
        ground = Image.new("RGB", found.size, "white")
        ground.paste(found, mask=found.getchannel("A"))
        found = ground
    plain = Image.frombytes("RGB", found.size, found.convert("RGB").tobytes())  # without what the camera wrote
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=80, optimize=True)
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
