"""Taking the words of a PDF out, in a process of its own: content on standard input, JSON on standard output.

It is started as text (``pdf``) and imports nothing of the product.
"""

import json
import resource
import sys

PAGES, WORDS = 3, 5_000
MEMORY, PROCESSOR, WRITTEN = 1 << 30, 15, 4 << 20
ENCRYPTED, BROKEN = 3, 4


def hold() -> None:
    """No more memory, processor time, files or processes than reading needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read, take apart, write."""
    hold()
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        return ENCRYPTED if "password" in str(error).lower() else BROKEN
    found = []
    for number in range(min(len(document), PAGES)):
        page = document[number].get_textpage()
        for index in range(min(page.count_rects(), WORDS)):
            box = page.get_rect(index)
            text = page.get_text_bounded(*box).strip()
            if text:
                found.append([number, *box, text])
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
