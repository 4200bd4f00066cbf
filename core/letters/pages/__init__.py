"""Pages of letters: one's own and the register, the texts, and verification for everybody."""

from core.letters.pages.register import blueprint
from core.letters.pages.texts import texts
from core.letters.pages.verify import verification

BLUEPRINTS = (blueprint, texts, verification)
