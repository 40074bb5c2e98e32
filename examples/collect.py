"""Collect the photos of a list of homes from a program: `python examples/collect.py HOMES.csv FOLDER`."""

import asyncio
import sys

from phx_scraper import ImageExtractionOrchestrator, PropertyLoader


async def main(homes: str, folder: str) -> None:
    loader = PropertyLoader()
    properties = loader.load_from_csv(homes)
    for error in loader.errors:
        print(f"row {error.row}: {error.reason}")
    orchestrator = ImageExtractionOrchestrator(folder)
    result = await orchestrator.extract_all(properties, progress=lambda now: print(now.visits_done, "of", now.visits))
    print(result)
    for home in properties:
        print(home.full_address, len(orchestrator.get_property_images(home)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
