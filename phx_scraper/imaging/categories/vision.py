"""What pictures show, seen by a model: the last word after corrections, tags and captions."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.imaging.categories.heads import Heads
from phx_scraper.imaging.categories.heads_file import heads_text, text_digest
from phx_scraper.imaging.categories.imagenet_category import imagenet_category
from phx_scraper.imaging.categories.vision_cache import MODEL_VERSION, cache_folder, cached_network
from phx_scraper.imaging.categories.vision_network import Network, Pixels, Sight
from phx_scraper.model.category import Category, Seen
from phx_scraper.model.subjects import SUBJECTS

# Raised with every change of the ImageNet table, of its thresholds, or of how kinds are told.
_RULES = 2
# All 37 drawings that were found among 2,475 pictures of other listings are some, two of them of another kind.
_KIND_CONFIDENCE = 90


class Vision:
    """Looks at pictures with the model and a collection's own heads; thread-safe. `version` names all that decides."""

    def __init__(self, network: Network, heads: Heads | None = None) -> None:
        self._network = network
        self._heads = heads
        learned = text_digest(heads_text(heads)) if heads else "no-heads"
        self.version = f"{MODEL_VERSION}-{_RULES}-{learned}"

    def look(self, pixels: Pixels) -> Sight:
        """What the model makes of an RGB picture (height, width, 3): what `judge` takes, and what heads learn from."""
        return self._network.look(pixels)

    def judge(self, sight: Sight) -> Seen:
        """Category and kind; the subject is `unknown` where neither heads nor the ImageNet table are sure."""
        found = imagenet_category(sight.logits)
        verdict = self._heads.judge(sight.features, found.location) if self._heads else None
        if verdict is not None and verdict.label in SUBJECTS:
            return Seen(Category(SUBJECTS[verdict.label], verdict.label, verdict.confidence, "head"))
        if verdict is not None:
            return Seen(Category("unk", "unknown", verdict.confidence, "head"), verdict.label)
        if sight.kind:
            return Seen(Category("unk", "unknown", _KIND_CONFIDENCE, "imagenet"), sight.kind)
        return Seen(self._unless_known(found))

    def _unless_known(self, found: Category) -> Category:
        """What the table says, but for subjects of which a head that knows them was not sure."""
        if self._heads is None or found.subject not in self._heads.labels:
            return found
        return Category(found.location, "unknown", found.confidence, found.signal)


def open_vision(heads: Heads | None = None, folder: Path | None = None) -> Vision:
    """The model, from the cache folder of the user where none is named; the first time it is converted (0.3 s).

    Heads that were learned with another model are left out. Raises VisionUnavailable, whose text is for the user.
    """
    network = cached_network(folder or cache_folder())
    return Vision(network, heads if heads is not None and heads.model == MODEL_VERSION else None)


def predict(pixels: Pixels, vision: Vision) -> Seen:
    """Category and kind of an RGB picture (height, width, 3)."""
    return vision.judge(vision.look(pixels))
