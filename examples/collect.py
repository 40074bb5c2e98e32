"""Collect the photos of a list of homes from a program: `python examples/collect.py HOMES.csv FOLDER`."""

import sys

from phx_scraper import ExtractionProgress, ImageExtractionOrchestrator, PropertyLoader


def show(now: ExtractionProgress) -> None:
    print(f"{now.visits_done} of {now.visits} visits, {now.images} images after {now.seconds:.0f} s")


homes, folder = sys.argv[1:]
loader = PropertyLoader()
properties = loader.load_from_csv(homes)
for error in loader.errors:
    print(f"row {error.row}: {error.reason}")

orchestrator = ImageExtractionOrchestrator(folder)
print(orchestrator.extract(properties, progress=show))
for home in properties:
    print(home.full_address, len(orchestrator.get_property_images(home)))
print(orchestrator.get_statistics())
